// A walk over two values side by side. The manifest's types are consistent (members lie inside
// their type), which the size check at the door relies on.
#include "runtime/maps/order.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "codegen/image/wire.h"
#include "lexer/base/check.h"
#include "runtime/events/read_value.h"

namespace sonde::maps {
namespace {

using image::TypeId;
using image::ValueKind;
using image::ValueType;

std::strong_ordering compare_integers(const ValueType& type, std::string_view left,
                                      std::string_view right) {
  std::uint64_t a = events::stored_integer(type, left);
  std::uint64_t b = events::stored_integer(type, right);
  if (type.is_signed) return static_cast<std::int64_t>(a) <=> static_cast<std::int64_t>(b);
  return a <=> b;
}

std::string_view until_nul(std::string_view bytes) {
  return bytes.substr(0, bytes.find('\0'));
}

events::Stack stored_stack(const ValueType& type, std::string_view bytes) {
  events::Stack stack{
      .handle = {}, .is_kernel = type.kind == ValueKind::kKernelStack, .mode = type.stack_mode};
  std::memcpy(&stack.handle, bytes.data(), sizeof stack.handle);
  return stack;
}

std::strong_ordering compare_stacks(const ValueType& type, std::string_view left,
                                    std::string_view right, symbolize::StackTexts& stacks) {
  if (left == right) return std::strong_ordering::equal;
  std::string a = stacks.text(stored_stack(type, left), symbolize::FrameSpaces::kYes);
  const std::string& b = stacks.text(stored_stack(type, right), symbolize::FrameSpaces::kYes);
  return a <=> b;
}

}  // namespace

std::uint64_t order_rank(const ValueType& type, std::string_view stored) {
  bool is_plain = type.kind == ValueKind::kInteger || type.kind == ValueKind::kBool ||
                  type.kind == ValueKind::kPointer;
  if (!is_plain) return 0;
  std::uint64_t bits = events::stored_integer(type, stored);
  return type.is_signed ? bits ^ (std::uint64_t{1} << 63) : bits;
}

std::strong_ordering compare_stored(const image::Manifest& manifest, TypeId id,
                                    std::string_view left, std::string_view right,
                                    symbolize::StackTexts& stacks) {
  const ValueType& type = manifest.types[id];
  CHECK(left.size() >= type.size && right.size() >= type.size);
  left = left.substr(0, type.size);
  right = right.substr(0, type.size);
  switch (type.kind) {
    case ValueKind::kNone:
      return std::strong_ordering::equal;
    case ValueKind::kInteger:
    case ValueKind::kBool:
    case ValueKind::kPointer:
      return compare_integers(type, left, right);
    case ValueKind::kString:
      return until_nul(left) <=> until_nul(right);
    case ValueKind::kKernelStack:
    case ValueKind::kUserStack:
      return compare_stacks(type, left, right, stacks);
    case ValueKind::kTuple:
    case ValueKind::kRecord:
      for (const image::ValueMember& member : type.members) {
        auto order = compare_stored(manifest, member.type, left.substr(member.offset),
                                    right.substr(member.offset), stacks);
        if (order != 0) return order;
      }
      return std::strong_ordering::equal;
    case ValueKind::kArray: {
      TypeId element = type.members[0].type;
      std::uint64_t size = manifest.types[element].size;
      for (std::uint64_t at = 0; at < type.size; at += size) {
        auto order = compare_stored(manifest, element, left.substr(at), right.substr(at), stacks);
        if (order != 0) return order;
      }
      return std::strong_ordering::equal;
    }
  }
  return std::strong_ordering::equal;
}

}  // namespace sonde::maps
