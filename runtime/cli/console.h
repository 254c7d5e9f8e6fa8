// Console: what sonde itself says, on standard error: diagnostics of the script, errors of the
// environment, notes under -v. The script's own output never goes through it.
#pragma once

#include <string_view>

#include "lexer/base/diagnostics.h"
#include "lexer/base/result.h"
#include "runtime/cli/arguments.h"

namespace sonde::cli {

inline constexpr int kFailed = 1;        // wrong usage, error in the script, nothing to attach
inline constexpr int kCCodeRefused = 2;  // error in the script's C code
inline constexpr int kRunFailed = 255;   // loading, attaching or running failed

class Console {
 public:
  explicit Console(const Arguments& arguments);

  // Shows every report and, unless they are silenced, every warning.
  void show(const Diagnostics& diagnostics, const SourceMap& sources);
  void error(const Error& error) const;
  void warning(std::string_view text) const;
  // With -v only.
  void verbose(std::string_view text) const;
  void plain(std::string_view text) const;
  bool is_verbose() const { return is_verbose_; }

 private:
  bool is_json_;
  bool shows_warnings_;
  bool is_verbose_;
  UseColor color_;
};

// Writes `text` to standard output; the status to end with.
int print(std::string_view text);

}  // namespace sonde::cli
