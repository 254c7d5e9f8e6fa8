// The rows of probes.def as tables.
#include "stdlib/probes.h"

#include <algorithm>
#include <cctype>

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

constexpr ProbeTypeRow kProbeTypes[] = {
#define PROBE_TYPE(id, name, aliases, parts, facts, summary) {name, aliases, parts, facts, summary},
#include "stdlib/probes.def"
#undef PROBE_TYPE
};

constexpr StrategyRow kStrategies[] = {
#define STRATEGY(id, probe_type, name, program_type, context, capability, summary)  \
  {ProbeType::probe_type,  name,   ProgramType::program_type, ContextKind::context, \
   Capability::capability, summary},
#include "stdlib/probes.def"
#undef STRATEGY
};

constexpr std::string_view kReserved[] = {
#define RESERVED_PROVIDER(name) name,
#include "stdlib/reserved.def"
#undef RESERVED_PROVIDER
};

constexpr PerfEventRow kPerfEvents[] = {
#define PERF_EVENT(id, type, name, alias, count, config) {ProbeType::type, name, alias, count},
#include "stdlib/perf_events.def"
#undef PERF_EVENT
};

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    std::size_t space = words.find(' ');
    if (words.substr(0, space) == word) return true;
    if (space == std::string_view::npos) break;
    words.remove_prefix(space + 1);
  }
  return false;
}

}  // namespace

const ProbeTypeRow& probe_type_row(ProbeType type) {
  CHECK(to_index(type) < std::size(kProbeTypes));
  return kProbeTypes[to_index(type)];
}

const StrategyRow& strategy_row(Strategy strategy) {
  CHECK(to_index(strategy) < std::size(kStrategies));
  return kStrategies[to_index(strategy)];
}

std::optional<ProbeType> find_probe_type(std::string_view provider) {
  for (std::size_t i = 0; i < std::size(kProbeTypes); ++i)
    if (equal_in_any_case(kProbeTypes[i].name, provider) ||
        has_word(kProbeTypes[i].aliases, provider))
      return static_cast<ProbeType>(i);
  return std::nullopt;
}

std::vector<Strategy> strategies_of(ProbeType type) {
  std::vector<Strategy> strategies;
  for (std::size_t i = 0; i < std::size(kStrategies); ++i)
    if (kStrategies[i].probe_type == type) strategies.push_back(static_cast<Strategy>(i));
  return strategies;
}

const PerfEventRow& perf_event_row(PerfEvent event) {
  CHECK(to_index(event) < std::size(kPerfEvents));
  return kPerfEvents[to_index(event)];
}

std::vector<PerfEvent> perf_events_of(ProbeType type) {
  std::vector<PerfEvent> events;
  for (std::size_t i = 0; i < std::size(kPerfEvents); ++i)
    if (kPerfEvents[i].probe_type == type) events.push_back(static_cast<PerfEvent>(i));
  return events;
}

std::optional<PerfEvent> find_perf_event(ProbeType type, std::string_view name) {
  for (PerfEvent event : perf_events_of(type)) {
    const PerfEventRow& row = perf_event_row(event);
    if (row.name == name || (!row.alias.empty() && row.alias == name)) return event;
  }
  return std::nullopt;
}

std::vector<std::string_view> probe_type_names() {
  std::vector<std::string_view> names;
  for (const ProbeTypeRow& row : kProbeTypes) names.push_back(row.name);
  return names;
}

bool is_reserved_provider(std::string_view provider) {
  for (std::string_view reserved : kReserved)
    if (reserved == provider || (reserved.size() > 2 && equal_in_any_case(reserved, provider)))
      return true;
  return false;
}

}  // namespace sonde
