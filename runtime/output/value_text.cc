// One case per kind of value. Strings are written as they are; only the printer's own separators
// depend on the style.
#include "runtime/output/value_text.h"

#include "lexer/base/concat.h"

namespace sonde::output {
namespace {

using namespace events;

std::string_view space(const TextStyle& style) {
  return style.spaces == symbolize::FrameSpaces::kYes ? " " : "";
}

void append_list(std::string& out, const std::vector<Value>& values, std::string_view separator,
                 const TextStyle& style) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += separator;
    append_text(out, values[i], style);
  }
}

void append_members(std::string& out, const Tuple& tuple, const TextStyle& style) {
  append_list(out, tuple.members, concat(",", space(style)), style);
}

void append_record(std::string& out, const Record& record, const TextStyle& style) {
  if (record.members.empty()) {
    out += "{}";
    return;
  }
  std::string_view gap = space(style);
  out += concat("{", gap);
  for (std::size_t i = 0; i < record.members.size(); ++i) {
    if (i > 0) out += concat(",", gap);
    out += concat(".", record.names[i], gap, "=", gap);
    append_text(out, record.members[i], style);
  }
  out += concat(gap, "}");
}

}  // namespace

void append_integer(std::string& out, const Integer& integer) {
  if (integer.is_signed)
    append_part(out, static_cast<std::int64_t>(integer.bits));
  else
    append_part(out, integer.bits);
}

void append_text(std::string& out, const Value& value, const TextStyle& style) {
  match(
      value, [&](const NoValue&) { out += "null"; },
      [&](const Integer& integer) {
        if (integer.name.empty())
          append_integer(out, integer);
        else
          out += integer.name;
      },
      [&](const Bool& truth) { append_part(out, truth.is_true); },
      [&](const Pointer& pointer) { out += concat("0x", hex(pointer.address)); },
      [&](const String& string) {
        out += string.bytes;
        if (string.is_cut) out += style.cut_mark;
      },
      [&](const Stack& stack) { out += style.stacks.text(stack, style.spaces); },
      [&](const Tuple& tuple) {
        out += '(';
        append_members(out, tuple, style);
        out += ')';
      },
      [&](const Record& record) { append_record(out, record, style); },
      [&](const Array& array) {
        out += '[';
        append_list(out, array.elements, ",", style);
        out += ']';
      });
}

void append_key_text(std::string& out, const Value& key, const TextStyle& style) {
  if (const auto* tuple = std::get_if<Tuple>(&key.is))
    append_members(out, *tuple, style);
  else
    append_text(out, key, style);
}

}  // namespace sonde::output
