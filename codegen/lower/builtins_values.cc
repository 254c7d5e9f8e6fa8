// Builtins that give values of kinds of their own: bytes and network addresses, and what user space
// looks up when it prints them. Their layouts are those of wire.h.
#include <algorithm>

#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

constexpr std::uint64_t kFamilyInet4 = 2, kFamilyInet6 = 10;  // AF_INET, AF_INET6
constexpr std::uint32_t kInet4Bytes = 4, kInet6Bytes = 16;
constexpr std::uint32_t kBufferHeader = sizeof(image::BufferHeader);

// The bytes of a string, an array or a buffer, and how many there are.
struct Bytes {
  Place place;
  std::uint32_t count = 0;
};

Bytes bytes_of(Body& body, ast::NodeId value) {
  const Type& type = body.type_of(value);
  Place place = body.place_of(value);
  if (type.kind != TypeKind::kBuffer) return {place, type.size};
  return {body.builder().at(place, kBufferHeader), type.length};
}

// How many bytes the buffer at `use` takes: a word, at most `capacity`.
llvm::Value* buffer_length(Body& body, const BuiltinUse& use, std::uint32_t capacity) {
  if (use.arguments.size() < 2) return body.builder().word(capacity);
  return body.text_size(use.arguments, capacity);
}

void store_buffer(Body& body, const BuiltinUse& use) {
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  std::uint32_t capacity = body.type_of(use.node).length;
  ast::NodeId source = use.arguments.front();
  Span at = body.span(use.node);
  Place destination = builder.at(use.destination, kBufferHeader);
  bool is_address = body.is_scalar(body.facts(source).type);
  llvm::Value* address = is_address ? body.scalar(source) : nullptr;
  Bytes bytes = is_address ? Bytes{} : bytes_of(body, source);
  llvm::Value* length = buffer_length(body, use, capacity);
  clear_memory(builder, use.destination, kBufferHeader + capacity);
  builder.store_field(use.destination, WIRE_FIELD(image::BufferHeader, length), length);
  if (capacity == 0) return;
  bool is_constant = llvm::isa<llvm::ConstantInt>(length);
  if (is_address && is_constant)
    return body.read_bytes(address, body.facts(source).space, destination, capacity, at);
  if (is_address)
    return body.read_bytes(address, body.facts(source).space, destination, length, at);
  std::uint32_t available = std::min(capacity, bytes.count);
  if (is_constant) return copy_memory(builder, destination, bytes.place, available);
  llvm::Value* most = builder.word(available);
  llvm::Value* count = builder.opaque(length);
  count = ir.CreateSelect(ir.CreateICmpUGT(count, most), most, count);
  body.read_bytes(builder.address(bytes.place), AddressSpace::kKernel, destination, count, at);
}

void store_user_address(Body& body, const BuiltinUse& use, llvm::Value* address) {
  Builder& builder = body.builder();
  auto set = [&](image::WireField field, llvm::Value* value) {
    builder.store_field(use.destination, field, value);
  };
  llvm::Value* ticks = builder.ir().CreateUDiv(body.process_start_time(body.span(use.node)),
                                               builder.word(image::kNanosecondsPerTick));
  set(WIRE_FIELD(image::UserAddress, address), address);
  set(WIRE_FIELD(image::UserAddress, pid), body.process_id(/*in_initial_namespace=*/true, false));
  set(WIRE_FIELD(image::UserAddress, start_ticks), ticks);
}

}  // namespace

LOWER(kBuf) {
  store_buffer(body, use);
  return nullptr;
}

LOWER(kNtop) {
  Builder& builder = body.builder();
  ast::NodeId source = use.arguments.back();
  bool is_integer = body.is_scalar(body.facts(source).type);
  Bytes bytes;
  llvm::Value* number = nullptr;
  llvm::Value* family = use.arguments.size() > 1 ? body.scalar(use.arguments.front()) : nullptr;
  if (is_integer)
    number = body.scalar(source);
  else
    bytes = bytes_of(body, source);
  bool is_long = !is_integer && bytes.count == kInet6Bytes;
  clear_memory(builder, use.destination, sizeof(image::InetAddress));
  builder.store_field(use.destination, WIRE_FIELD(image::InetAddress, family),
                      family ? family : builder.word(is_long ? kFamilyInet6 : kFamilyInet4));
  Place address = builder.field(use.destination, WIRE_FIELD(image::InetAddress, address));
  if (number)
    builder.store(address, kInet4Bytes, number);
  else
    copy_memory(builder, address, bytes.place, bytes.count);
  return nullptr;
}

LOWER(kMacaddr) {
  ast::NodeId source = use.arguments.front();
  constexpr std::uint32_t kSize = image::kMacAddressSize;
  if (body.is_scalar(body.facts(source).type))
    body.read_bytes(body.scalar(source), body.facts(source).space, use.destination, kSize,
                    body.span(use.node));
  else
    copy_memory(body.builder(), use.destination, bytes_of(body, source).place, kSize);
  return nullptr;
}

LOWER(kUsername) {
  Builder& builder = body.builder();
  llvm::Value* both = builder.call(Helper::kCurrentUidGid, {});
  builder.store(use.destination, sizeof(std::uint64_t), builder.ir().CreateAnd(both, 0xffffffff));
  return nullptr;
}

LOWER(kKsym) {
  body.builder().store(use.destination, sizeof(std::uint64_t), body.scalar(use.arguments.front()));
  return nullptr;
}

LOWER(kUsym) {
  store_user_address(body, use, body.scalar(use.arguments.front()));
  return nullptr;
}

LOWER(kFunc) {
  llvm::Value* address = body.function_address();
  if (body.type_of(use.node).kind == TypeKind::kUserSymbol)
    store_user_address(body, use, address);
  else
    body.builder().store(use.destination, sizeof(std::uint64_t), address);
  return nullptr;
}

LOWER(kStrftime) {
  Builder& builder = body.builder();
  ast::NodeId when = use.arguments[1];
  image::TextId format = body.image().text(body.text(use.arguments.front()));
  bool is_epoch = body.facts(when).clock == sema::Clock::kTai;
  auto set = [&](image::WireField field, llvm::Value* value) {
    builder.store_field(use.destination, field, value);
  };
  set(WIRE_FIELD(image::Timestamp, nanoseconds), body.scalar(when));
  set(WIRE_FIELD(image::Timestamp, format), builder.word(to_index(format)));
  set(WIRE_FIELD(image::Timestamp, is_epoch), builder.word(is_epoch));
  return nullptr;
}

LOWER(kCgroupPath) {
  Builder& builder = body.builder();
  image::TextId filter =
      body.image().text(use.arguments.size() > 1 ? body.text(use.arguments[1]) : "");
  auto set = [&](image::WireField field, llvm::Value* value) {
    builder.store_field(use.destination, field, value);
  };
  set(WIRE_FIELD(image::CgroupPath, id), body.scalar(use.arguments.front()));
  set(WIRE_FIELD(image::CgroupPath, filter), builder.word(to_index(filter)));
  set(WIRE_FIELD(image::CgroupPath, reserved), builder.word(0));
  return nullptr;
}

}  // namespace sonde::codegen
