// Planning. The kernel calls the programs of one event in the order of attaching for some
// mechanisms and in the reverse order for others; the plan attaches each kind so that bodies for
// the same event run in the order of the source.
#include "runtime/session/plan.h"

#include <algorithm>

#include "lexer/base/concat.h"
#include "stdlib/probes.h"

namespace sonde::session {
namespace {

// What the strategy needs beyond the probe's own fields.
Result<void> resolve(kernel::LinkSpec& link, const image::Probe& probe, World& world,
                     const PlanOptions& options) {
  const std::vector<std::uint32_t>& online = world.online_cpus();
  CHECK(!online.empty());
  switch (probe.strategy) {
    case Strategy::kRunBegin:
    case Strategy::kRunEnd:
      break;
    case Strategy::kTracepointRaw:
    case Strategy::kRawTracepointDirect:
      link.event = probe.function;
      break;
    case Strategy::kTracepointPerf: {
      TRY(TracepointFormat format,
          world.tracepoint(probe.target, probe.function).context(concat("attach ", probe.name)));
      link.id = format.id;
      link.cpus = {online.front()};
      break;
    }
    case Strategy::kKprobePerf:
    case Strategy::kKretprobePerf:
      // The kernel looks a name without a module up in its own image first; `vmlinux` is none of
      // its modules.
      link.event = probe.target.empty() || probe.target == "vmlinux"
                       ? probe.function
                       : concat(probe.target, ":", probe.function);
      link.cpus = {online.front()};
      break;
    case Strategy::kKprobeMulti:
    case Strategy::kKretprobeMulti:
      link.functions = probe.functions;
      break;
    case Strategy::kUprobeMulti:
    case Strategy::kUretprobeMulti:
      link.functions = probe.functions;
      link.offsets = probe.offsets;
      link.path = probe.target;
      link.follows_target = options.has_target;
      break;
    case Strategy::kUprobePerf:
    case Strategy::kUretprobePerf:
      link.path = probe.target;
      link.cpus = {online.front()};
      link.follows_target = options.has_target;
      break;
    case Strategy::kIntervalClock:
      link.cpus = {online.front()};
      break;
    case Strategy::kSoftwareCounter:
    case Strategy::kHardwareCounter:
      link.event = probe.function;
      link.cpus = online;
      link.follows_target = options.has_target;
      break;
    case Strategy::kProfileClock:
      link.cpus = online;
      link.follows_target = options.has_target;
      break;
    case Strategy::kCount:
      CHECK(!"no strategy");
  }
  return {};
}

Result<kernel::LinkSpec> plan_link(const image::Manifest& manifest, std::size_t index, World& world,
                                   const PlanOptions& options) {
  const image::Probe& probe = manifest.probes[index];
  kernel::LinkSpec link;
  link.probe = index;
  link.name = probe.name;
  link.strategy = probe.strategy;
  link.program = probe.program;
  link.offset = probe.offset;
  link.period = probe.period;
  link.is_frequency = probe.is_frequency;
  link.is_return = probe.is_return;
  TRY_DO(resolve(link, probe, world, options));
  return link;
}

std::string_view type_name(ProgramType type) {
  switch (type) {
    case ProgramType::kRawTracepoint:
      return "raw-tracepoint-program";
    case ProgramType::kTracepoint:
      return "tracepoint-program";
    case ProgramType::kKprobe:
      return "kprobe-program";
    case ProgramType::kPerfEvent:
      return "perf-event-program";
  }
  CHECK(!"every program type is named");
}

template <typename Items, typename Show>
std::string joined(const Items& items, Show show) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ',';
    append_part(out, show(item));
  }
  return out;
}

void dump_run(std::string& out, const PlannedRun& run, const image::Manifest& manifest) {
  out += concat("run ", run.name, " ", strategy_row(run.strategy).name,
                " program=", manifest.programs[run.program].name, "\n");
}

void dump_link(std::string& out, const kernel::LinkSpec& link, const image::Manifest& manifest) {
  out += concat("link ", link.name, " ", strategy_row(link.strategy).name,
                " program=", manifest.programs[link.program].name);
  if (!link.event.empty()) out += concat(" event=", link.event);
  if (link.id != 0) out += concat(" id=", link.id);
  if (!link.path.empty()) out += concat(" path=", link.path);
  if (link.offset != 0) out += concat(" offset=0x", hex(link.offset));
  if (!link.functions.empty())
    out += concat(" functions=", joined(link.functions, [](const std::string& f) { return f; }));
  if (!link.offsets.empty())
    out += concat(" offsets=",
                  joined(link.offsets, [](std::uint64_t o) { return concat("0x", hex(o)); }));
  std::string_view unit = has_fact(strategy_row(link.strategy).probe_type, kCounted) ? " count="
                          : link.is_frequency                                        ? " hz="
                                              : " period-ns=";
  if (link.period != 0) out += concat(unit, link.period);
  if (!link.cpus.empty())
    out += concat(" cpus=", joined(link.cpus, [](std::uint32_t cpu) { return cpu; }));
  if (link.is_return) out += " return";
  if (link.follows_target) out += " target-only";
  out += '\n';
}

}  // namespace

Result<AttachPlan> make_plan(const image::Manifest& manifest, World& world,
                             const PlanOptions& options) {
  AttachPlan plan;
  for (std::size_t i = 0; i < manifest.programs.size(); ++i)
    plan.loads.push_back(static_cast<image::ProgramId>(i));
  std::vector<kernel::LinkSpec> reversed;
  for (std::size_t i = 0; i < manifest.probes.size(); ++i) {
    const image::Probe& probe = manifest.probes[i];
    ProbeType type = strategy_row(probe.strategy).probe_type;
    if (has_fact(type, kRunsOnce)) {
      auto& runs = type == ProbeType::kBegin ? plan.begins : plan.ends;
      runs.push_back({.name = probe.name, .strategy = probe.strategy, .program = probe.program});
      continue;
    }
    TRY(kernel::LinkSpec link, plan_link(manifest, i, world, options));
    auto& links = has_fact(type, kFiresInReverse) ? reversed : plan.links;
    links.push_back(std::move(link));
  }
  std::move(reversed.rbegin(), reversed.rend(), std::back_inserter(plan.links));
  return plan;
}

std::string dump(const AttachPlan& plan, const image::Manifest& manifest) {
  std::string out;
  for (image::ProgramId id : plan.loads)
    out += concat("load ", manifest.programs[id].name, " ", type_name(manifest.programs[id].type),
                  "\n");
  for (const PlannedRun& begin : plan.begins) dump_run(out, begin, manifest);
  for (const kernel::LinkSpec& link : plan.links) dump_link(out, link, manifest);
  for (const PlannedRun& end : plan.ends) dump_run(out, end, manifest);
  return out;
}

}  // namespace sonde::session
