// The types of a BTF blob as C types. Nothing here follows a pointer to a structure: it is named
// and numbered, and its layout is a question of its own. BTF does not record alignment; it is
// worked out from the members, which matters only where a script puts a structure into one of its
// own.
#include <linux/btf.h>

#include <algorithm>
#include <cstring>

#include "lexer/base/concat.h"
#include "runtime/world/btf.h"

namespace sonde::world {
namespace {

constexpr int kBudget = 4096;
constexpr std::uint32_t kLargestAlignment = 8;
constexpr std::uint64_t kIdMask = 0xffffffff;

std::uint32_t lowest_bit(std::uint32_t value) {
  return value & (~value + 1);
}

CType integer_type(const BtfType& type) {
  std::uint32_t encoding = BTF_INT_ENCODING(type.tail.read<std::uint32_t>(0).value_or(0));
  std::uint32_t size = type.size_or_type;
  bool is_word = size == 1 || size == 2 || size == 4 || size == 8;
  return {.kind = is_word ? CKind::kInteger : CKind::kFloat,
          .is_signed = (encoding & BTF_INT_SIGNED) != 0,
          .is_bool = (encoding & BTF_INT_BOOL) != 0,
          .size = size,
          .alignment = std::min(size, kLargestAlignment)};
}

}  // namespace

std::optional<CType> Btf::c_type(std::uint32_t id, std::uint64_t blob) const {
  int budget = kBudget;
  return read_c_type(id, blob, budget);
}

std::optional<CType> Btf::read_c_type(std::uint32_t id, std::uint64_t blob, int& budget) const {
  while (true) {
    if (id == 0) return CType{.kind = CKind::kVoid};
    auto found = type(id);
    if (!found || --budget < 0) return std::nullopt;
    CType made;
    switch (found->kind) {
      case BtfKind::kTypedef:
      case BtfKind::kTypeTag:
      case BtfKind::kVolatile:
      case BtfKind::kConst:
      case BtfKind::kRestrict:
        id = found->size_or_type;
        continue;
      case BtfKind::kInt:
        return integer_type(*found);
      case BtfKind::kFloat:
        return CType{.kind = CKind::kFloat,
                     .size = found->size_or_type,
                     .alignment = std::min(found->size_or_type, kLargestAlignment)};
      case BtfKind::kPointer:
        return read_pointer(found->size_or_type, blob, budget);
      case BtfKind::kArray:
        return read_array(*found, blob, budget);
      case BtfKind::kForward:
        return CType{.kind = found->flag ? CKind::kUnion : CKind::kStruct,
                     .name = std::string(string_at(found->name))};
      case BtfKind::kStruct:
      case BtfKind::kUnion:
      case BtfKind::kEnum:
      case BtfKind::kEnum64:
        break;
      default:
        return CType{.kind = CKind::kVoid};
    }
    bool is_enum = found->kind == BtfKind::kEnum || found->kind == BtfKind::kEnum64;
    made.kind = is_enum                           ? CKind::kEnum
                : found->kind == BtfKind::kStruct ? CKind::kStruct
                                                  : CKind::kUnion;
    made.is_signed = is_enum && found->flag;
    made.size = found->size_or_type;
    made.alignment = alignment(id, budget);
    made.name = string_at(found->name);
    made.definition =
        static_cast<DefinitionId>((id < first_id_ ? kKernelDefinition : blob & ~kIdMask) | id);
    return made;
  }
}

// A type tag stands between a pointer and what it points to.
std::optional<CType> Btf::read_pointer(std::uint32_t target, std::uint64_t blob,
                                       int& budget) const {
  auto pointee = read_c_type(target, blob, budget);
  if (!pointee) return std::nullopt;
  CType pointer = c_pointer_to(*std::move(pointee));
  if (auto tag = type(target); tag && tag->kind == BtfKind::kTypeTag)
    pointer.name = string_at(tag->name);
  return pointer;
}

std::optional<CType> Btf::read_array(const BtfType& type, std::uint64_t blob, int& budget) const {
  auto array = type.tail.read<btf_array>(0);
  if (!array) return std::nullopt;
  auto element = read_c_type(array->type, blob, budget);
  if (!element) return std::nullopt;
  constexpr std::uint64_t kLargest = 1u << 28;
  if (std::uint64_t{array->nelems} * element->size > kLargest) return std::nullopt;
  bool is_text = element->kind == CKind::kInteger && element->size == 1 && !element->is_bool;
  return c_array(*std::move(element), array->nelems,
                 is_text ? ArrayText::kExact : ArrayText::kNone);
}

std::uint32_t Btf::alignment(std::uint32_t id, int& budget) const {
  auto found = underlying(id);
  if (!found || --budget < 0) return 1;
  switch (found->kind) {
    case BtfKind::kPointer:
      return kLargestAlignment;
    case BtfKind::kInt:
    case BtfKind::kEnum:
    case BtfKind::kEnum64:
    case BtfKind::kFloat:
      return std::clamp(lowest_bit(found->size_or_type), 1u, kLargestAlignment);
    case BtfKind::kArray: {
      auto array = found->tail.read<btf_array>(0);
      return array ? alignment(array->type, budget) : 1;
    }
    case BtfKind::kStruct:
    case BtfKind::kUnion:
      break;
    default:
      return 1;
  }
  std::uint32_t largest = 1;
  for (std::uint32_t i = 0; i < found->length && budget > 0; ++i) {
    auto member = found->tail.read<btf_member>(i * sizeof(btf_member));
    if (!member) return 1;
    largest = std::max(largest, alignment(member->type, budget));
  }
  // A packed structure's size tells.
  std::uint32_t size = found->size_or_type;
  return size == 0 ? largest : std::min(largest, lowest_bit(size | kLargestAlignment));
}

std::vector<CEnumerator> Btf::enumerators(const BtfType& type) const {
  std::vector<CEnumerator> all;
  for (std::uint32_t i = 0; i < type.length; ++i) {
    if (type.kind == BtfKind::kEnum) {
      auto each = type.tail.read<btf_enum>(i * sizeof(btf_enum));
      if (!each) break;
      auto low = static_cast<std::uint32_t>(each->val);
      auto value = type.flag ? static_cast<std::uint64_t>(std::int64_t{each->val}) : low;
      all.push_back({std::string(string_at(each->name_off)), value});
      continue;
    }
    auto words = type.tail.read<std::array<std::uint32_t, 3>>(i * 12);  // struct btf_enum64
    if (!words) break;
    std::uint64_t value = std::uint64_t{(*words)[2]} << 32 | (*words)[1];
    all.push_back({std::string(string_at((*words)[0])), value});
  }
  return all;
}

std::optional<CLayout> Btf::layout(std::uint32_t id, std::uint64_t blob) const {
  auto found = type(id);
  if (!found) return std::nullopt;
  int budget = kBudget;
  CLayout layout{.size = found->size_or_type, .alignment = alignment(id, budget)};
  if (found->kind == BtfKind::kEnum || found->kind == BtfKind::kEnum64) {
    layout.enumerators = enumerators(*found);
    return layout;
  }
  if (found->kind != BtfKind::kStruct && found->kind != BtfKind::kUnion) return std::nullopt;
  for (std::uint32_t i = 0; i < found->length; ++i) {
    auto record = found->tail.read<btf_member>(i * sizeof(btf_member));
    if (!record) return std::nullopt;
    CMember member{.name = std::string(string_at(record->name_off)), .bit_offset = record->offset};
    if (found->flag) {
      member.bit_offset = BTF_MEMBER_BIT_OFFSET(record->offset);
      member.bit_width = BTF_MEMBER_BITFIELD_SIZE(record->offset);
    }
    budget = kBudget;
    auto type = read_c_type(record->type, blob, budget);
    member.type = type ? *std::move(type) : CType{.kind = CKind::kFloat};
    layout.members.push_back(std::move(member));
  }
  return layout;
}

std::optional<std::uint32_t> Btf::find_string(std::string_view name) const {
  std::string terminated = concat(name, std::string_view("\0", 1));
  std::string_view all = strings_.bytes();
  std::size_t at = all.find(terminated);
  while (at != std::string_view::npos && at > 0 && all[at - 1] != '\0')
    at = all.find(terminated, at + 1);
  if (at == std::string_view::npos) return std::nullopt;
  return first_string_ + static_cast<std::uint32_t>(at);
}

std::optional<CConstant> Btf::constant(std::string_view name, std::uint64_t blob) const {
  auto wanted = find_string(name);
  if (!wanted || name.empty()) return std::nullopt;
  for (BtfKind kind : {BtfKind::kEnum, BtfKind::kEnum64}) {
    const Chain& chain = chains_[static_cast<std::size_t>(kind)];
    std::uint32_t stride = kind == BtfKind::kEnum ? sizeof(btf_enum) : 12;
    for (std::uint32_t id = chain.first; id != 0; id = places_[id - first_id_].next) {
      auto found = type(id);
      for (std::uint32_t i = 0; found && i < found->length; ++i) {
        if (found->tail.read<std::uint32_t>(i * stride) != wanted) continue;
        auto type = c_type(id, blob);
        std::vector<CEnumerator> all = enumerators(*found);
        if (type && i < all.size()) return CConstant{*std::move(type), all[i].value};
      }
    }
  }
  return std::nullopt;
}

}  // namespace sonde::world
