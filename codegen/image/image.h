// ProgramImage: what compilation hands to the runtime. The ELF object holds the programs; the
// Manifest says what the object cannot: how each record is laid out and printed, what the maps mean
// to the script, which program is attached where. `lower` appends to it while it emits the stores
// that it describes. It is flat (ids index vectors, no pointers), so that it can be written to a
// file and read back by a process without a compiler.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/dense_id.h"
#include "lexer/base/result.h"
#include "lexer/base/span.h"
#include "stdlib/ids.h"

namespace sonde::image {

enum class TypeId : std::uint32_t { kNone = 0xffffffff };
enum class SiteId : std::uint32_t { kNone = 0xffffffff };
enum class BpfMapId : std::uint32_t { kNone = 0xffffffff };
enum class ScriptMapId : std::uint32_t { kNone = 0xffffffff };
enum class ProgramId : std::uint32_t { kNone = 0xffffffff };
enum class LossId : std::uint32_t { kNone = 0xffffffff };
enum class TextId : std::uint32_t { kNone = 0xffffffff };

// ---- values ----

enum class ValueKind : std::uint8_t {
  kNone,
  kInteger,      // 1, 2, 4 or 8 bytes
  kBool,         // 1 byte
  kPointer,      // 8 bytes
  kString,       // NUL-terminated unless full
  kTuple,        // members at natural alignment, padding zero
  kRecord,       // the same with member names; structures too
  kArray,        // one member type, `size` is the whole
  kKernelStack,  // wire.h: StackHandle
  kUserStack,    // wire.h: StackHandle
  kBuffer,       // wire.h: BufferHeader, then room for bytes
  kInet,         // wire.h: InetAddress
  kMacAddress,   // 6 bytes
  // What follows is looked up when it is printed.
  kUserName,      // u64: a user id
  kKernelSymbol,  // u64: an address
  kUserSymbol,    // wire.h: UserAddress
  kTimestamp,     // wire.h: Timestamp
  kCgroupPath,    // wire.h: CgroupPath
};

// How the frames of a stack are printed (spec/cli_output.md §4.7).
enum class StackMode : std::uint8_t { kSymbols, kPerf, kRaw, kBuildId };

struct ValueMember {
  std::string name{};  // empty in a tuple
  std::uint32_t offset = 0;
  TypeId type = TypeId::kNone;
};

// A value of an enum that has a name.
struct Enumerator {
  std::string name{};
  std::uint64_t value = 0;  // extended by the enum's sign
};

// Members are always older than the type that has them, so a walk ends.
struct ValueType {
  ValueKind kind{};
  bool is_signed = false;
  std::uint32_t size = 0;  // bytes of storage
  std::vector<ValueMember> members{};
  StackMode stack_mode{};  // of stacks
  // Of an integer that is a bit-field: its first bit, counted from the lowest of the first byte,
  // and its bits; `size` bytes hold it.
  std::uint8_t bit_start = 0, bit_width = 0;
  bool may_fill = false;                  // a string that fills its bytes is not cut
  std::vector<Enumerator> enumerators{};  // of an integer that is an enum
};

// ---- maps ----

// How the kernel stores a map; the numbers of enum bpf_map_type are the loader's business.
enum class MapStorage : std::uint8_t {
  kHash,
  kPerCpuHash,
  kLruHash,
  kLruPerCpuHash,
  kArray,
  kPerCpuArray,
  kRing
};

struct BpfMap {
  std::string name{};  // the symbol of the map in the ELF object
  MapStorage storage{};
  std::uint32_t key_size = 0;     // bytes
  std::uint32_t value_size = 0;   // bytes
  std::uint32_t max_entries = 0;  // of a ring: bytes
  bool is_mapped = false;         // BPF_F_MMAPABLE: user space sees it as memory
  bool is_constant = false;       // frozen after the loader has filled it: .rodata
  bool grows = false;             // takes memory as it fills
};

enum class Aggregation : std::uint8_t {
  kNone,
  kCount,
  kSum,
  kMin,
  kMax,
  kAvg,
  kStats,
  kHist,
  kLhist,
  kTseries
};

// What becomes of the values that a series receives in one interval.
enum class SeriesFold : std::uint8_t { kLast, kAvg, kMax, kMin, kSum };

// A map of the script. Storage layouts: codegen/image/wire.h, "Map values".
struct ScriptMap {
  std::string name{};  // as the script writes it: "@reads"
  BpfMapId storage = BpfMapId::kNone;
  TypeId key = TypeId::kNone;  // none: scalar
  // Of an aggregation: the 64-bit integer type of its result; of stats a record of wire.h's
  // StatsRow.
  TypeId value = TypeId::kNone;
  Aggregation aggregation{};
  std::uint32_t present_offset =
      0;  // scalar: where in the value the u64 stands that says whether it was ever set
  std::uint32_t bucket_offset =
      0;  // keyed, with buckets: where in the key the u64 bucket number stands
  std::uint32_t bucket_count = 0;  // hist, lhist; of a series the number of its intervals
  std::uint32_t hist_bits = 0;     // hist
  std::int64_t lhist_low = 0, lhist_high = 0, lhist_step = 0;
  std::uint64_t interval = 0;            // tseries: nanoseconds
  SeriesFold fold{};                     // tseries
  bool is_atomic_time = false;           // tseries: by CLOCK_TAI, else as UTC counts
  BpfMapId key_index = BpfMapId::kNone;  // keyed, with buckets: the script's keys, where asked for
};
// Whether an element has an entry of storage for each bucket, or for each interval of a series.
inline bool has_buckets(const ScriptMap& map) {
  return map.aggregation == Aggregation::kHist || map.aggregation == Aggregation::kLhist ||
         map.aggregation == Aggregation::kTseries;
}

// ---- sites ----

enum class RecordKind : std::uint8_t {
#define RECORD(id, ...) id,
#include "codegen/image/records.def"
#undef RECORD
  kCount
};

// One value in a record's payload.
struct Field {
  TypeId type = TypeId::kNone;
  std::uint32_t offset = 0;  // from the start of the record
  // A string whose bytes stand in the tail behind the fixed part, in field order and without
  // padding; at `offset` stands its u32 length (the bytes before the NUL, or the whole capacity
  // when there is none).
  bool in_tail = false;
};

// One place of the script that sends records.
struct Site {
  RecordKind kind{};
  Span span{};
  std::string format{};                  // printf and its like; of time(); join: the separator
  std::vector<Field> fields{};           // printf and its like, print of a value
  std::uint32_t fixed_size = 0;          // bytes of the record before the tail
  std::uint32_t max_size = 0;            // bytes of the longest record
  ScriptMapId map = ScriptMapId::kNone;  // print, clear, zero of a map
  std::uint64_t top = 0, div = 0;        // print of a map; 0: all, undivided
  RuntimeError error{};                  // runtime error
  LossId loss =
      LossId::kNone;  // counts the records that found no room; control records have one too
};

// One reason for which something measured may be lost, with its own counter (wire.h: ControlBlock).
enum class LossKind : std::uint8_t {
  kRing,     // no room in the ring
  kScratch,  // no free scratch slot: the run of the probe was skipped
  kMap,      // a map was full: the update was refused (a runtime error reports it too)
  kStack,    // the table of stacks was full
  kUpdate,   // an update of a slot was interrupted by others again and again
};
struct Loss {
  LossKind kind{};
  Span span{};
  ProgramId program = ProgramId::kNone;  // of kScratch
};

// ---- programs and probes ----

struct Program {
  std::string name{};  // the function's symbol in the ELF object
  ProgramType type{};
  Span span{};  // of the probe
};

// One attach point after expansion: which program fires where. Several probes may share one
// program.
struct Probe {
  std::string name{};  // canonical (spec/probes.md §17), or the label
  Strategy strategy{};
  ProgramId program = ProgramId::kNone;
  Span span{};  // of the attach point
  // uprobe: path of the file; tracepoint: category; kprobe: module, empty for any
  std::string target{};
  std::string function{};    // function or event
  std::uint64_t offset = 0;  // kprobe: bytes into the function; uprobe: offset in the file
  // timers: nanoseconds between firings, or firings a second when `is_frequency`
  std::uint64_t period = 0;
  bool is_frequency = false;
  bool is_return = false;
  // multi strategies: all functions, `function` is the pattern
  std::vector<std::string> functions{};
  std::vector<std::uint64_t> offsets{};  // uprobe_multi: file offsets, beside `functions`
};

// An option of the script. Its value stands in the memory of constants, which the loader fills:
// a number in its 8 bytes, a text padded with zeros.
struct NamedOption {
  enum class Kind : std::uint8_t { kBool, kUnsigned, kSigned, kText, kCount };
  std::string name{};
  std::string description{};
  Kind kind{};
  std::uint64_t number = 0;  // the default
  std::string text{};        // the default of a text
  std::uint32_t offset = 0;  // bytes from the start of the memory of constants
  std::uint32_t size = 0;
};

struct Manifest {
  IdVector<TypeId, ValueType> types;
  IdVector<BpfMapId, BpfMap> bpf_maps;
  IdVector<ScriptMapId, ScriptMap> script_maps;
  IdVector<SiteId, Site> sites;
  IdVector<LossId, Loss> losses;
  // What values name by number: formats of strftime, filters of cgroup_path.
  IdVector<TextId, std::string> texts;
  IdVector<ProgramId, Program> programs;
  std::vector<Probe> probes;  // in source order
  std::vector<NamedOption> options;
  // The maps that the loader itself must know, kNone when the script needs none.
  BpfMapId constants = BpfMapId::kNone;  // wire.h: Constants
  BpfMapId control = BpfMapId::kNone;    // wire.h: ControlBlock
  BpfMapId ring = BpfMapId::kNone;
  BpfMapId stacks = BpfMapId::kNone;  // u64 content hash -> wire.h: StackTrace
  std::string license;
};

struct ProgramImage {
  std::string elf;  // a relocatable BPF object
  Manifest manifest;
};

// A byte string that deserialize() takes back. It starts with a magic and a version.
std::string serialize(const ProgramImage& image);
// EINVAL when the bytes are truncated, damaged or of another version.
Result<ProgramImage> deserialize(std::string_view bytes);

}  // namespace sonde::image
