// CHECK of the builtins that are no aggregations: what their rows cannot say.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

void check_namespace(BuiltinUse& use) {
  if (use.follow_row()) check_word(use, {"curr_ns", "init"});
}

// Of the elements that have no single value, those of stats are printed as records: true for one.
bool check_statistics(BuiltinUse& use) {
  Checker& checker = use.checker();
  if (use.arguments().size() != 1) return false;
  NodeId node = use.arguments().front();
  NodeId map = checker.map_node_of(node);
  const auto* index = checker.program().get_if<ast::Index>(node);
  if (!index || !ast::exists(map) || checker.map_state(map).aggregation != Aggregation::kStats)
    return false;
  checker.check_key(map, index->indices, checker.span(node));
  ExpressionFacts record = checker.of_type(checker.analysis().map_value_type(checker.map_of(map)));
  checker.set_facts(map, record);
  checker.set_facts(node, record);
  return true;
}

// How many arguments the calling convention passes in registers.
#if defined(__x86_64__)
constexpr std::uint32_t kRegisterArguments = 6;
#else
constexpr std::uint32_t kRegisterArguments = 8;
#endif
// A raw tracepoint's arguments lie in memory; the kernel allows this many.
constexpr std::uint32_t kEventArguments = 12;

// Arguments that every point of the group has. The verifier refuses a program that reads more.
std::size_t argument_count(BuiltinUse& use) {
  const ProbeGroup& group = use.checker().group();
  if (has_fact(group.type, kHasRegisters)) return kRegisterArguments;
  std::size_t count = kEventArguments;
  if (use.checker().pass() == Pass::kInfer) return count;
  for (const ExpandedPoint& point : group.points) {
    auto prototype = use.checker().analysis().world.raw_tracepoint_prototype(point.function);
    if (prototype) count = std::min(count, prototype->parameters.size());
  }
  return count;
}

}  // namespace

bool check_word(BuiltinUse& use, std::initializer_list<std::string_view> known) {
  std::string_view word = use.word_at(0);
  if (word.empty() || std::ranges::find(known, word) != known.end()) return true;
  Span where = use.checker().span(use.argument(0));
  std::string words;
  for (std::string_view each : known) words += concat(words.empty() ? "" : ", ", each);
  use.report(DiagnosticKind::kArgType, where,
             concat('`', use.name(), "` does not know the word `", word, '`'))
      .note(concat("words are: ", words));
  return false;
}

template <>
void check_builtin<Builtin::kPid>(BuiltinUse& use) {
  check_namespace(use);
}
template <>
void check_builtin<Builtin::kTid>(BuiltinUse& use) {
  check_namespace(use);
}
template <>
void check_builtin<Builtin::kCurtask>(BuiltinUse& use) {
  constexpr std::string_view kTaskStructure = "task_struct";
  if (!use.follow_row()) return;
  // Known by name until somebody looks inside, so that its address needs no types of the kernel.
  TypeId task = use.types().c_structure(false, std::string(kTaskStructure), DefinitionId::kNone);
  use.give(use.checker().of_type(use.types().pointer_to(task), AddressSpace::kKernel));
}
template <>
void check_builtin<Builtin::kCpid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kUid>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kComm>(BuiltinUse& use) {
  if (use.arguments().size() == 1)
    use.checker().unsupported(use.span(), "the name of another process is");
  else
    use.follow_row();
}
template <>
void check_builtin<Builtin::kCpu>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kElapsed>(BuiltinUse& use) {
  use.follow_row();
}

template <>
void check_builtin<Builtin::kArgN>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  ExpressionFacts result = use.result();
  result.space = use.checker().own_space();
  use.give(result);
  std::size_t count = argument_count(use);
  if (use.number() < count) return;
  auto found = use.report(DiagnosticKind::kArgRange, use.span(),
                          concat("there is no argument ", use.number()));
  if (count > 0) found.note(concat("arguments are numbered from 0 to ", count - 1));
}

template <>
void check_builtin<Builtin::kSargN>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  ExpressionFacts result = use.result();
  result.space = use.checker().own_space();
  use.give(result);
}

template <>
void check_builtin<Builtin::kArgs>(BuiltinUse& use) {
  ProbeType type = use.checker().group().type;
  if (has_fact(type, kInUserSpace) && has_fact(type, kHasNumberedArgs)) {
    use.checker().unsupported(use.span(), "naming the arguments of a program's function is");
    return;
  }
  if (use.follow_row()) use.give(use.checker().args_structure());
}

template <>
void check_builtin<Builtin::kRetval>(BuiltinUse& use) {
  if (!use.follow_row()) return;
  ExpressionFacts result = use.result();
  result.space = use.checker().own_space();
  use.give(result);
}

template <>
void check_builtin<Builtin::kProbe>(BuiltinUse& use) {
  use.follow_row();
  use.give(text_facts(use.checker().group().points.front().name, use.types()));
}

template <>
void check_builtin<Builtin::kPrintf>(BuiltinUse& use) {
  check_format(use);
}

template <>
void check_builtin<Builtin::kPrint>(BuiltinUse& use) {
  Checker& checker = use.checker();
  bool prints_map =
      !use.arguments().empty() && checker.program().is<ast::Map>(use.arguments().front());
  if (!prints_map) {
    if (check_statistics(use)) return;
    if (!use.follow_row() || use.arguments().size() == 1) return;
    use.report(DiagnosticKind::kArgCount, use.span(),
               concat('`', use.name(), "` takes one value; only a map takes more arguments"))
        .note(concat("signature: ", use.row().signature.text));
    return;
  }
  if (!use.check_place() || !use.check_count()) return;
  if (checker.is_in_loop())
    use.report(DiagnosticKind::kPrintInLoop, use.span(),
               "the map is printed some time later, not as it is in this round of the loop")
        .hint("print the map behind the loop, or a single element in it");
  use.check_argument(0, ParameterKind::kMap);
  for (std::size_t i = 1; i < use.arguments().size(); ++i)
    use.check_argument(i, ParameterKind::kNumber);
}

template <>
void check_builtin<Builtin::kClear>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kZero>(BuiltinUse& use) {
  use.follow_row();
}
template <>
void check_builtin<Builtin::kExit>(BuiltinUse& use) {
  use.follow_row();
}

}  // namespace sonde::sema
