// The products of the middle stages. expand: a ProbeSet; check: a TypedProgram; select: Strategies.
// All are side tables beside an unchanged ast::Program; lower reads them and nothing else of sema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ast/ast.h"
#include "ast/subtree.h"
#include "ast/types/c_type.h"
#include "ast/types/type.h"
#include "ast/world.h"
#include "lexer/base/diagnostics.h"
#include "stdlib/builtins.h"
#include "stdlib/options.h"
#include "stdlib/probes.h"

namespace sonde::sema {

// What the command line and the environment decide about a compilation.
struct CompileOptions {
  Settings settings;
  std::vector<std::string> parameters;  // $1 …
  std::uint32_t target_pid = 0;         // -p, or the child of -c for user-space probes; 0 without
  bool filters_kernel_probes = false;   // -p: bodies of kernel probes test the pid
  bool filters_user_probes = false;     // -p, -c: bodies of user-space probes may test the pid
  bool reports_failed_reads = false;    // -k
  CDefinitions c_definitions;           // of the script's own C code
  // For hints about names that nothing has: macros, and what `#define` gives a value.
  std::vector<std::string> macro_names{}, defined_names{};
  bool allows_unsafe = false;  // --unsafe
  std::string probe_filter;    // --probe-filter, a regular expression; empty without
  std::string vmlinux;         // BPFTRACE_VMLINUX: a file with the kernel's symbols
  std::string series_clock;    // name of a map from which series take their time
};

// ---- expand ----

enum class GroupId : std::uint32_t { kNone = 0xffffffff };

// One attach point after wildcards. With a multi strategy `functions` holds all that one link
// covers.
struct ExpandedPoint {
  ast::NodeId attach_point = ast::NodeId::kNone;
  std::string name;  // canonical (spec/probes.md §17), or the label
  std::string
      target;  // uprobe: path of the file; tracepoint: category; kprobe: module, empty for any
  std::string function;      // function or event; for several functions the pattern
  std::uint64_t offset = 0;  // kprobe: bytes into the function; uprobe: offset in the file
  std::uint64_t period = 0;  // timers: nanoseconds, or firings a second when `is_frequency`
  bool is_frequency = false;
  std::vector<std::string> functions;  // of a wildcard that may become one link; else empty
  std::vector<std::uint64_t> offsets;  // uprobe: file offsets beside `functions`
};

// Attach points of one probe that the body cannot tell apart: checked once, lowered once, attached
// each.
struct ProbeGroup {
  ast::NodeId probe = ast::NodeId::kNone;
  ProbeType type{};
  std::vector<ExpandedPoint> points;
  // The layout of `args`, when the body uses it.
  std::vector<TracepointField> event_fields;       // tracepoint: offsets into the record
  std::optional<KernelPrototype> event_prototype;  // rawtracepoint: parameter N is argument N
};

struct ProbeSet {
  IdVector<GroupId, ProbeGroup> groups;  // in source order
};

// ---- check ----

enum class VariableId : std::uint32_t { kNone = 0xffffffff };
enum class MapId : std::uint32_t { kNone = 0xffffffff };

// A value known at compile time. An integer is extended to 64 bits by the sign of its type.
using Constant = std::variant<std::monostate, std::uint64_t, bool, std::string>;

// What an integer that nsecs gave counts from. Other integers are taken for the boot clock's.
enum class Clock : std::uint8_t { kBoot, kMonotonic, kTai };

struct ExpressionFacts {
  TypeId type = TypeId::kNone;
  AddressSpace space = AddressSpace::kNone;
  Clock clock = Clock::kBoot;
  // Made of non-negative literals alone: takes the sign of what it meets. Its value is the same
  // under either sign.
  bool is_flexible = false;
  Constant constant;             // monostate: known at run time only
  bool compares_signed = false;  // binary operators: operands are taken as signed 64-bit integers
};

struct VariableFacts {
  std::string name;
  TypeId type = TypeId::kNone;
  AddressSpace space = AddressSpace::kNone;
  Span declared_at;
  bool is_hoisted = false;  // declared nowhere and used outside the block that assigns it
};

// What a map holds. Codegen turns it into storage.
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
// Reads as an integer.
inline bool is_castable(Aggregation aggregation) {
  return aggregation >= Aggregation::kCount && aggregation <= Aggregation::kAvg;
}
// Has an entry of storage for each bucket or interval of a key.
inline bool has_buckets(Aggregation aggregation) {
  return aggregation >= Aggregation::kHist;
}

// What becomes of the values that a series receives in one interval.
enum class SeriesFold : std::uint8_t { kLast, kAvg, kMax, kMin, kSum };

// Parameters that all calls for one map share.
struct BucketShape {
  std::uint32_t bits = 0;                    // hist
  std::int64_t low = 0, high = 0, step = 0;  // lhist
  std::uint64_t interval = 0;                // tseries: nanoseconds
  std::uint32_t intervals = 0;               // tseries
  SeriesFold fold{};                         // tseries
  bool operator==(const BucketShape&) const = default;
};

// The kind that `let @m = kind(n);` asks for. A per-CPU kind holds an aggregation, another one does
// not.
enum class MapKind : std::uint8_t { kUndeclared, kHash, kLruHash, kPercpuHash, kLruPercpuHash };

struct MapFacts {
  std::string name;  // with its `@`
  bool is_scalar = true;
  TypeId key = TypeId::kNone;  // none: scalar. Several keys are one tuple
  // Of an aggregation: int64 or uint64 by its sign, and uint64 for counts and histograms; of stats
  // a record of count, average and total.
  TypeId value = TypeId::kNone;
  AddressSpace space = AddressSpace::kNone;  // of an integer or pointer value
  Aggregation aggregation = Aggregation::kNone;
  BucketShape buckets;
  bool is_asked_for_keys = false;  // whether it has a key, or how many
  MapKind declared_kind = MapKind::kUndeclared;
  std::uint64_t max_entries = 0;  // 1 for a scalar
  Span declared_at;               // of its first use
};

// The findings about one group's body, by node. Nodes outside the body keep their defaults.
//
// How the facts of a node are to be read:
//   Map, Index of a Map     the value read: of an aggregation the reduced integer. A Map that
//   stands
//                           for the map as a whole (an argument of print, clear, zero, delete) and
//                           the target of an assignment have the map's value type too.
//   Identifier `args`       a structure with the event's fields as members, in the order of
//                           ProbeGroup::event_fields or event_prototype->parameters. A FieldAccess
//                           of it has the member's type; of a __data_loc field that is uint64, the
//                           address of the data.
//   Unary * and Index       of a pointer: what it points to; * of an integer reads memory of the
//                           integer's own width and gives uint64.
//   Ternary, If, Block      the joined type of the arms, none where the value is not used.
//   Paren                   what its expression has.
//   If with `comptime`      its condition is a constant; the arm that it leaves out has no facts.
// An operand whose type differs from what its operator, assignment target, map or call parameter
// needs is converted by codegen; sema has found that this is possible.
struct GroupTyping {
  ast::SubtreeVector<ExpressionFacts> expressions;
  ast::SubtreeVector<VariableId> variable_of;                  // Variable nodes
  ast::SubtreeVector<std::optional<FoundBuiltin>> builtin_of;  // Identifier and Call nodes
  IdVector<VariableId, VariableFacts> variables;
};

// An option of the script, as all its getopt() calls describe it.
struct NamedOption {
  std::string name;
  std::string description;
  Constant initial;  // its kind is the option's
  bool is_signed = false;
  TypeId type = TypeId::kNone;
  Span first_use;
};

struct TypedProgram {
  TypeTable types;
  IdVector<GroupId, GroupTyping> groups;
  IdVector<MapId, MapFacts> maps;       // in order of first use
  MapId series_clock = MapId::kNone;    // a scalar map from which series take their time
  IdVector<ast::NodeId, MapId> map_of;  // Map nodes, the same for every group
  std::vector<NamedOption> options;     // in order of first use
};

// ---- select ----

// How each group is attached. A group whose points split over two strategies does not exist: expand
// keeps them apart.
struct Strategies {
  IdVector<GroupId, Strategy> of;
};

}  // namespace sonde::sema
