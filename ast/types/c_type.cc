// The integer types by name. `long` is 64 bits, as everywhere that BPF runs.
#include "ast/types/c_type.h"

#include <algorithm>
#include <utility>

namespace sonde {
namespace {

struct NamedInteger {
  std::string_view name;
  std::uint32_t bytes;
  bool is_signed;
};
constexpr NamedInteger kIntegers[] = {
    {"int8", 1, true},     {"int16", 2, true},     {"int32", 4, true},      {"int64", 8, true},
    {"uint8", 1, false},   {"uint16", 2, false},   {"uint32", 4, false},    {"uint64", 8, false},
    {"s8", 1, true},       {"s16", 2, true},       {"s32", 4, true},        {"s64", 8, true},
    {"u8", 1, false},      {"u16", 2, false},      {"u32", 4, false},       {"u64", 8, false},
    {"__s8", 1, true},     {"__s16", 2, true},     {"__s32", 4, true},      {"__s64", 8, true},
    {"__u8", 1, false},    {"__u16", 2, false},    {"__u32", 4, false},     {"__u64", 8, false},
    {"int8_t", 1, true},   {"int16_t", 2, true},   {"int32_t", 4, true},    {"int64_t", 8, true},
    {"uint8_t", 1, false}, {"uint16_t", 2, false}, {"uint32_t", 4, false},  {"uint64_t", 8, false},
    {"size_t", 8, false},  {"ssize_t", 8, true},   {"uintptr_t", 8, false}, {"intptr_t", 8, true},
    {"pid_t", 4, true},    {"uid_t", 4, false},    {"gid_t", 4, false},     {"loff_t", 8, true},
    {"off_t", 8, true},    {"dev_t", 4, false},    {"umode_t", 2, false}};

// `unsigned long int` and the like, which are made of words in any order.
std::optional<CType> read_words(std::string_view words) {
  std::uint32_t bytes = 0;
  int longs = 0;
  bool is_unsigned = false, is_signed = false, has_base = false, is_char = false;
  while (!words.empty()) {
    std::size_t space = std::min(words.find(' '), words.size());
    std::string_view word = words.substr(0, space);
    words.remove_prefix(std::min(space + 1, words.size()));
    if (word == "const" || word == "volatile") continue;
    has_base = true;
    if (word == "unsigned") {
      is_unsigned = true;
    } else if (word == "signed" || word == "__signed__") {
      is_signed = true;
    } else if (word == "long") {
      ++longs;
    } else if (word == "char") {
      bytes = 1;
      is_char = true;
    } else if (word == "short") {
      bytes = 2;
    } else if (word != "int") {
      return std::nullopt;
    }
  }
  if (!has_base) return std::nullopt;
  if (longs > 0) bytes = 8;
  CType type = c_integer(bytes == 0 ? 4 : bytes, !is_unsigned);
  type.is_char = is_char && !is_unsigned && !is_signed;
  return type;
}

}  // namespace

std::optional<CType> find_c_integer(std::string_view name) {
  for (const NamedInteger& known : kIntegers)
    if (known.name == name) return c_integer(known.bytes, known.is_signed);
  return read_words(name);
}

const std::vector<std::string_view>& c_integer_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const NamedInteger& known : kIntegers) all.push_back(known.name);
    return all;
  }();
  return names;
}

CType c_integer(std::uint32_t bytes, bool is_signed) {
  return {.kind = CKind::kInteger, .is_signed = is_signed, .size = bytes, .alignment = bytes};
}

CType c_pointer_to(CType pointee) {
  CType pointer{.kind = CKind::kPointer, .size = 8, .alignment = 8};
  pointer.element.push_back(std::move(pointee));
  return pointer;
}

CType c_array(CType element, std::uint32_t length, ArrayText text) {
  CType array{.kind = CKind::kArray,
              .text = text,
              .size = element.size * length,
              .alignment = element.alignment,
              .length = length};
  array.element.push_back(std::move(element));
  return array;
}

}  // namespace sonde
