// CHECK of clocks and of what makes dates of them. Which clock an integer counts from is a property
// of its type, so that a monotonic time is never printed as a date.
#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

struct NamedClock {
  std::string_view name;
  Clock clock;
};
constexpr NamedClock kClocks[] = {{"boot", Clock::kBoot},
                                  {"monotonic", Clock::kMonotonic},
                                  {"tai", Clock::kTai},
                                  {"sw_tai", Clock::kTai}};
constexpr std::string_view kKernelsOwnTai = "tai";

void require_tai_clock(BuiltinUse& use) {
  if (use.checker().pass() == Pass::kInfer) return;
  World& world = use.checker().analysis().world;
  if (world.has(Capability::kTaiClock)) return;
  use.report(
         DiagnosticKind::kMissingFeature, use.span(),
         concat("Missing required kernel feature: ", capability_row(Capability::kTaiClock).name))
      .note(world.why_not(Capability::kTaiClock))
      .hint(std::string(capability_row(Capability::kTaiClock).hint));
}

}  // namespace

template <>
void check_builtin<Builtin::kNsecs>(BuiltinUse& use) {
  if (!use.follow_row() || !check_word(use, {"boot", "monotonic", "tai", "sw_tai"})) return;
  ExpressionFacts result = use.result();
  for (const NamedClock& known : kClocks)
    if (known.name == use.word_at(0)) result.clock = known.clock;
  if (use.word_at(0) == kKernelsOwnTai) require_tai_clock(use);
  use.give(std::move(result));
}

template <>
void check_builtin<Builtin::kStrftime>(BuiltinUse& use) {
  use.give(use.checker().of_type(use.types().simple(TypeKind::kTimestamp)));
  if (!use.follow_row()) return;
  const ExpressionFacts& when = use.facts(1);
  Span where = use.checker().span(use.argument(1));
  if (when.clock == Clock::kMonotonic) {
    use.report(DiagnosticKind::kArgType, where, "the monotonic clock has no calendar")
        .hint(concat("take the time from `", builtin_row(Builtin::kNsecs).name, '`'));
    return;
  }
  auto literal = literal_of(when, use.types());
  if (literal && literal->integer && *literal->integer < 0)
    use.report(DiagnosticKind::kArgRange, where,
               concat('`', use.name(), "` argument 2 must not be negative"));
}

template <>
void check_builtin<Builtin::kTime>(BuiltinUse& use) {
  use.follow_row();
}

}  // namespace sonde::sema
