// Values are copied out of their bytes with every access checked against the end. The manifest is
// trusted to be consistent (check_references), the bytes are not trusted at all.
#include "runtime/events/read_value.h"

#include <cerrno>
#include <cstring>

#include "lexer/base/byte_view.h"
#include "lexer/base/check.h"
#include "lexer/base/concat.h"

namespace sonde::events {
namespace {

using image::TypeId;
using image::ValueKind;
using image::ValueType;

String read_string(const ValueType& type, std::string_view bytes) {
  std::size_t end = bytes.find('\0');
  bool is_cut = end == std::string_view::npos && !bytes.empty() && !type.may_fill;
  return {.bytes = std::string(bytes.substr(0, end)), .is_cut = is_cut};
}

Integer read_integer(const ValueType& type, std::string_view bytes) {
  std::uint64_t bits = stored_integer(type, bytes);
  Integer integer{.bits = bits,
                  .size = static_cast<std::uint8_t>(type.bit_width > 0 ? 8 : type.size),
                  .is_signed = type.is_signed,
                  .name = {},
                  .is_enum = !type.enumerators.empty()};
  for (const image::Enumerator& each : type.enumerators) {
    if (each.value != bits) continue;
    integer.name = each.name;
    break;
  }
  return integer;
}

// `bytes` are the whole storage; a length beyond it is cut.
Result<Value> read_buffer(std::string_view bytes) {
  auto header = ByteView(bytes).read<image::BufferHeader>(0);
  if (!header) return bad_bytes("ends inside a buffer");
  return Value{Buffer{.bytes = std::string(bytes.substr(sizeof *header, header->length))}};
}

template <typename T>
Result<Value> read_lookup(const ByteView& view) {
  auto what = view.read<T>(0);
  if (!what) return bad_bytes("ends inside a value");
  return Value{Lookup{*what}};
}

Result<Value> read_inet(const ByteView& view) {
  auto address = view.read<image::InetAddress>(0);
  if (!address) return bad_bytes("ends inside an address");
  return Value{Inet{*address}};
}

Result<std::vector<Value>> read_members(const image::Manifest& manifest, const ValueType& type,
                                        std::string_view bytes) {
  std::vector<Value> members;
  members.reserve(type.members.size());
  for (const image::ValueMember& member : type.members) {
    TRY(Value value, read_value(manifest, member.type, bytes.substr(member.offset)));
    members.push_back(std::move(value));
  }
  return members;
}

Result<Value> read_array(const image::Manifest& manifest, const ValueType& type,
                         std::string_view bytes) {
  Array array;
  TypeId element = type.members[0].type;
  std::uint32_t size = manifest.types[element].size;
  for (std::uint64_t offset = 0; offset < type.size; offset += size) {
    TRY(Value value, read_value(manifest, element, bytes.substr(offset)));
    array.elements.push_back(std::move(value));
  }
  return Value{std::move(array)};
}

Result<Value> read_record(const image::Manifest& manifest, const ValueType& type,
                          std::string_view bytes) {
  Record record;
  TRY(record.members, read_members(manifest, type, bytes));
  for (const image::ValueMember& member : type.members) record.names.push_back(member.name);
  return Value{std::move(record)};
}

}  // namespace

Error bad_bytes(std::string_view what) {
  return {.message = concat("event: ", what), .code = EINVAL, .hint = {}};
}

std::uint64_t extend_integer(std::string_view bytes, std::uint32_t size, bool is_signed) {
  CHECK(size >= 1 && size <= 8 && bytes.size() >= size);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), size);
  if (!is_signed) return bits;
  std::uint32_t unused = 64 - 8 * size;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
}

std::uint64_t stored_integer(const ValueType& type, std::string_view bytes) {
  if (type.bit_width == 0) return extend_integer(bytes, type.size, type.is_signed);
  CHECK(bytes.size() >= type.size);
  unsigned __int128 spanned = 0;  // up to 9 bytes
  std::memcpy(&spanned, bytes.data(), type.size);
  std::uint32_t unused = 64 - type.bit_width;
  std::uint64_t bits = static_cast<std::uint64_t>(spanned >> type.bit_start) << unused;
  if (!type.is_signed) return bits >> unused;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> unused);
}

Result<Value> read_value(const image::Manifest& manifest, TypeId id, std::string_view bytes) {
  const ValueType& type = manifest.types[id];
  auto own = ByteView(bytes).slice(0, type.size);
  if (!own) return bad_bytes("ends inside a value");
  bytes = bytes.substr(0, type.size);
  switch (type.kind) {
    case ValueKind::kNone:
      return Value{NoValue{}};
    case ValueKind::kInteger:
      return Value{read_integer(type, bytes)};
    case ValueKind::kBool:
      return Value{Bool{.is_true = bytes[0] != '\0'}};
    case ValueKind::kPointer:
      return Value{Pointer{.address = extend_integer(bytes, type.size, false)}};
    case ValueKind::kString:
      return Value{read_string(type, bytes)};
    case ValueKind::kTuple: {
      TRY(std::vector<Value> members, read_members(manifest, type, bytes));
      return Value{Tuple{.members = std::move(members)}};
    }
    case ValueKind::kRecord:
      return read_record(manifest, type, bytes);
    case ValueKind::kArray:
      return read_array(manifest, type, bytes);
    case ValueKind::kKernelStack:
    case ValueKind::kUserStack: {
      auto handle = own->read<image::StackHandle>(0);
      if (!handle) return bad_bytes("ends inside a stack");
      return Value{Stack{.handle = *handle,
                         .is_kernel = type.kind == ValueKind::kKernelStack,
                         .mode = type.stack_mode}};
    }
    case ValueKind::kBuffer:
      return read_buffer(bytes);
    case ValueKind::kInet:
      return read_inet(*own);
    case ValueKind::kMacAddress: {
      MacAddress address;
      std::memcpy(address.bytes, bytes.data(), sizeof address.bytes);
      return Value{address};
    }
    case ValueKind::kUserName:
      return Value{Lookup{UserName{extend_integer(bytes, type.size, false)}}};
    case ValueKind::kKernelSymbol:
      return Value{Lookup{KernelSymbol{extend_integer(bytes, type.size, false)}}};
    case ValueKind::kUserSymbol:
      return read_lookup<image::UserAddress>(*own);
    case ValueKind::kTimestamp:
      return read_lookup<image::Timestamp>(*own);
    case ValueKind::kCgroupPath:
      return read_lookup<image::CgroupPath>(*own);
  }
  return bad_bytes("value of an unknown kind");
}

Value zero_value(const image::Manifest& manifest, TypeId type) {
  std::string zeros(manifest.types[type].size, '\0');
  auto value = read_value(manifest, type, zeros);
  return value ? *std::move(value) : Value{};
}

}  // namespace sonde::events
