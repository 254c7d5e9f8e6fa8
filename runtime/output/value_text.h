// The default text of a value (spec/builtins_functions.md §16), as print, %s and map keys show it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/events/value.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde::output {

// How values become text in one run. `cut_mark` follows a string that filled its capacity.
struct TextStyle {
  symbolize::StackTexts& stacks;
  std::string cut_mark;
  symbolize::FrameSpaces spaces = symbolize::FrameSpaces::kYes;  // kNo: none that the printer adds
};

void append_text(std::string& out, const events::Value& value, const TextStyle& style);
// The same, but a tuple loses its own parentheses.
void append_key_text(std::string& out, const events::Value& key, const TextStyle& style);
void append_integer(std::string& out, const events::Integer& integer);
// Printable ASCII as it is, every other byte as \xNN.
void append_escaped(std::string& out, std::string_view bytes);
// Every byte as \xNN.
void append_escapes(std::string& out, std::string_view bytes);

}  // namespace sonde::output
