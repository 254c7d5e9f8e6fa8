// C definitions of structures, unions and enumerations, for listings. Members are spelled like any
// declaration (btf_types.cc); a nested type without a name is written out in place, and one with a
// name is not, which keeps the text as long as the source it was compiled from.
#include <linux/btf.h>

#include "lexer/base/concat.h"
#include "runtime/world/btf.h"

namespace sonde::world {
namespace {

// Members and types of one definition, and how deeply they may nest: both far above what the kernel
// has, and low enough that a hostile blob ends.
constexpr int kDefinitionBudget = 1 << 16;
constexpr int kMaxDepth = 32;

std::string indent(int depth) {
  return std::string(static_cast<std::size_t>(depth), '\t');
}

}  // namespace

std::string Btf::definition(std::uint32_t id) const {
  auto found = type(id);
  int budget = kDefinitionBudget;
  return found ? concat(define(*found, 0, budget), ";") : std::string();
}

std::string Btf::define(const BtfType& type, int depth, int& budget) const {
  bool is_enum = type.kind == BtfKind::kEnum || type.kind == BtfKind::kEnum64;
  std::string_view word = is_enum ? "enum" : type.kind == BtfKind::kUnion ? "union" : "struct";
  std::string_view name = string_at(type.name);
  std::string head = concat(word, name.empty() ? "" : " ", name, " {");
  if (depth > kMaxDepth) return head + "...}";
  std::string members = is_enum ? define_enumerators(type, depth + 1, budget)
                                : define_members(type, depth + 1, budget);
  return concat(head, "\n", members, indent(depth), "}");
}

std::string Btf::define_members(const BtfType& type, int depth, int& budget) const {
  std::string text;
  for (std::uint32_t i = 0; i < type.length && --budget >= 0; ++i) {
    auto member = type.tail.read<btf_member>(i * sizeof(btf_member));
    if (!member) break;
    std::uint32_t bits = type.flag ? BTF_MEMBER_BITFIELD_SIZE(member->offset) : 0;
    text += indent(depth);
    text += spell(member->type, std::string(string_at(member->name_off)), budget, depth);
    if (bits != 0) text += concat(": ", bits);
    text += ";\n";
  }
  return text;
}

std::string Btf::define_enumerators(const BtfType& type, int depth, int& budget) const {
  std::string text;
  for (std::uint32_t i = 0; i < type.length && --budget >= 0; ++i) {
    std::uint32_t name = 0;
    std::int64_t value = 0;
    if (type.kind == BtfKind::kEnum) {
      auto entry = type.tail.read<btf_enum>(i * sizeof(btf_enum));
      if (!entry) break;
      name = entry->name_off;
      value = type.flag ? entry->val
                        : static_cast<std::int64_t>(static_cast<std::uint32_t>(entry->val));
    } else {
      auto entry = type.tail.read<btf_enum64>(i * sizeof(btf_enum64));
      if (!entry) break;
      name = entry->name_off;
      value = static_cast<std::int64_t>(std::uint64_t{entry->val_hi32} << 32 | entry->val_lo32);
    }
    std::string number = type.flag ? concat(value) : concat(static_cast<std::uint64_t>(value));
    text += concat(indent(depth), string_at(name), " = ", number, ",\n");
  }
  return text;
}

}  // namespace sonde::world
