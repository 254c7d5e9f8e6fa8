// Texts made from the registries: --help, and the manual page that --emit=man prints.
#pragma once

#include <string>
#include <string_view>

namespace sonde::cli {

std::string_view version();

std::string usage_text(std::string_view tool);
// `sonde v…`; called as bpftrace: `bpftrace v…`, which wrappers parse.
std::string version_text(std::string_view tool);
// man/sonde.1 in man(7) macros.
std::string manual_page();

}  // namespace sonde::cli
