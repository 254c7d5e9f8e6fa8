// What a running probe can report about itself, as rows (runtime_errors.def).
#pragma once

#include <string_view>

#include "stdlib/ids.h"

namespace sonde {

struct RuntimeErrorRow {
  std::string_view name;
  bool always;              // reported without -k too
  std::string_view helper;  // without bpf_; empty when no helper failed
  std::string_view text;
};
const RuntimeErrorRow& runtime_error_row(RuntimeError error);

}  // namespace sonde
