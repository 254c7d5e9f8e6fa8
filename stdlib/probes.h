// Probe types and attach strategies as rows (probes.def), with the look-ups that stages share.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "stdlib/ids.h"

namespace sonde {

// What holds of a probe type whatever its attach point.
enum ProbeFact : std::uint32_t {
  kRunsOnce = 1u << 0,         // run by sonde itself, never attached
  kCollapsesCase = 1u << 1,    // BEGIN and END are the older spellings
  kHasArgsStruct = 1u << 2,    // `args`
  kHasNumberedArgs = 1u << 3,  // `arg0` …
  kHasRetval = 1u << 4,        // `retval`
  kHasRegisters = 1u << 5,     // the context holds registers
  kInUserSpace = 1u << 6,      // pointers are user-space addresses
  kFilteredByPid = 1u << 7,    // -p wraps the body in a test of the pid
  kTimed = 1u << 8,            // fires by a clock
  kListable = 1u << 9,         // -l knows it
  kCounted = 1u << 10,         // fires once in so many events of a counter (perf_events.def)
  kTracesFunction = 1u << 11,  // `func`
  // The kernel calls the programs of one event in the reverse order of attaching.
  kFiresInReverse = 1u << 12,
};

struct ProbeTypeRow {
  std::string_view name;
  std::string_view aliases;
  std::string_view parts;
  std::uint32_t facts;
  std::string_view summary;
};
struct StrategyRow {
  ProbeType probe_type;
  std::string_view name;
  ProgramType program_type;
  ContextKind context;
  Capability capability;
  std::string_view summary;
};

// A counter of the kernel that a probe of a counted type names.
struct PerfEventRow {
  ProbeType probe_type;
  std::string_view name;
  std::string_view alias;  // empty without
  std::uint64_t count;     // events a firing, where the script does not say
};

const ProbeTypeRow& probe_type_row(ProbeType type);
const StrategyRow& strategy_row(Strategy strategy);
inline bool has_fact(ProbeType type, ProbeFact fact) {
  return (probe_type_row(type).facts & fact) != 0;
}

// By name in any case, or by alias in its exact case.
std::optional<ProbeType> find_probe_type(std::string_view provider);
// The strategies of a probe type, most preferred first.
std::vector<Strategy> strategies_of(ProbeType type);
std::vector<std::string_view> probe_type_names();
// The counters of a counted type, in the order of their names.
std::vector<PerfEvent> perf_events_of(ProbeType type);
const PerfEventRow& perf_event_row(PerfEvent event);
// By name or alias.
std::optional<PerfEvent> find_perf_event(ProbeType type, std::string_view name);
// Provider names that the language has and this version does not attach to yet.
bool is_reserved_provider(std::string_view provider);

}  // namespace sonde
