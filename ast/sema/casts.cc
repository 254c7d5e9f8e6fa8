// Conversions, those that a script writes and those that an assignment makes (spec/language.md
// §5.4, §6.3), and the types that a script can write.
#include <algorithm>

#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"
#include "stdlib/type_names.h"

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

// Integer types by the names that C and the kernel give them.
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
std::optional<NamedInteger> read_c_integer(std::string_view words) {
  NamedInteger found{words, 0, true};
  int longs = 0;
  bool has_base = false;
  while (!words.empty()) {
    std::size_t space = std::min(words.find(' '), words.size());
    std::string_view word = words.substr(0, space);
    words.remove_prefix(std::min(space + 1, words.size()));
    if (word == "unsigned") {
      found.is_signed = false;
    } else if (word == "long") {
      ++longs;
    } else if (word == "char") {
      found.bytes = 1;
    } else if (word == "short") {
      found.bytes = 2;
    } else if (word == "int") {
      has_base = true;
    } else if (word != "signed" && word != "const" && word != "volatile") {
      return std::nullopt;
    }
  }
  if (longs > 0) found.bytes = 8;
  if (found.bytes == 0) found.bytes = 4;
  if (!has_base && longs == 0 && found.bytes == 4 && found.is_signed && found.name == "const")
    return std::nullopt;
  return found;
}

std::optional<NamedInteger> find_integer(std::string_view name) {
  for (const NamedInteger& known : kIntegers)
    if (known.name == name) return known;
  return read_c_integer(name);
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
      return f.size <= t.size;
    case TypeKind::kTuple:
      return std::ranges::equal(f.members, t.members,
                                [&](const TypeMember& a, const TypeMember& b) {
                                  return converts(a.type, b.type, types);
                                });
    default:
      return false;
  }
}

TypeId Checker::written_type(NodeId id) {
  const auto& written = program_.get<ast::TypeName>(id);
  using Suffix = ast::TypeName::Suffix;
  auto unsupported_type = [&](std::string_view feature) {
    unsupported(span(id), feature);
    return TypeId::kPoison;
  };
  switch (written.base) {
    case ast::TypeBase::kStruct:
    case ast::TypeBase::kUnion:
      return unsupported_type("structures are");
    case ast::TypeBase::kEnum:
      return unsupported_type("enums are");
    case ast::TypeBase::kTypeOf:
      return unsupported_type("`typeof` is");
    case ast::TypeBase::kNamed:
      break;
  }
  auto suffix = written.suffixes.begin();
  TypeId type = TypeId::kNone;
  if (written.name == "string") {
    const auto* length = suffix == written.suffixes.end()
                             ? nullptr
                             : program_.get_if<ast::IntegerLiteral>(suffix->length);
    if (!length || length->value == 0 || length->value > 65536) {
      report(DiagnosticKind::kUnknownType, span(id), "`string` needs a length in bytes")
          .hint("write `string[64]`");
      return TypeId::kPoison;
    }
    type = types_.string(static_cast<std::uint32_t>(length->value));
    ++suffix;
  } else if (written.name == "bool") {
    type = types_.boolean();
  } else if (written.name == "void") {
    type = types_.void_type();
  } else if (auto integer = find_integer(written.name)) {
    type = types_.integer(integer->bytes, integer->is_signed);
  } else if (classify_name(written.name) == NameClass::kType) {
    return unsupported_type(concat("the type `", written.name, "` is"));
  } else {
    std::vector<std::string_view> names;
    for (const NamedInteger& known : kIntegers) names.push_back(known.name);
    auto found =
        report(DiagnosticKind::kUnknownType, span(id), concat("unknown type `", written.name, '`'));
    std::string hint = find_builtin(written.name)
                           ? concat("for the value, write `", written.name, "()`")
                           : did_you_mean(written.name, names);
    if (!hint.empty()) found.hint(std::move(hint));
    return TypeId::kPoison;
  }
  for (; suffix != written.suffixes.end(); ++suffix) {
    if (suffix->kind == Suffix::Kind::kArray) return unsupported_type("array types are");
    type = types_.pointer_to(type);
  }
  if (types_.is(type, TypeKind::kVoid)) {
    report(DiagnosticKind::kUnknownType, span(id), "a value cannot be `void`");
    return TypeId::kPoison;
  }
  return type;
}

bool Checker::can_cast(const ExpressionFacts& from, TypeId to) const {
  const Type &f = types_.at(from.type), &t = types_.at(to);
  if (from.type == to) return true;
  switch (t.kind) {
    case TypeKind::kInteger:
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kBool ||
             f.kind == TypeKind::kPointer;
    case TypeKind::kBool:
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kPointer ||
             f.kind == TypeKind::kString;
    case TypeKind::kPointer:
      return f.kind == TypeKind::kInteger || f.kind == TypeKind::kPointer;
    case TypeKind::kString:
      return f.kind == TypeKind::kString && t.size >= f.size;
    default:
      return false;
  }
}

ExpressionFacts Checker::cast(NodeId id, const ast::Cast& cast) {
  const ExpressionFacts& from = check_value(cast.operand);
  TypeId to = written_type(cast.type);
  if (to == TypeId::kPoison) return poison();
  ExpressionFacts result = of_type(to, from.space);
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
    return result;
  }
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
