// --probe-filter: a regular expression that the expanded name of a probe must match somewhere.
#pragma once

#include <regex.h>

#include <memory>
#include <string>

#include "lexer/base/result.h"

namespace sonde::sema {

class ProbeFilter {
 public:
  // The error's message is the reason alone.
  static Result<ProbeFilter> compile(const std::string& expression);

  bool matches(const std::string& name) const;

 private:
  struct Free {
    void operator()(regex_t* compiled) const;
  };
  explicit ProbeFilter(std::unique_ptr<regex_t, Free> compiled) : compiled_(std::move(compiled)) {}

  std::unique_ptr<regex_t, Free> compiled_;
};

}  // namespace sonde::sema
