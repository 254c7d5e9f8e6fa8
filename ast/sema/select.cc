// select: the first strategy, in the order of the registry, that the body and the kernel allow. A
// strategy whose conditions are particular has a rule here, found by its id; all others need their
// capability alone.
#include "ast/sema/expansion.h"
#include "ast/sema/sema.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

// Whether the group's points and body can be attached this way, whatever the kernel offers.
bool suits(Strategy strategy, const ProbeGroup& group, const BodyUses& uses, World& world) {
  switch (strategy) {
    case Strategy::kTracepointRaw: {
      if (uses.args) return false;
      for (const ExpandedPoint& point : group.points)
        if (!has_raw_event(point.target, point.function, world)) return false;
      return true;
    }
    case Strategy::kKprobeMulti:
    case Strategy::kKretprobeMulti:
    case Strategy::kUprobeMulti:
    case Strategy::kUretprobeMulti:
      return !group.points.front().functions.empty();
    case Strategy::kKprobePerf:
    case Strategy::kKretprobePerf:
    case Strategy::kUprobePerf:
    case Strategy::kUretprobePerf:
      return group.points.front().functions.empty();
    default:
      return true;
  }
}

}  // namespace

Strategies select(const ast::Program& program, const ProbeSet& probes, const TypedProgram&,
                  World& world, Diagnostics& diagnostics) {
  Strategies strategies;
  for (const ProbeGroup& group : probes.groups) {
    BodyUses uses = find_body_uses(program, program.get<ast::Probe>(group.probe));
    std::optional<Strategy> chosen;
    std::optional<Strategy> suitable;
    for (Strategy strategy : strategies_of(group.type)) {
      if (!suits(strategy, group, uses, world)) continue;
      suitable = strategy;
      if (!world.has(strategy_row(strategy).capability)) continue;
      chosen = strategy;
      break;
    }
    CHECK(suitable);
    if (!chosen) {
      const CapabilityRow& row = capability_row(strategy_row(*suitable).capability);
      diagnostics
          .report(DiagnosticKind::kMissingFeature, program.span(group.points.front().attach_point),
                  concat("this kernel does not offer ", row.purpose, ": ",
                         world.why_not(strategy_row(*suitable).capability)))
          .hint(std::string(row.hint));
    }
    strategies.of.push_back(chosen.value_or(*suitable));
  }
  return strategies;
}

}  // namespace sonde::sema
