// The messages of a run that go to standard error, the same words in either form of output.
#pragma once

#include <string>
#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/source_map.h"
#include "runtime/events/event.h"

namespace sonde::output {

// `ERROR: …` with a hint on a line of its own.
std::string trouble_text(const Error& error, UseColor color);
// `NAME:L:C-C: ERROR: …` or `WARNING`, as the site's kind has it.
std::string message_text(const image::Site& site, std::string_view text, const SourceMap& sources,
                         UseColor color);
std::string message_json(const image::Site& site, std::string_view text, const SourceMap& sources);
// `NAME:L:C-C: WARNING: …`, the helper that failed, and the place in the script.
std::string fault_text(const events::RuntimeFault& fault, const image::Manifest& manifest,
                       const SourceMap& sources, UseColor color);
std::string fault_json(const events::RuntimeFault& fault, const image::Manifest& manifest,
                       const SourceMap& sources);
// `Lost N events at NAME:L:C-C`, and why unless it was the ring.
std::string lost_text(const image::Loss& loss, std::uint64_t count, const SourceMap& sources);
std::string lost_total_text(std::uint64_t count, UseColor color);

}  // namespace sonde::output
