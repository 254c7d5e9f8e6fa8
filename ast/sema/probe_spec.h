// The text of an attach point, read (spec/probes.md §2): parameters put in, quotes taken off, split
// at `:` and `@`. It decides nothing about what the parts mean; that is the probe type's EXPAND
// hook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/diagnostics.h"

namespace sonde::sema {

struct SpecPart {
  std::string text;                 // without quotes
  std::optional<std::size_t> plus;  // where in `text` the first `+` outside quotes stands
  bool is_at = false;               // an `@` outside quotes, which is a part of its own
};

struct AttachPointSpec {
  std::string label;  // of `label=provider:…`; empty without
  std::string provider;
  std::vector<SpecPart> parts;  // behind the provider
};

// None when the text was wrong, which has been reported at `span`.
std::optional<AttachPointSpec> read_attach_point(std::string_view text,
                                                 const std::vector<std::string>& parameters,
                                                 Span span, Diagnostics& diagnostics);

// `function+offset`, as the function part of an attach point has it.
struct FunctionSpec {
  std::string name;
  bool has_offset = false;
  std::uint64_t offset = 0;
};
std::optional<FunctionSpec> read_function(const SpecPart& part, Span span,
                                          Diagnostics& diagnostics);

}  // namespace sonde::sema
