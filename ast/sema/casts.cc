// Conversions, those that a script writes and those that an assignment makes (spec/language.md
// §5.4, §6.3).
#include <algorithm>

#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

struct Range {
  WideInteger low, high;
};

Range range_of(const Type& type) {
  unsigned bits = type.size * 8;
  if (type.is_signed) return {-(WideInteger(1) << (bits - 1)), (WideInteger(1) << (bits - 1)) - 1};
  return {0, (WideInteger(1) << bits) - 1};
}

const TypeMember* member_named(const Type& type, std::string_view name) {
  for (const TypeMember& member : type.members)
    if (member.name == name) return &member;
  return nullptr;
}

bool is_byte(const Type& type) {
  return type.kind == TypeKind::kInteger && type.size == 1;
}

}  // namespace

bool converts(TypeId from, TypeId to, const TypeTable& types) {
  if (from == to) return true;
  const Type &f = types.at(from), &t = types.at(to);
  if (f.kind != t.kind) return false;
  switch (f.kind) {
    case TypeKind::kInteger:
      return true;
    case TypeKind::kString:
    case TypeKind::kBuffer:
      return f.size <= t.size;
    case TypeKind::kTuple:
      return std::ranges::equal(f.members, t.members,
                                [&](const TypeMember& a, const TypeMember& b) {
                                  return converts(a.type, b.type, types);
                                });
    case TypeKind::kRecord:
      return f.members.size() == t.members.size() &&
             std::ranges::all_of(f.members, [&](const TypeMember& given) {
               const TypeMember* wanted = member_named(t, given.name);
               return wanted && converts(given.type, wanted->type, types);
             });
    default:
      return false;
  }
}

bool Checker::can_cast(const ExpressionFacts& from, TypeId to) const {
  const Type &f = types_.at(from.type), &t = types_.at(to);
  if (from.type == to) return true;
  switch (t.kind) {
    case TypeKind::kInteger:
      if (f.kind == TypeKind::kArray) return can_cast_to_array(t, f);
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kBool ||
             f.kind == TypeKind::kPointer;
    case TypeKind::kBool:
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kPointer ||
             f.kind == TypeKind::kString;
    case TypeKind::kPointer:
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kPointer;
    case TypeKind::kString:
      return f.kind == TypeKind::kString && t.size >= f.size;
    case TypeKind::kArray:
      return can_cast_to_array(f, t);
    case TypeKind::kUserName:
      return f.kind == TypeKind::kInteger;
    default:
      return false;
  }
}

// The bytes of a number as an array, or of a string.
bool Checker::can_cast_to_array(const Type& from, const Type& to) const {
  const Type& element = types_.at(to.element);
  if (from.kind == TypeKind::kString) return is_byte(element) && from.size == to.size;
  bool is_plain = element.kind == TypeKind::kInteger || element.kind == TypeKind::kBool;
  if (!is_plain) return false;
  constexpr std::uint32_t kWord = 8;
  bool fits =
      from.size == to.size || (from.size < kWord && to.size <= kWord && from.size < to.size);
  return from.kind == TypeKind::kInteger ? fits
                                         : from.kind == TypeKind::kBool && from.size == to.size;
}

void Checker::check_enumerator(NodeId id, const ExpressionFacts& from, TypeId to) {
  const Type& type = types_.at(to);
  auto literal = literal_of(from, types_);
  if (!type.is_enum || type.enumerators.empty() || !literal || !literal->integer) return;
  auto value = static_cast<std::uint64_t>(*literal->integer);
  bool is_known = std::ranges::any_of(type.enumerators,
                                      [&](const CEnumerator& each) { return each.value == value; });
  if (!is_known)
    report(DiagnosticKind::kInvalidCast, span(id),
           concat('`', types_.name(to), "` has no constant with the value ",
                  static_cast<std::int64_t>(value)));
}

ExpressionFacts Checker::cast(NodeId id, const ast::Cast& cast) {
  const ExpressionFacts& from = check_value(cast.operand);
  TypeId to = written_type(cast.type, types_.size(from.type));
  if (to == TypeId::kPoison) return poison();
  ExpressionFacts result = of_type(to, from.space);
  result.clock = from.clock;
  if (result.space == AddressSpace::kNone) result.space = own_space();
  if (is_poison(from)) return result;
  if (!can_cast(from, to)) {
    auto found =
        report(DiagnosticKind::kInvalidCast, span(id),
               concat("`", type_name(from), "` cannot be cast to `", types_.name(to), '`'));
    bool is_address = kind_of(from) == TypeKind::kInteger || kind_of(from) == TypeKind::kPointer;
    if (is_address && types_.is(to, TypeKind::kString))
      found.hint(
          concat("read the text at an address with `", builtin_row(Builtin::kStr).name, "()`"));
    if (is_address && types_.is(to, TypeKind::kBuffer))
      found.hint(
          concat("read the bytes at an address with `", builtin_row(Builtin::kBuf).name, "()`"));
    return result;
  }
  check_enumerator(id, from, to);
  NodeId map_node = map_node_of(program_.without_parens(cast.operand));
  bool reduces = ast::exists(map_node) && map_state(map_node).aggregation != Aggregation::kNone;
  if (from.type == to && !reduces)
    report(DiagnosticKind::kUnnecessaryCast, place_of(id),
           concat("the value is `", types_.name(to), "` without this cast"));
  return result;
}

void Checker::check_conversion(NodeId value, TypeId to, DiagnosticKind mismatch, Span where,
                               const std::string& wanted_by) {
  const ExpressionFacts& from = facts(value);
  if (is_poison(from) || to == TypeId::kPoison) return;
  if (!converts(from.type, to, types_)) {
    report(mismatch, where,
           concat('`', type_name(from), "` does not go with ", wanted_by, ", which is `",
                  types_.name(to), '`'));
    return;
  }
  if (const auto* tuple = program_.get_if<ast::Tuple>(program_.without_parens(value))) {
    for (std::size_t i = 0; i < tuple->elements.size(); ++i)
      check_conversion(tuple->elements[i], types_.at(to).members[i].type, mismatch, where,
                       wanted_by);
    return;
  }
  if (const auto* record = program_.get_if<ast::Record>(program_.without_parens(value))) {
    const Type type = types_.at(to);
    for (const ast::Record::Member& member : record->members)
      check_conversion(member.value, member_named(type, member.name)->type, mismatch, where,
                       wanted_by);
    return;
  }
  if (!types_.is(to, TypeKind::kInteger)) return;
  Range wanted = range_of(types_.at(to)), given = range_of(types_.at(from.type));
  if (auto literal = literal_of(from, types_)) {
    if (*literal->integer < wanted.low || *literal->integer > wanted.high)
      report(DiagnosticKind::kLiteralRange, where,
             concat("this literal does not fit ", wanted_by, ", which is `", types_.name(to), '`'));
    return;
  }
  if (from.is_flexible) given.low = 0;
  if (given.low >= wanted.low && given.high <= wanted.high) return;
  report(DiagnosticKind::kImplicitCast, place_of(value),
         concat('`', type_name(from), "` becomes `", types_.name(to), "` for ", wanted_by))
      .hint(concat("a cast says so: `(", types_.name(to), ")…`"));
}

void Checker::check_key(NodeId map_node, const ast::NodeList& keys, Span where) {
  std::vector<JoinedType> members;
  bool is_known = true;
  for (NodeId key : keys) {
    is_known = !is_poison(check_value(key)) && is_known;
    members.push_back(joined(key));
  }
  MapState& map = map_state(map_node);
  JoinedType whole = members.size() == 1 ? members.front() : joined_tuple(std::move(members));
  if (analysis_.would_unsettle(map.is_settled, map.key, whole)) {
    report_unsettling(map.name, map.key, whole, where);
    return;
  }
  bool fits = analysis_.join_into(map.key, whole);
  TypeId wanted = type_of(map.key, types_);
  if (!is_known || wanted == TypeId::kPoison) return;
  std::string wanted_by = concat("the keys of `", map.name, '`');
  if (!fits) {
    std::string given = types_.name(type_of(whole, types_));
    std::string kept = types_.name(wanted);
    if (!given.starts_with('(')) given = concat('(', given, ')');
    if (!kept.starts_with('(')) kept = concat('(', kept, ')');
    report(DiagnosticKind::kMapKeyType, where,
           concat("a key of type `", given, "` does not go with ", wanted_by, ", `", kept, '`'));
    return;
  }
  if (keys.size() == 1)
    return check_conversion(keys.front(), wanted, DiagnosticKind::kMapKeyType, where, wanted_by);
  for (std::size_t i = 0; i < keys.size(); ++i)
    check_conversion(keys[i], types_.at(wanted).members[i].type, DiagnosticKind::kMapKeyType, where,
                     wanted_by);
}

}  // namespace sonde::sema
