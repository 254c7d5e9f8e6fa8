// What the types of a BTF blob mean: their C spelling, their use as values, and where members lie.
// Recursion follows the blob, and a hostile one has cycles and branches without end; each question
// therefore has a budget of types to look at, far above what C needs, and ends in `?` or in no
// answer when that is spent.
#include <linux/btf.h>

#include "lexer/base/concat.h"
#include "runtime/world/btf.h"

namespace sonde::world {
namespace {

constexpr int kBudget = 256;
constexpr std::uint32_t kPointerSize = 8;

bool is_qualifier(BtfKind kind) {
  return kind == BtfKind::kVolatile || kind == BtfKind::kConst || kind == BtfKind::kRestrict;
}

bool is_transparent(BtfKind kind) {
  return kind == BtfKind::kTypedef || kind == BtfKind::kTypeTag || is_qualifier(kind);
}

std::string_view keyword(const BtfType& type) {
  switch (type.kind) {
    case BtfKind::kStruct:
      return "struct ";
    case BtfKind::kUnion:
      return "union ";
    case BtfKind::kEnum:
    case BtfKind::kEnum64:
      return "enum ";
    case BtfKind::kForward:
      return type.flag ? "union " : "struct ";
    case BtfKind::kVolatile:
      return "volatile";
    case BtfKind::kConst:
      return "const";
    case BtfKind::kRestrict:
      return "restrict";
    default:
      return "";
  }
}

// A declarator joins its type without a space only where it is an array part.
std::string join(std::string_view type, std::string_view declarator) {
  bool is_adjacent = declarator.empty() || declarator.front() == '[';
  return concat(type, is_adjacent ? "" : " ", declarator);
}

}  // namespace

std::optional<BtfType> Btf::underlying(std::uint32_t id) const {
  for (int budget = kBudget; budget > 0; --budget) {
    auto found = type(id);
    if (!found || !is_transparent(found->kind)) return found;
    id = found->size_or_type;
  }
  return std::nullopt;
}

std::string Btf::spelling(std::uint32_t id) const {
  int budget = kBudget;
  return spell(id, "", budget);
}

// C declarators read inside out: `declarator` is what has been read already, and each derived type
// wraps it on the way to the type that has a name.
std::string Btf::spell(std::uint32_t id, std::string declarator, int& budget, int depth) const {
  if (id == 0) return join("void", declarator);
  auto found = type(id);
  if (!found || --budget < 0) return join("?", declarator);
  std::uint32_t next = found->size_or_type;
  if (found->kind == BtfKind::kTypeTag) return spell(next, std::move(declarator), budget, depth);
  if (found->kind == BtfKind::kPointer) {
    auto target = type(next);
    bool binds_tighter =
        target && (target->kind == BtfKind::kArray || target->kind == BtfKind::kPrototype);
    declarator = "*" + declarator;
    return spell(next, binds_tighter ? concat("(", declarator, ")") : declarator, budget, depth);
  }
  if (found->kind == BtfKind::kArray) {
    auto array = found->tail.read<btf_array>(0);
    if (!array) return join("?", declarator);
    return spell(array->type, concat(declarator, "[", array->nelems, "]"), budget, depth);
  }
  if (found->kind == BtfKind::kPrototype)
    return spell(next, concat(declarator, "(", spell_parameters(*found, budget), ")"), budget,
                 depth);
  if (is_qualifier(found->kind)) {
    auto target = type(next);
    bool is_after_star = target && target->kind == BtfKind::kPointer;
    std::string_view word = keyword(*found);
    return is_after_star ? spell(next, join(word, declarator), budget, depth)
                         : concat(word, " ", spell(next, std::move(declarator), budget, depth));
  }
  std::string_view name = string_at(found->name);
  if (name.empty() && depth >= 0) return join(define(*found, depth, budget), declarator);
  return join(concat(keyword(*found), name.empty() ? "{...}" : name), declarator);
}

std::string Btf::spell_parameters(const BtfType& prototype, int& budget) const {
  std::string text;
  for (std::uint32_t i = 0; i < prototype.length && budget > 0; ++i) {
    auto parameter = prototype.tail.read<btf_param>(i * sizeof(btf_param));
    if (!parameter) break;
    if (i > 0) text += ", ";
    bool is_variadic = parameter->type == 0 && i + 1 == prototype.length;
    text += is_variadic ? "..." : spell(parameter->type, "", budget);
  }
  return text.empty() ? "void" : text;
}

KernelValue Btf::value(std::uint32_t id, std::string_view name) const {
  KernelValue value{};
  value.kind = KernelValue::Kind::kOther;
  value.name = name;
  value.type = spelling(id);
  auto found = underlying(id);
  if (!found) return value;
  if (found->kind == BtfKind::kInt) {
    std::uint32_t encoding = BTF_INT_ENCODING(found->tail.read<std::uint32_t>(0).value_or(0));
    value.kind = KernelValue::Kind::kInteger;
    value.is_signed = (encoding & BTF_INT_SIGNED) != 0;
    value.is_bool = (encoding & BTF_INT_BOOL) != 0;
    value.size = found->size_or_type;
  } else if (found->kind == BtfKind::kEnum || found->kind == BtfKind::kEnum64) {
    value.kind = KernelValue::Kind::kInteger;
    value.is_signed = found->flag;
    value.size = found->size_or_type;
  } else if (found->kind == BtfKind::kPointer) {
    value.kind = KernelValue::Kind::kPointer;
    value.size = kPointerSize;
  } else if (found->kind == BtfKind::kStruct || found->kind == BtfKind::kUnion ||
             found->kind == BtfKind::kFloat) {
    value.size = found->size_or_type;
  }
  return value;
}

std::optional<KernelPrototype> Btf::prototype(std::uint32_t id, std::uint32_t first) const {
  auto found = type(id);
  if (!found || found->kind != BtfKind::kPrototype) return std::nullopt;
  KernelPrototype prototype;
  for (std::uint32_t i = first; i < found->length; ++i) {
    auto parameter = found->tail.read<btf_param>(i * sizeof(btf_param));
    if (!parameter) return std::nullopt;
    if (parameter->type == 0) break;  // `...`
    prototype.parameters.push_back(value(parameter->type, string_at(parameter->name_off)));
  }
  if (auto result = underlying(found->size_or_type); result && found->size_or_type != 0)
    prototype.result = value(found->size_or_type, "");
  return prototype;
}

std::optional<Btf::Member> Btf::find_member(const BtfType& structure, std::string_view name,
                                            int& budget) const {
  if (structure.kind != BtfKind::kStruct && structure.kind != BtfKind::kUnion) return std::nullopt;
  for (std::uint32_t i = 0; i < structure.length; ++i) {
    auto record = structure.tail.read<btf_member>(i * sizeof(btf_member));
    if (!record) return std::nullopt;
    Member member{.type = record->type, .bit_offset = record->offset, .is_bit_field = false};
    if (structure.flag) {
      member.bit_offset = BTF_MEMBER_BIT_OFFSET(record->offset);
      member.is_bit_field = BTF_MEMBER_BITFIELD_SIZE(record->offset) != 0;
    }
    std::string_view member_name = string_at(record->name_off);
    if (member_name == name) return member;
    if (!member_name.empty()) continue;
    auto anonymous = underlying(record->type);
    auto inner = anonymous && --budget >= 0 ? find_member(*anonymous, name, budget) : std::nullopt;
    if (inner) {
      inner->bit_offset += member.bit_offset;
      return inner;
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Btf::member_offset(std::uint32_t structure,
                                                const std::vector<std::string_view>& path) const {
  std::uint32_t id = structure;
  std::uint32_t bits = 0;
  for (std::string_view name : path) {
    auto outer = underlying(id);
    int budget = kBudget;
    auto member = outer ? find_member(*outer, name, budget) : std::nullopt;
    if (!member || member->is_bit_field) return std::nullopt;
    bits += member->bit_offset;
    id = member->type;
  }
  if (bits % 8 != 0) return std::nullopt;
  return bits / 8;
}

}  // namespace sonde::world
