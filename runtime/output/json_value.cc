// Every reader of JSON must get back what was measured: integers beyond the exact range of a double
// are texts, and texts are valid UTF-8 whatever bytes they held.
#include "runtime/output/json_value.h"

#include <bit>

#include "lexer/base/concat.h"
#include "lexer/base/json.h"

namespace sonde::output {
namespace {

using namespace events;

constexpr int kDoubleDigits = 53;

// Significant binary digits: those that remain when the zeros at the end are dropped.
bool fits_double(std::uint64_t magnitude) {
  if (magnitude == 0) return true;
  return std::bit_width(magnitude) - std::countr_zero(magnitude) <= kDoubleDigits;
}

void append_list(std::string& out, const std::vector<Value>& values, const TextStyle& style) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_json(out, values[i], style);
  }
  out += ']';
}

void append_object(std::string& out, const Record& record, const TextStyle& style) {
  out += '{';
  for (std::size_t i = 0; i < record.members.size(); ++i) {
    if (i > 0) out += ", ";
    append_json_string(out, record.names[i]);
    out += ": ";
    append_json(out, record.members[i], style);
  }
  out += '}';
}

// Numbers as C's `char` has them.
void append_bytes(std::string& out, const Buffer& buffer) {
  out += '[';
  for (std::size_t i = 0; i < buffer.bytes.size(); ++i) {
    if (i > 0) out += ',';
    append_part(out, static_cast<int>(static_cast<signed char>(buffer.bytes[i])));
  }
  out += ']';
}

void append_quoted_text(std::string& out, const Value& value, const TextStyle& style) {
  std::string text;
  append_text(text, value, style);
  append_json_string(out, text);
}

}  // namespace

void append_json_integer(std::string& out, const Integer& integer) {
  bool is_negative = integer.is_signed && static_cast<std::int64_t>(integer.bits) < 0;
  std::string_view quote = fits_double(is_negative ? 0 - integer.bits : integer.bits) ? "" : "\"";
  out += quote;
  append_integer(out, integer);
  out += quote;
}

void append_json(std::string& out, const Value& value, const TextStyle& style) {
  match(
      value, [&](const NoValue&) { out += "null"; },
      [&](const Integer& integer) { append_json_integer(out, integer); },
      [&](const Bool& truth) { append_part(out, truth.is_true); },
      [&](const Pointer& pointer) { append_json_integer(out, {.bits = pointer.address}); },
      [&](const String&) { append_quoted_text(out, value, style); },
      [&](const Stack&) { append_quoted_text(out, value, style); },
      [&](const Buffer& buffer) { append_bytes(out, buffer); },
      [&](const Inet&) { append_quoted_text(out, value, style); },
      [&](const MacAddress&) { append_quoted_text(out, value, style); },
      [&](const Lookup&) { append_quoted_text(out, value, style); },
      [&](const Tuple& tuple) { append_list(out, tuple.members, style); },
      [&](const Record& record) { append_object(out, record, style); },
      [&](const Array& array) { append_list(out, array.elements, style); });
}

void append_json_key(std::string& out, const Value& key, const TextStyle& style) {
  TextStyle compact = style;
  compact.spaces = symbolize::FrameSpaces::kNo;
  std::string text;
  append_key_text(text, key, compact);
  append_json_string(out, text);
}

void append_json_histogram(std::string& out, const std::vector<HistogramRow>& rows) {
  out += '[';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const HistogramRow& row = rows[i];
    out += i > 0 ? ",{" : "{";
    if (row.first) {
      out += "\"min\": ";
      append_json_integer(out, {.bits = *row.first});
      out += ", ";
    }
    if (row.last) {
      out += "\"max\": ";
      append_json_integer(out, {.bits = *row.last, .is_signed = !row.first});
      out += ", ";
    }
    out += "\"count\": ";
    append_json_integer(out, {.bits = row.count});
    out += '}';
  }
  out += ']';
}

}  // namespace sonde::output
