// Conversions act on the value, not on its declared type: without a length modifier an integer
// counts with its low 32 bits. Width counts bytes of the whole text; zeros go between sign or base
// prefix and digits, as in C.
#include "runtime/output/format.h"

#include <charconv>
#include <optional>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"
#include "runtime/output/gfp_flags.h"

namespace sonde::output {
namespace {

using namespace events;

using PrintHook = void (*)(std::string&, const FormatPiece&, const Value&, const TextStyle&);
constexpr PrintHook kHooks[] = {
#define FORMAT_CONVERSION(id, ...) &print_conversion<FormatConversion::id>,
#include "stdlib/format_specs.def"
#undef FORMAT_CONVERSION
};

void append_padding(std::string& out, const FormatPiece& piece, std::size_t size, char fill) {
  if (piece.width > size) out.append(piece.width - size, fill);
}

void append_padded(std::string& out, const FormatPiece& piece, std::string_view text) {
  if (!piece.left) append_padding(out, piece, text.size(), ' ');
  out += text;
  if (piece.left) append_padding(out, piece, text.size(), ' ');
}

// A number is a sign or base prefix and its digits.
void append_number(std::string& out, const FormatPiece& piece, std::string_view prefix,
                   std::string_view digits) {
  if (!piece.zero || piece.left) return append_padded(out, piece, concat(prefix, digits));
  out += prefix;
  append_padding(out, piece, prefix.size() + digits.size(), '0');
  out += digits;
}

std::optional<std::uint64_t> as_integer(const Value& value) {
  if (const auto* integer = std::get_if<Integer>(&value.is)) return integer->bits;
  if (const auto* truth = std::get_if<Bool>(&value.is)) return truth->is_true ? 1 : 0;
  if (const auto* pointer = std::get_if<Pointer>(&value.is)) return pointer->address;
  return std::nullopt;
}

std::uint32_t length_bits(FormatLength length) {
  switch (length) {
    case FormatLength::kChar:
      return 8;
    case FormatLength::kShort:
      return 16;
    case FormatLength::kNone:
      return 32;
    case FormatLength::kLong:
      return 64;
  }
  return 64;
}

std::string digits_of(std::uint64_t value, int base) {
  char digits[64];
  auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
  return std::string(digits, end);
}

void append_refusal(std::string& out, const FormatPiece& piece) {
  out += concat("!{no integer for %", format_conversion_row(piece.conversion).letter, '}');
}

void print_signed(std::string& out, const FormatPiece& piece, const Value& value) {
  auto bits = as_integer(value);
  if (!bits) return append_refusal(out, piece);
  std::uint32_t unused = 64 - length_bits(piece.length);
  std::int64_t number = static_cast<std::int64_t>(*bits << unused) >> unused;
  bool is_negative = number < 0;
  std::uint64_t magnitude =
      is_negative ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  append_number(out, piece, is_negative ? "-" : piece.plus ? "+" : "", digits_of(magnitude, 10));
}

void print_unsigned(std::string& out, const FormatPiece& piece, const Value& value, int base,
                    std::string_view prefix) {
  auto bits = as_integer(value);
  if (!bits) return append_refusal(out, piece);
  std::uint32_t unused = 64 - length_bits(piece.length);
  std::uint64_t number = *bits << unused >> unused;
  bool has_prefix = piece.alternate && number != 0;
  append_number(out, piece, has_prefix ? prefix : "", digits_of(number, base));
}

void append_pairs(std::string& out, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out += ' ';
    auto byte = static_cast<unsigned char>(bytes[i]);
    out += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

void print_buffer(std::string& out, const FormatPiece& piece, const Value& value,
                  void (*append)(std::string&, std::string_view)) {
  const auto* buffer = std::get_if<Buffer>(&value.is);
  std::string text = buffer ? std::string() : std::string("!{no buffer}");
  if (buffer) append(text, buffer->bytes);
  append_padded(out, piece, text);
}

}  // namespace

template <>
void print_conversion<FormatConversion::kGfpFlags>(std::string& out, const FormatPiece& piece,
                                                   const Value& value, const TextStyle&) {
  auto bits = as_integer(value);
  if (!bits) return append_refusal(out, piece);
  std::string text;
  append_gfp_flags(text, *bits);
  append_padded(out, piece, text);
}

template <>
void print_conversion<FormatConversion::kRaw>(std::string& out, const FormatPiece& piece,
                                              const Value& value, const TextStyle&) {
  print_buffer(out, piece, value, append_escaped);
}

template <>
void print_conversion<FormatConversion::kRawHex>(std::string& out, const FormatPiece& piece,
                                                 const Value& value, const TextStyle&) {
  print_buffer(out, piece, value, append_escapes);
}

template <>
void print_conversion<FormatConversion::kRawPairs>(std::string& out, const FormatPiece& piece,
                                                   const Value& value, const TextStyle&) {
  print_buffer(out, piece, value, append_pairs);
}

template <>
void print_conversion<FormatConversion::kSigned>(std::string& out, const FormatPiece& piece,
                                                 const Value& value, const TextStyle&) {
  print_signed(out, piece, value);
}

template <>
void print_conversion<FormatConversion::kSignedI>(std::string& out, const FormatPiece& piece,
                                                  const Value& value, const TextStyle&) {
  print_signed(out, piece, value);
}

template <>
void print_conversion<FormatConversion::kUnsigned>(std::string& out, const FormatPiece& piece,
                                                   const Value& value, const TextStyle&) {
  print_unsigned(out, piece, value, 10, "");
}

template <>
void print_conversion<FormatConversion::kHex>(std::string& out, const FormatPiece& piece,
                                              const Value& value, const TextStyle&) {
  print_unsigned(out, piece, value, 16, "0x");
}

template <>
void print_conversion<FormatConversion::kHexUpper>(std::string& out, const FormatPiece& piece,
                                                   const Value& value, const TextStyle&) {
  std::string text;
  print_unsigned(text, piece, value, 16, "0x");
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  out += text;
}

template <>
void print_conversion<FormatConversion::kOctal>(std::string& out, const FormatPiece& piece,
                                                const Value& value, const TextStyle&) {
  print_unsigned(out, piece, value, 8, "0");
}

template <>
void print_conversion<FormatConversion::kCharacter>(std::string& out, const FormatPiece& piece,
                                                    const Value& value, const TextStyle&) {
  auto bits = as_integer(value);
  if (!bits) return append_refusal(out, piece);
  append_padded(out, piece, std::string(1, static_cast<char>(*bits)));
}

template <>
void print_conversion<FormatConversion::kPointer>(std::string& out, const FormatPiece& piece,
                                                  const Value& value, const TextStyle&) {
  auto bits = as_integer(value);
  if (!bits) return append_refusal(out, piece);
  append_number(out, piece, "0x", digits_of(*bits, 16));
}

template <>
void print_conversion<FormatConversion::kText>(std::string& out, const FormatPiece& piece,
                                               const Value& value, const TextStyle& style) {
  if (piece.width == 0) return append_text(out, value, style);
  std::string text;
  append_text(text, value, style);
  append_padded(out, piece, text);
}

void append_formatted(std::string& out, const ParsedFormat& format,
                      const std::vector<Value>& values, const TextStyle& style) {
  std::size_t next = 0;
  for (const FormatPiece& piece : format.pieces) {
    if (piece.is_text)
      out += piece.text;
    else if (next < values.size())
      kHooks[to_index(piece.conversion)](out, piece, values[next++], style);
    else
      out += "!{no value}";
  }
}

}  // namespace sonde::output
