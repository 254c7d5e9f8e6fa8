// A walk over two values side by side. The manifest's types are consistent (members lie inside
// their type), which the size check at the door relies on.
#include "runtime/maps/order.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"
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

std::string_view buffer_bytes(std::string_view stored) {
  auto header = ByteView(stored).read<image::BufferHeader>(0);
  return header ? stored.substr(sizeof *header, header->length) : std::string_view();
}

}  // namespace

std::uint64_t order_rank(const ValueType& type, std::string_view stored) {
  bool is_plain = type.kind == ValueKind::kInteger || type.kind == ValueKind::kBool ||
                  type.kind == ValueKind::kPointer;
  if (!is_plain) return 0;
  std::uint64_t bits = events::stored_integer(type, stored);
  return type.is_signed ? bits ^ (std::uint64_t{1} << 63) : bits;
}

const std::string& StoredOrder::text_of(TypeId id, std::string_view stored) {
  auto [known, is_new] = texts_.try_emplace({id, stored});
  if (!is_new) return known->second;
  const ValueType& type = manifest_.types[id];
  if (type.kind == ValueKind::kKernelStack || type.kind == ValueKind::kUserStack) {
    known->second = stacks_.text(stored_stack(type, stored), symbolize::FrameSpaces::kYes);
    return known->second;
  }
  auto value = events::read_value(manifest_, id, stored);
  if (const auto* lookup = value ? std::get_if<events::Lookup>(&value->is) : nullptr)
    known->second = stacks_.text(*lookup);
  return known->second;
}

std::strong_ordering StoredOrder::compare(TypeId id, std::string_view left,
                                          std::string_view right) {
  const ValueType& type = manifest_.types[id];
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
    case ValueKind::kBuffer:
      return buffer_bytes(left) <=> buffer_bytes(right);
    case ValueKind::kInet:
    case ValueKind::kMacAddress:
      return left <=> right;
    case ValueKind::kKernelStack:
    case ValueKind::kUserStack:
    case ValueKind::kUserName:
    case ValueKind::kKernelSymbol:
    case ValueKind::kUserSymbol:
    case ValueKind::kTimestamp:
    case ValueKind::kCgroupPath:
      if (left == right) return std::strong_ordering::equal;
      return text_of(id, left) <=> text_of(id, right);
    case ValueKind::kTuple:
    case ValueKind::kRecord:
      for (const image::ValueMember& member : type.members) {
        auto order = compare(member.type, left.substr(member.offset), right.substr(member.offset));
        if (order != 0) return order;
      }
      return std::strong_ordering::equal;
    case ValueKind::kArray: {
      TypeId element = type.members[0].type;
      std::uint64_t size = manifest_.types[element].size;
      for (std::uint64_t at = 0; at < type.size; at += size) {
        auto order = compare(element, left.substr(at), right.substr(at));
        if (order != 0) return order;
      }
      return std::strong_ordering::equal;
    }
  }
  return std::strong_ordering::equal;
}

}  // namespace sonde::maps
