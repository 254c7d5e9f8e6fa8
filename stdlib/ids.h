// The ids of every registry: dense enums made from the rows of the .def files, in row order. Rooms
// that may not see the rows themselves (codegen/image, which must decode without the compiler)
// include this header alone.
#pragma once

#include <cstdint>

namespace sonde {

enum class Capability : std::uint8_t {
#define CAPABILITY(id, ...) id,
#include "stdlib/capabilities.def"
#undef CAPABILITY
  kCount
};

enum class ProbeType : std::uint8_t {
#define PROBE_TYPE(id, ...) id,
#include "stdlib/probes.def"
#undef PROBE_TYPE
  kCount
};

// One way to attach a probe of some type. It decides the program type, what the program's context
// is and which capability is needed, so it is chosen before code is emitted.
enum class Strategy : std::uint8_t {
#define STRATEGY(id, ...) id,
#include "stdlib/probes.def"
#undef STRATEGY
  kCount
};

// A counter that a `software` or `hardware` probe names.
enum class PerfEvent : std::uint8_t {
#define PERF_EVENT(id, ...) id,
#include "stdlib/perf_events.def"
#undef PERF_EVENT
  kCount
};

enum class Builtin : std::uint8_t {
#define BUILTIN(id, ...) id,
#include "stdlib/builtins.def"
#undef BUILTIN
  kCount
};

enum class FormatConversion : std::uint8_t {
#define FORMAT_CONVERSION(id, ...) id,
#include "stdlib/format_specs.def"
#undef FORMAT_CONVERSION
  kCount
};

enum class RuntimeError : std::uint8_t {
#define RUNTIME_ERROR(id, ...) id,
#include "stdlib/runtime_errors.def"
#undef RUNTIME_ERROR
  kCount
};

enum class Option : std::uint8_t {
#define OPTION(id, ...) id,
#include "stdlib/options.def"
#undef OPTION
  kCount
};

// What the kernel calls a program, as far as sonde loads them.
enum class ProgramType : std::uint8_t { kRawTracepoint, kTracepoint, kKprobe, kPerfEvent };

// What a program's context pointer is.
enum class ContextKind : std::uint8_t {
  kNone,         // nothing to read
  kArguments,    // u64 per argument (raw tracepoints)
  kEventRecord,  // the tracepoint's record as its format file lays it out
  kRegisters,    // struct pt_regs at function entry or return
  kPerfEvent,    // struct bpf_perf_event_data
};

}  // namespace sonde
