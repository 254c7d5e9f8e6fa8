// CHECK of what acts on the traced process or ends the run: signals, with the kinds of probes that
// may send them, and assertions.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"
#include "stdlib/signals.h"

namespace sonde::sema {
namespace {

// Probes that fire on behalf of the process that they are about.
bool may_signal(ProbeType type) {
  return has_fact(type, kHasArgsStruct) || has_fact(type, kHasNumberedArgs) ||
         has_fact(type, kHasRetval) || type == ProbeType::kProfile;
}

bool check_signal_place(BuiltinUse& use) {
  ProbeType type = use.checker().group().type;
  if (may_signal(type)) return true;
  use.report(
         DiagnosticKind::kNotInThisProbe, use.span(),
         concat('`', use.name(), "` can not be used with `", probe_type_row(type).name, "` probes"))
      .note("they fire in whatever process happens to run");
  return false;
}

void check_signal(BuiltinUse& use) {
  if (!use.follow_row() || !check_signal_place(use)) return;
  Checker& checker = use.checker();
  Span where = checker.span(use.argument(0));
  const ExpressionFacts& found = use.facts(0);
  auto literal = literal_of(found, use.types());
  if (literal && literal->text) {
    if (find_signal(*literal->text)) return;
    use.report(DiagnosticKind::kArgRange, where,
               concat("Invalid string for signal: `", *literal->text, '`'))
        .note(concat("signals are: ", signal_names()));
  } else if (checker.kind_of(found) != TypeKind::kInteger) {
    use.wrong_argument(0, "an integer or a literal with the name of a signal");
  } else if (literal && (*literal->integer < 1 || *literal->integer > kLastSignal)) {
    use.report(DiagnosticKind::kArgRange, where,
               concat("signals are numbered from 1 to ", kLastSignal));
  }
}

}  // namespace

template <>
void check_builtin<Builtin::kSignal>(BuiltinUse& use) {
  check_signal(use);
}
template <>
void check_builtin<Builtin::kSignalThread>(BuiltinUse& use) {
  check_signal(use);
}

template <>
void check_builtin<Builtin::kAssert>(BuiltinUse& use) {
  if (use.follow_row()) use.checker().check_condition(use.argument(0), "the condition");
}

}  // namespace sonde::sema
