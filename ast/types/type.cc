// Interning and layout. Programs have few types, so a linear search keeps the table simple and its
// ids in the order of first use, which makes every dump deterministic.
#include "ast/types/type.h"

#include <algorithm>

#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"

namespace sonde {
namespace {

constexpr std::uint32_t kStackHandleSize = 24;  // codegen/image/wire.h: StackHandle
constexpr std::uint32_t kBufferHeaderSize = 4;  // wire.h: BufferHeader

// What is said of a simple kind; the sizes are those of wire.h.
struct SimpleKind {
  TypeKind kind;
  std::string_view name;
  std::uint32_t size;
  std::uint32_t alignment;
};
constexpr SimpleKind kSimpleKinds[] = {{TypeKind::kInet, "inet", 24, 8},
                                       {TypeKind::kMacAddress, "macaddr_t", 6, 1},
                                       {TypeKind::kUserName, "username_t", 8, 8},
                                       {TypeKind::kKernelSymbol, "ksym_t", 8, 8},
                                       {TypeKind::kUserSymbol, "usym_t", 16, 8},
                                       {TypeKind::kTimestamp, "timestamp", 16, 8},
                                       {TypeKind::kCgroupPath, "cgroup_path_t", 16, 8}};

const SimpleKind& simple_kind_row(TypeKind kind) {
  const auto* row = std::ranges::find(kSimpleKinds, kind, &SimpleKind::kind);
  CHECK(row != std::end(kSimpleKinds));
  return *row;
}

std::string_view mode_suffix(StackMode mode) {
  switch (mode) {
    case StackMode::kBpftrace:
      return "";
    case StackMode::kPerf:
      return "_perf";
    case StackMode::kRaw:
      return "_raw";
    case StackMode::kBuildId:
      return "_build_id";
  }
  CHECK(false);
}

}  // namespace

TypeTable::TypeTable() {
  types_.push_back({.kind = TypeKind::kNone});
  types_.push_back({.kind = TypeKind::kPoison});
}

const Type& TypeTable::at(TypeId id) const {
  return types_[id];
}

TypeId TypeTable::intern(Type type) {
  for (std::size_t i = 0; i < types_.size(); ++i)
    if (types_[static_cast<TypeId>(i)] == type) return static_cast<TypeId>(i);
  return types_.push_back(std::move(type));
}

TypeId TypeTable::integer(std::uint32_t bytes, bool is_signed) {
  CHECK(bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8);
  return intern({.kind = TypeKind::kInteger, .size = bytes, .is_signed = is_signed});
}
TypeId TypeTable::boolean() {
  return intern({.kind = TypeKind::kBool, .size = 1});
}
TypeId TypeTable::void_type() {
  return intern({.kind = TypeKind::kVoid});
}
TypeId TypeTable::string(std::uint32_t bytes) {
  return intern({.kind = TypeKind::kString, .size = bytes});
}
TypeId TypeTable::pointer_to(TypeId pointee) {
  return intern({.kind = TypeKind::kPointer, .size = 8, .element = pointee});
}
TypeId TypeTable::array(TypeId element, std::uint32_t length) {
  return intern({.kind = TypeKind::kArray,
                 .size = size(element) * length,
                 .length = length,
                 .element = element});
}
TypeId TypeTable::tuple(const std::vector<TypeId>& members) {
  std::vector<TypeMember> laid;
  for (TypeId member : members) laid.push_back({{}, 0, member});
  return lay_out(TypeKind::kTuple, std::move(laid));
}
TypeId TypeTable::record(std::vector<TypeMember> members) {
  return lay_out(TypeKind::kRecord, std::move(members));
}
TypeId TypeTable::structure(std::string name, std::uint32_t size, std::vector<TypeMember> members) {
  return intern({.kind = TypeKind::kStruct,
                 .size = size,
                 .name = std::move(name),
                 .members = std::move(members)});
}
TypeId TypeTable::c_structure(bool is_union, std::string tag, DefinitionId definition) {
  if (!tag.empty()) definition = DefinitionId::kNone;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const Type& type = types_[static_cast<TypeId>(i)];
    if (type.is_c && type.is_union == is_union && type.definition == definition && type.name == tag)
      return static_cast<TypeId>(i);
  }
  return types_.push_back({.kind = TypeKind::kStruct,
                           .name = std::move(tag),
                           .is_union = is_union,
                           .is_c = true,
                           .is_open = true,
                           .alignment = 1,
                           .definition = definition});
}
void TypeTable::set_size(TypeId structure, std::uint32_t size, std::uint32_t alignment) {
  types_[structure].size = size;
  types_[structure].alignment = alignment;
}
void TypeTable::complete(TypeId structure, std::vector<TypeMember> members) {
  CHECK(types_[structure].is_open);
  types_[structure].members = std::move(members);
  types_[structure].is_open = false;
}
TypeId TypeTable::enumeration(std::string tag, std::uint32_t bytes, bool is_signed,
                              std::vector<CEnumerator> enumerators) {
  return intern({.kind = TypeKind::kInteger,
                 .size = bytes,
                 .is_signed = is_signed,
                 .name = std::move(tag),
                 .is_enum = true,
                 .enumerators = std::move(enumerators)});
}
TypeId TypeTable::resized(TypeId integer, std::uint32_t bytes) {
  Type type = at(integer);
  CHECK(type.kind == TypeKind::kInteger);
  type.size = bytes;
  return intern(std::move(type));
}
TypeId TypeTable::text_array(TypeId element, std::uint32_t length, ArrayText text) {
  return intern({.kind = TypeKind::kArray,
                 .size = size(element) * length,
                 .length = length,
                 .element = element,
                 .text = text});
}
TypeId TypeTable::value_of_text(TypeId array) {
  const Type& type = at(array);
  CHECK(type.text != ArrayText::kNone);
  return string(type.length + (type.text == ArrayText::kPadded ? 1 : 0));
}
TypeId TypeTable::kernel_stack(StackMode mode) {
  return intern({.kind = TypeKind::kKernelStack,
                 .size = kStackHandleSize,
                 .stack_mode = mode,
                 .name = {},
                 .members = {}});
}
TypeId TypeTable::user_stack(StackMode mode) {
  return intern({.kind = TypeKind::kUserStack,
                 .size = kStackHandleSize,
                 .stack_mode = mode,
                 .name = {},
                 .members = {}});
}
TypeId TypeTable::buffer(std::uint32_t capacity) {
  return intern({.kind = TypeKind::kBuffer,
                 .size = kBufferHeaderSize + capacity,
                 .length = capacity,
                 .name = {},
                 .members = {}});
}
TypeId TypeTable::simple(TypeKind kind) {
  return intern({.kind = kind, .size = simple_kind_row(kind).size, .name = {}, .members = {}});
}
std::optional<TypeKind> TypeTable::simple_kind(std::string_view name) {
  for (const SimpleKind& row : kSimpleKinds)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

std::uint32_t TypeTable::part_count(TypeId id) const {
  const Type& type = at(id);
  if (type.kind != TypeKind::kTuple && type.kind != TypeKind::kRecord) return 1;
  std::uint32_t count = 0;
  for (const TypeMember& member : type.members) count += part_count(member.type);
  return count;
}

std::size_t TypeTable::step_count(TypeId id) const {
  std::size_t count = 0;
  for (; at(id).element != TypeId::kNone; id = at(id).element) ++count;
  return count;
}

TypeId TypeTable::lay_out(TypeKind kind, std::vector<TypeMember> members) {
  std::uint32_t offset = 0, alignment_of_all = 1;
  for (TypeMember& member : members) {
    std::uint32_t member_alignment = alignment(member.type);
    alignment_of_all = std::max(alignment_of_all, member_alignment);
    offset = round_up(offset, member_alignment);
    member.offset = offset;
    offset += size(member.type);
  }
  return intern({.kind = kind,
                 .size = round_up(offset, alignment_of_all),
                 .name = {},
                 .members = std::move(members)});
}

std::uint32_t TypeTable::alignment(TypeId id) const {
  const Type& type = at(id);
  switch (type.kind) {
    case TypeKind::kInteger:
    case TypeKind::kBool:
    case TypeKind::kPointer:
      return std::max<std::uint32_t>(type.size, 1);
    case TypeKind::kArray:
      return alignment(type.element);
    case TypeKind::kTuple:
    case TypeKind::kRecord: {
      std::uint32_t largest = 1;
      for (const TypeMember& member : type.members)
        largest = std::max(largest, alignment(member.type));
      return largest;
    }
    case TypeKind::kStruct:
      return type.is_c ? type.alignment : 8;
    case TypeKind::kKernelStack:
    case TypeKind::kUserStack:
      return 8;
    case TypeKind::kBuffer:
      return kBufferHeaderSize;
    case TypeKind::kInet:
    case TypeKind::kMacAddress:
    case TypeKind::kUserName:
    case TypeKind::kKernelSymbol:
    case TypeKind::kUserSymbol:
    case TypeKind::kTimestamp:
    case TypeKind::kCgroupPath:
      return simple_kind_row(type.kind).alignment;
    case TypeKind::kNone:
    case TypeKind::kPoison:
    case TypeKind::kVoid:
    case TypeKind::kString:
      return 1;
  }
  CHECK(false);
}

std::string TypeTable::name(TypeId id) const {
  const Type& type = at(id);
  auto list = [&](bool with_names) {
    std::string out;
    for (const TypeMember& member : type.members) {
      if (!out.empty()) out += with_names ? ", " : ",";
      if (with_names) out += concat('.', member.name, " = ");
      out += name(member.type);
    }
    return out;
  };
  switch (type.kind) {
    case TypeKind::kNone:
      return "none";
    case TypeKind::kPoison:
      return "unknown";
    case TypeKind::kInteger:
      if (type.is_enum) return concat("enum ", type.name.empty() ? "(anonymous)" : type.name);
      return concat(type.is_signed ? "int" : "uint", type.size * 8);
    case TypeKind::kBool:
      return "bool";
    case TypeKind::kPointer:
      return concat(name(type.element), " *");
    case TypeKind::kVoid:
      return "void";
    case TypeKind::kString:
      return concat("string[", type.size, ']');
    case TypeKind::kTuple:
      return concat('(', list(false), ')');
    case TypeKind::kRecord:
      return concat("record { ", list(true), " }");
    case TypeKind::kArray:
      return concat(name(type.element), '[', type.length, ']');
    case TypeKind::kStruct:
      return concat(type.is_union ? "union " : "struct ",
                    type.name.empty() ? "(anonymous)" : type.name);
    case TypeKind::kKernelStack:
      return concat("kstack", mode_suffix(type.stack_mode));
    case TypeKind::kUserStack:
      return concat("ustack", mode_suffix(type.stack_mode));
    case TypeKind::kBuffer:
      return concat("buffer[", type.length, ']');
    case TypeKind::kInet:
    case TypeKind::kMacAddress:
    case TypeKind::kUserName:
    case TypeKind::kKernelSymbol:
    case TypeKind::kUserSymbol:
    case TypeKind::kTimestamp:
    case TypeKind::kCgroupPath:
      return std::string(simple_kind_row(type.kind).name);
  }
  CHECK(false);
}

}  // namespace sonde
