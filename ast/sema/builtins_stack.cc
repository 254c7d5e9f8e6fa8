// CHECK of kstack and ustack: a mode, then a limit, either of which may be left out. The mode is
// part of the type, because it decides how the value is printed and, for build_id, what is
// recorded.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

constexpr std::uint64_t kMostFrames = 1024;

struct NamedMode {
  std::string_view name;
  StackMode mode;
};
constexpr NamedMode kModes[] = {{"bpftrace", StackMode::kBpftrace},
                                {"perf", StackMode::kPerf},
                                {"raw", StackMode::kRaw},
                                {"build_id", StackMode::kBuildId}};

StackMode mode_named(std::string_view name) {
  for (const NamedMode& known : kModes)
    if (known.name == name) return known.mode;
  return StackMode::kBpftrace;
}

// The mode of a stack that names none.
StackMode default_mode(BuiltinUse& use, bool is_kernel) {
  StackMode mode = mode_named(use.checker().analysis().options.settings.text(Option::kStackMode));
  if (mode != StackMode::kBuildId || !is_kernel) return mode;
  use.report(DiagnosticKind::kStackMode, use.span(),
             "kernel stacks have no build ids; addresses are printed instead");
  return StackMode::kRaw;
}

bool is_mode_last(BuiltinUse& use) {
  const ast::NodeList& arguments = use.arguments();
  const ast::Program& program = use.checker().program();
  return arguments.size() == 2 && !program.is<ast::Identifier>(arguments.front());
}

StackMode check_stack(BuiltinUse& use, bool is_kernel) {
  if (is_mode_last(use)) {
    use.report(DiagnosticKind::kArgType, use.span(),
               concat('`', use.name(), "` takes the mode first and then the limit"))
        .note(concat("signature: ", use.row().signature.text));
    return StackMode::kBpftrace;
  }
  if (!use.follow_row() || !check_word(use, {"bpftrace", "perf", "raw", "build_id"}))
    return StackMode::kBpftrace;
  auto limit = use.number_at(1);
  if (limit && *limit > kMostFrames)
    use.report(
        DiagnosticKind::kArgRange, use.checker().span(use.argument(1)),
        concat("a stack has at most ", kMostFrames, " frames, and ", *limit, " are asked for"));
  if (use.word_at(0).empty()) return default_mode(use, is_kernel);
  StackMode mode = mode_named(use.word_at(0));
  if (mode == StackMode::kBuildId && is_kernel) {
    use.report(DiagnosticKind::kArgType, use.span(), "kernel stacks have no build ids")
        .hint(concat("`", builtin_row(Builtin::kUstack).name, "` has"));
    return StackMode::kRaw;
  }
  return mode;
}

}  // namespace

template <>
void check_builtin<Builtin::kKstack>(BuiltinUse& use) {
  use.give(use.checker().of_type(use.types().kernel_stack(check_stack(use, true))));
}
template <>
void check_builtin<Builtin::kStack>(BuiltinUse& use) {
  check_builtin<Builtin::kKstack>(use);
}
template <>
void check_builtin<Builtin::kUstack>(BuiltinUse& use) {
  use.give(use.checker().of_type(use.types().user_stack(check_stack(use, false))));
}

}  // namespace sonde::sema
