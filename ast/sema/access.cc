// Reading parts of values: `args.field`, tuple members, elements, memory behind a pointer.
#include "ast/sema/checker.h"
#include "ast/sema/fold.h"
#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

// The category of tracefs whose events hold what user space passed to a system call.
constexpr std::string_view kSystemCallCategory = "syscalls";
constexpr std::string_view kCommonFieldPrefix = "common_";

bool is_integer_size(std::uint32_t size) {
  return size == 1 || size == 2 || size == 4 || size == 8;
}

// None for what has no type in the language, such as a structure by value. `asks_kernel` for the
// names of types that only the kernel knows, which cost a look at its types.
TypeId field_type(const TracepointField& field, TypeTable& types, CTypes& c_types,
                  bool asks_kernel) {
  if (field.is_data_location) return types.integer(8, false);
  if (field.length > 0) {
    std::uint32_t size = field.size / field.length;
    if (field.type == "char" || field.type == "const char") return types.string(field.size);
    if (!is_integer_size(size)) return TypeId::kNone;
    return types.array(types.integer(size, field.is_signed), field.length);
  }
  if (field.type.find('*') != std::string::npos && field.size == 8)
    return c_types.spelled(field.type, asks_kernel);
  return is_integer_size(field.size) ? types.integer(field.size, field.is_signed) : TypeId::kNone;
}

TypeId parameter_type(const KernelValue& value, TypeTable& types, CTypes& c_types) {
  switch (value.kind) {
    case KernelValue::Kind::kInteger:
      return is_integer_size(value.size) ? types.integer(value.size, value.is_signed)
                                         : TypeId::kNone;
    case KernelValue::Kind::kPointer: {
      TypeId type = c_types.spelled(value.type, true);
      return types.is(type, TypeKind::kPointer) ? type : types.pointer_to(types.void_type());
    }
    case KernelValue::Kind::kOther:
      return TypeId::kNone;
  }
  CHECK(false);
}

}  // namespace

// `args`, `*args` and either in parentheses.
bool Checker::is_args(NodeId id) const {
  id = program_.without_parens(id);
  if (const auto* unary = program_.get_if<ast::Unary>(id);
      unary && unary->op == ast::UnaryOp::kDereference)
    id = program_.without_parens(unary->operand);
  const auto* identifier = program_.get_if<ast::Identifier>(id);
  if (!identifier) return false;
  auto found = find_builtin(identifier->name);
  return found && found->id == Builtin::kArgs;
}

ExpressionFacts Checker::args_structure() {
  std::vector<TypeMember> members;
  std::uint32_t size = 0;
  for (const TracepointField& field : group().event_fields) {
    members.push_back({.name = field.name,
                       .offset = field.offset,
                       .type = field_type(field, types_, analysis_.c_types, false)});
    size = std::max(size, field.offset + field.size);
  }
  if (group().event_prototype) {
    for (const KernelValue& value : group().event_prototype->parameters) {
      members.push_back({.name = value.name,
                         .offset = size,
                         .type = parameter_type(value, types_, analysis_.c_types)});
      size += 8;
    }
  }
  AddressSpace space = own_space();
  if (group().points.front().target == kSystemCallCategory) space = AddressSpace::kUser;
  return of_type(types_.structure(group().points.front().name, size, std::move(members)), space);
}

ExpressionFacts Checker::field_access(NodeId id, const ast::FieldAccess& access) {
  if (is_args(access.base)) return args_field(id, access);
  if (is_folded_record(access.base)) return folded_field(access);
  const ExpressionFacts base = check_part(access.base);
  if (is_poison(base)) return poison();
  TypeId type = base.type;
  while (types_.is(type, TypeKind::kPointer)) {
    if (!check_followable(type, span(id))) return poison();
    type = types_.at(type).element;
  }
  if (types_.is(type, TypeKind::kStruct) || types_.is(type, TypeKind::kRecord))
    return member(base, type, access, span(id));
  report(DiagnosticKind::kUnknownField, span(id),
         concat('`', type_name(base), "` has no fields, and `", access.name, "` is read"));
  return poison();
}

ExpressionFacts Checker::args_field(NodeId id, const ast::FieldAccess& access) {
  ExpressionFacts base = check(access.base);
  if (is_poison(base)) return poison();
  if (access.name.starts_with(kCommonFieldPrefix)) {
    report(DiagnosticKind::kUnknownField, span(id),
           concat("BPF does not support accessing common tracepoint fields: `", access.name, '`'));
    return poison();
  }
  const Type structure = types_.at(base.type);
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < structure.members.size(); ++i) {
    const TypeMember& member = structure.members[i];
    names.push_back(member.name);
    if (member.name != access.name) continue;
    if (member.type == TypeId::kNone) {
      unsupported(span(id), concat("reading `", access.name, "`, which is a structure, is"));
      return poison();
    }
    bool is_field = i < group().event_fields.size();
    bool is_inside_record = is_field && group().event_fields[i].is_data_location;
    TypeId type = is_field ? field_type(group().event_fields[i], types_, analysis_.c_types, true)
                           : member.type;
    return of_type(type, is_inside_record ? AddressSpace::kKernel : base.space);
  }
  auto found =
      report(DiagnosticKind::kUnknownField, span(id),
             concat('`', group().points.front().name, "` has no field `", access.name, '`'));
  std::string hint = did_you_mean(access.name, names);
  if (!hint.empty()) found.hint(std::move(hint));
  return poison();
}

ExpressionFacts Checker::tuple_access(NodeId id, NodeId base, std::uint64_t index) {
  const ExpressionFacts& whole = facts(base);
  if (is_poison(whole)) return poison();
  if (kind_of(whole) != TypeKind::kTuple) {
    report(DiagnosticKind::kOperandType, span(id),
           concat('`', type_name(whole), "` is no tuple, and its member ", index, " is read"));
    return poison();
  }
  const auto& members = types_.at(whole.type).members;
  if (index >= members.size()) {
    report(DiagnosticKind::kIndexRange, span(id),
           concat("`", type_name(whole), "` has ", members.size(), " members, and member ", index,
                  " is read"))
        .note("members are counted from 0");
    return poison();
  }
  if (const auto* tuple = program_.get_if<ast::Tuple>(program_.without_parens(base))) {
    const ExpressionFacts& element = facts(tuple->elements[index]);
    if (literal_of(element, types_)) return element;
  }
  return of_type(members[index].type, whole.space);
}

ExpressionFacts Checker::index(NodeId id, const ast::Index& index) {
  if (program_.is<ast::Map>(index.base)) {
    check_key(index.base, index.indices, span(id));
    ExpressionFacts found = read_map(id, index.base);
    typing_.expressions[index.base] = found;
    return found;
  }
  ExpressionFacts base = check_part(index.base);
  for (NodeId each : index.indices) check_value(each);
  if (is_poison(base)) return poison();
  const ExpressionFacts& position = facts(index.indices.front());
  if (index.indices.size() != 1 ||
      (!is_poison(position) && kind_of(position) != TypeKind::kInteger)) {
    report(DiagnosticKind::kOperandType, span(id),
           concat('`', type_name(base), "` is indexed by one integer"));
    return poison();
  }
  auto literal = literal_of(position, types_);
  const Type type = types_.at(base.type);
  if (type.kind == TypeKind::kTuple && literal && *literal->integer >= 0)
    return tuple_access(id, index.base, static_cast<std::uint64_t>(*literal->integer));
  if (type.kind == TypeKind::kPointer) return pointee(base, span(id));
  if (type.kind != TypeKind::kString && type.kind != TypeKind::kArray) {
    report(DiagnosticKind::kOperandType, span(id),
           concat('`', type_name(base), "` cannot be indexed"));
    return poison();
  }
  std::uint32_t length = type.kind == TypeKind::kString ? type.size : type.length;
  // An array without a length of its own ends where its owner says.
  bool is_open_ended = type.kind == TypeKind::kArray && length == 0;
  if (literal && !is_open_ended && (*literal->integer < 0 || *literal->integer >= length)) {
    report(DiagnosticKind::kIndexRange, span(id),
           concat("the index is out of bounds for `", type_name(base), '`'))
        .note(concat("it has ", length, " elements, counted from 0"));
    return poison();
  }
  if (type.kind == TypeKind::kArray) return value_in_memory(type.element, base.space, span(id));
  const auto* text = std::get_if<std::string>(&base.constant);
  if (!text || !literal) return of_type(types_.integer(1, true));
  auto byte = static_cast<std::size_t>(*literal->integer);
  char value = byte < text->size() ? (*text)[byte] : '\0';
  return integer_facts(static_cast<signed char>(value), types_);
}

ExpressionFacts Checker::dereference(NodeId id, NodeId operand) {
  if (is_args(operand)) return check(operand);
  ExpressionFacts pointer = check_value(operand);
  switch (kind_of(pointer)) {
    case TypeKind::kPoison:
      return poison();
    case TypeKind::kPointer:
      return pointee(pointer, span(id));
    case TypeKind::kInteger:
      return of_type(types_.integer(8, false), pointer.space);
    default:
      report(DiagnosticKind::kOperandType, span(id),
             concat("`*` does not take `", type_name(pointer), '`'));
      return poison();
  }
}

ExpressionFacts Checker::pointee(const ExpressionFacts& pointer, Span where) {
  TypeId element = types_.at(pointer.type).element;
  if (types_.is(element, TypeKind::kVoid)) {
    report(DiagnosticKind::kOperandType, where, "a `void *` points to nothing that has a type")
        .hint("cast it to another pointer first");
    return poison();
  }
  if (!check_followable(pointer.type, where) || !check_complete(element, where)) return poison();
  return value_in_memory(element, pointer.space, where);
}

}  // namespace sonde::sema
