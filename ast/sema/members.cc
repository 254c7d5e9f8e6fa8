// Members of structures, unions and records, and what memory of a C type gives as a value.
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"

namespace sonde::sema {

using ast::NodeId;

bool Checker::check_complete(TypeId type, Span where) {
  if (analysis_.c_types.complete(type)) return true;
  report(DiagnosticKind::kUnknownType, where,
         concat('`', types_.name(type), "` is declared and never defined"))
      .hint("what it holds is not known; only pointers to it can be used");
  return false;
}

bool Checker::check_followable(TypeId pointer, Span where) {
  const std::string tag = types_.at(pointer).name;
  if (tag.empty()) return true;
  report(DiagnosticKind::kOperandType, where,
         concat("a pointer with the tag `", tag, "` cannot be followed"));
  return false;
}

ExpressionFacts Checker::value_in_memory(TypeId type, AddressSpace space, Span where) {
  if (type == TypeId::kNone) {
    report(DiagnosticKind::kOperandType, where, "a floating-point number has no type here");
    return poison();
  }
  bool is_text = types_.is(type, TypeKind::kArray) && types_.at(type).text != ArrayText::kNone;
  return of_type(is_text ? types_.value_of_text(type) : type, space);
}

std::optional<TypeMember> Checker::find_member(TypeId structure, std::string_view name,
                                               Span where) {
  if (!check_complete(structure, where)) return std::nullopt;
  std::vector<std::string_view> names;
  for (const TypeMember& member : types_.at(structure).members) {
    if (member.name == name) return member;
    names.push_back(member.name);
  }
  auto found = report(DiagnosticKind::kUnknownField, where,
                      concat('`', types_.name(structure), "` has no field `", name, '`'));
  std::string hint = did_you_mean(name, names);
  if (!hint.empty()) found.hint(std::move(hint));
  return std::nullopt;
}

ExpressionFacts Checker::member(const ExpressionFacts& base, TypeId type,
                                const ast::FieldAccess& access, Span where) {
  auto member = find_member(type, access.name, where);
  if (!member) return poison();
  return value_in_memory(member->type, member->is_user_pointer ? AddressSpace::kUser : base.space,
                         where);
}

std::optional<std::uint32_t> Checker::offset_in(TypeId type, const std::vector<std::string>& path,
                                                Span where) {
  std::uint32_t bytes = 0;
  for (const std::string& name : path) {
    if (!types_.is(type, TypeKind::kStruct)) {
      report(DiagnosticKind::kUnknownField, where,
             concat('`', types_.name(type), "` is no structure and has no field `", name, '`'));
      return std::nullopt;
    }
    auto member = find_member(type, name, where);
    if (!member) return std::nullopt;
    bytes += member->offset;
    type = member->type;
  }
  return bytes;
}

ExpressionFacts Checker::offset_of(NodeId id, const ast::OffsetOf& offset) {
  TypeId type = looked_at_type(offset.operand);
  if (type == TypeId::kPoison) return poison();
  if (types_.is(type, TypeKind::kPointer)) type = types_.at(type).element;
  auto bytes = offset_in(type, offset.path, span(id));
  return bytes ? integer_facts(*bytes, types_) : poison();
}

}  // namespace sonde::sema
