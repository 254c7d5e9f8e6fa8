// StackTexts: the text of a captured stack, and of values that name something that only the system
// knows. The seam between everything that prints or orders
// values and the symbol tables, so that both are tested without a process to look into.
#pragma once

#include <string>

#include "runtime/events/value.h"

namespace sonde::symbolize {

// Whether a frame's line keeps the spaces that the printer adds; keys in JSON do without.
enum class FrameSpaces : bool { kNo, kYes };

class StackTexts {
 public:
  virtual ~StackTexts() = default;
  // A newline, then one line per frame (spec/cli_output.md §4.7). Lives until the next call at
  // least.
  virtual const std::string& text(const events::Stack& stack, FrameSpaces spaces) = 0;
  virtual std::string text(const events::Lookup& lookup) = 0;
};

}  // namespace sonde::symbolize
