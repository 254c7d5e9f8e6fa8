// CHECK of the functions that work on texts and bytes. A text is a string, an array of bytes or a
// pointer to bytes; what its type does not say is found at run time.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

bool is_text(const TypeTable& types, TypeId id) {
  const Type& type = types.at(id);
  auto is_byte = [&](TypeId element) {
    return types.is(element, TypeKind::kInteger) && types.size(element) == 1;
  };
  bool has_bytes = type.kind == TypeKind::kArray || type.kind == TypeKind::kPointer;
  return type.kind == TypeKind::kString || (has_bytes && is_byte(type.element));
}

// follow_row, and that the arguments before number `count` are texts.
bool check_texts(BuiltinUse& use, std::size_t count) {
  if (!use.follow_row()) return false;
  bool all_fit = true;
  for (std::size_t i = 0; i < count; ++i) {
    if (is_text(use.types(), use.facts(i).type)) continue;
    use.report(DiagnosticKind::kArgType, use.checker().span(use.argument(i)),
               concat('`', use.name(), "` argument ", i + 1, " is `",
                      use.checker().type_name(use.facts(i)),
                      "`, expected a string, an array of bytes or a pointer to bytes"))
        .note(concat("signature: ", use.row().signature.text))
        .hint(concat("text at an address is read with `", builtin_row(Builtin::kStr).name, "()`"));
    all_fit = false;
  }
  return all_fit;
}

}  // namespace

template <>
void check_builtin<Builtin::kStrlen>(BuiltinUse& use) {
  check_texts(use, 1);
}

template <>
void check_builtin<Builtin::kStrcap>(BuiltinUse& use) {
  if (!check_texts(use, 1)) return;
  const Type& type = use.types().at(use.facts(0).type);
  if (type.kind == TypeKind::kPointer) return;
  ExpressionFacts result = use.result();
  result.constant = std::uint64_t{type.size};
  use.give(result);
}

template <>
void check_builtin<Builtin::kStrncmp>(BuiltinUse& use) {
  check_texts(use, 2);
}
template <>
void check_builtin<Builtin::kStrstr>(BuiltinUse& use) {
  check_texts(use, 2);
}
template <>
void check_builtin<Builtin::kStrcontains>(BuiltinUse& use) {
  check_texts(use, 2);
}
template <>
void check_builtin<Builtin::kStrConcat>(BuiltinUse& use) {
  check_texts(use, 2);
}

template <>
void check_builtin<Builtin::kMemcmp>(BuiltinUse& use) {
  use.follow_row();
}

template <>
void check_builtin<Builtin::kStrerror>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kSignalName>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kSyscallName>(BuiltinUse& use) {
  use.follow_row();
}

template <>
void check_builtin<Builtin::kBswap>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  std::uint32_t bytes = use.types().size(use.facts(0).type);
  use.give(use.checker().of_type(use.types().integer(bytes, false)));
}

}  // namespace sonde::sema
