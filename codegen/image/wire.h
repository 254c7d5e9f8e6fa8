// The memory that BPF programs and user space share, declared once. Codegen takes LLVM struct types
// and field indices from the WIRE_RECORD lines, the decoder its bounds-checked reads; a field left
// out of a line, or implicit padding, does not compile.
//
// Records. A record begins with RecordHeader. Exit and RuntimeError records have the structs below;
// printf and print-value records are laid out by their Site: fixed part, then a tail of string
// bytes. Records begin at 8-byte boundaries of the ring.
//
// Map values. Scalar maps are arrays: an ordinary value stands at offset 0 of entry 0, an
// aggregation's slot likewise, and at ScriptMap::present_offset (8-aligned, behind it) a u64 that
// is 1 once it was set. Scalar hist and lhist have one entry per bucket, each a BucketSlot;
// `present` of entry 0 speaks for the map. Keyed maps are hashes of the value or slot alone; the
// key is padded with zeros, and keyed hist and lhist keys end in a u64 bucket number at
// ScriptMap::bucket_offset with a BucketSlot as value. A series is stored like a histogram, an
// entry per interval and a SeriesSlot in it. Aggregations are per-CPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonde::image {

struct WireField {
  std::string_view name;
  std::uint32_t offset;
  std::uint32_t size;
};

// Specialised by WIRE_RECORD for every shared struct.
template <typename T>
struct WireLayout;

namespace wire_detail {
template <std::size_t N>
constexpr bool is_gapless(const WireField (&fields)[N], std::size_t size) {
  std::uint32_t next = 0;
  for (const WireField& field : fields) {
    if (field.offset != next) return false;
    next = field.offset + field.size;
  }
  return next == size;
}
}  // namespace wire_detail

#define WIRE_FIELD(Type, field)                        \
  ::sonde::image::WireField {                          \
    #field, offsetof(Type, field), sizeof(Type::field) \
  }
#define WIRE_MAP_1(T, a) WIRE_FIELD(T, a)
#define WIRE_MAP_2(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_1(T, __VA_ARGS__)
#define WIRE_MAP_3(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_2(T, __VA_ARGS__)
#define WIRE_MAP_4(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_3(T, __VA_ARGS__)
#define WIRE_MAP_5(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_4(T, __VA_ARGS__)
#define WIRE_MAP_6(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_5(T, __VA_ARGS__)
#define WIRE_MAP_7(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_6(T, __VA_ARGS__)
#define WIRE_MAP_8(T, a, ...) WIRE_FIELD(T, a), WIRE_MAP_7(T, __VA_ARGS__)
#define WIRE_PICK(a, b, c, d, e, f, g, h, name, ...) name
#define WIRE_MAP(T, ...)                                                                         \
  WIRE_PICK(__VA_ARGS__, WIRE_MAP_8, WIRE_MAP_7, WIRE_MAP_6, WIRE_MAP_5, WIRE_MAP_4, WIRE_MAP_3, \
            WIRE_MAP_2, WIRE_MAP_1)                                                              \
  (T, __VA_ARGS__)
#define WIRE_RECORD(Type, ...)                                           \
  template <>                                                            \
  struct WireLayout<Type> {                                              \
    static constexpr std::string_view name = #Type;                      \
    static constexpr WireField fields[] = {WIRE_MAP(Type, __VA_ARGS__)}; \
    static_assert(wire_detail::is_gapless(fields, sizeof(Type)));        \
  }

struct RecordHeader {
  std::uint32_t site;
  std::uint32_t size;  // of the whole record in bytes, header included
};
WIRE_RECORD(RecordHeader, site, size);

struct ExitRecord {
  RecordHeader header;
  std::int64_t code;
};
WIRE_RECORD(ExitRecord, header, code);

struct RuntimeErrorRecord {
  RecordHeader header;
  std::int64_t detail;  // a helper's return value, 0 where there was none
};
WIRE_RECORD(RuntimeErrorRecord, header, detail);

// The strings follow, each with its NUL.
struct JoinRecord {
  RecordHeader header;
  std::uint64_t string_count;
};
WIRE_RECORD(JoinRecord, header, string_count);

// Known only at load time. Programs see it as read-only memory that the verifier takes for
// constants.
struct Constants {
  std::uint64_t start_boot_ns;  // boot clock when the run began
  std::uint64_t tai_offset_ns;  // international atomic time less the boot clock, as measured then
  std::uint64_t pid_namespace_device;
  std::uint64_t pid_namespace_inode;
  std::uint32_t target_pid;  // of -p, 0 without
  std::uint32_t child_pid;   // of -c, 0 without
  std::uint32_t possible_cpus;
  std::uint32_t ring_data_limit;  // a data site gives up when more bytes than this wait in the ring
};
WIRE_RECORD(Constants, start_boot_ns, tai_offset_ns, pid_namespace_device, pid_namespace_inode,
            target_pid, child_pid, possible_cpus, ring_data_limit);

// Shared counters. `lost` has one u64 for each Manifest::losses row, directly behind this struct.
struct ControlBlock {
  std::uint32_t stop;       // not 0: every program but `end` returns at once
  std::uint32_t exit_code;  // of an exit() whose record found no room; it sets `stop` itself
};
WIRE_RECORD(ControlBlock, stop, exit_code);

// A stack as a value: what it holds is in the table of stacks under `hash`.
struct StackHandle {
  std::uint64_t hash;        // of the addresses; 0: an empty stack
  std::uint64_t start_time;  // of the process since boot in ns, 0 for a kernel stack or where the
                             // kernel does not tell
  std::uint32_t pid;         // thread group id in the initial namespace, 0 for a kernel stack
  std::uint32_t frame_count;
};
WIRE_RECORD(StackHandle, hash, start_time, pid, frame_count);

// Value of the table of stacks; the frames follow, innermost first, as many as the map's value has
// room for: addresses as u64, or BuildIdFrames.
struct StackTrace {
  std::uint64_t frame_count;
};
WIRE_RECORD(StackTrace, frame_count);

// As the kernel writes it: struct bpf_stack_build_id of include/uapi/linux/bpf.h.
struct BuildIdFrame {
  std::int32_t status;  // kBuildIdFound: `place` is an offset in the file, else an address
  std::uint8_t build_id[20];
  std::uint64_t place;
};
WIRE_RECORD(BuildIdFrame, status, build_id, place);
constexpr std::int32_t kBuildIdFound = 1;

// ---- values ----

// The bytes follow. Those that are not used are zero.
struct BufferHeader {
  std::uint32_t length;
};
WIRE_RECORD(BufferHeader, length);

struct InetAddress {
  std::uint64_t family;      // AF_INET, AF_INET6
  std::uint8_t address[16];  // in network order; of AF_INET the first 4 bytes
};
WIRE_RECORD(InetAddress, family, address);
constexpr std::uint32_t kMacAddressSize = 6;

struct UserAddress {
  std::uint64_t address;
  std::uint32_t pid;          // as in StackHandle
  std::uint32_t start_ticks;  // of the process since boot, in hundredths of a second; 0: unknown
};
WIRE_RECORD(UserAddress, address, pid, start_ticks);
constexpr std::uint64_t kNanosecondsPerTick = 10'000'000;

struct Timestamp {
  std::uint64_t nanoseconds;
  std::uint32_t format;    // Manifest::texts
  std::uint32_t is_epoch;  // 1: since 1970, else since boot
};
WIRE_RECORD(Timestamp, nanoseconds, format, is_epoch);

struct CgroupPath {
  std::uint64_t id;
  std::uint32_t filter;  // Manifest::texts
  std::uint32_t reserved;
};
WIRE_RECORD(CgroupPath, id, filter, reserved);

// Slots of aggregations, per CPU.
struct CountSlot {
  std::uint64_t count;
};
WIRE_RECORD(CountSlot, count);
struct SumSlot {
  std::uint64_t sum;
};
WIRE_RECORD(SumSlot, sum);
struct ExtremeSlot {  // min, max
  std::uint64_t value;
  std::uint64_t is_set;
};
WIRE_RECORD(ExtremeSlot, value, is_set);
struct AvgSlot {  // avg, stats
  std::uint64_t total;
  std::uint64_t count;
};
WIRE_RECORD(AvgSlot, total, count);
// What stats reduce to: the value of the map.
struct StatsRow {
  std::uint64_t count;
  std::uint64_t average;
  std::uint64_t total;
};
WIRE_RECORD(StatsRow, count, average, total);
// One interval of a series. Intervals are numbered from the epoch of the clock; slot N holds the
// newest interval whose number modulo the count of slots is N.
struct SeriesSlot {
  std::uint64_t present;
  std::uint64_t busy;   // not 0: being written
  std::uint64_t epoch;  // number of the interval
  std::uint64_t at;     // time of the latest value in nanoseconds
  std::uint64_t value;  // of an average the total
  std::uint64_t count;  // of the values; 0: nothing here
};
WIRE_RECORD(SeriesSlot, present, busy, epoch, at, value, count);
struct BucketSlot {  // hist, lhist
  std::uint64_t count;
  std::uint64_t present;
};
WIRE_RECORD(BucketSlot, count, present);

// Scratch memory of one program: entries of an array, each claimed by a run through `busy`.
struct ScratchHeader {
  std::uint64_t busy;
};
WIRE_RECORD(ScratchHeader, busy);
// Slots a CPU has to itself: a run, and those that interrupt it.
constexpr std::uint32_t kScratchSlotsPerCpu = 4;

}  // namespace sonde::image
