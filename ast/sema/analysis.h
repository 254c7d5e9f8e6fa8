// What the passes of check() share: the program-wide findings about maps, the probe-wide ones about
// variables, and where findings are reported.
//
// Types are found by repetition. Every round walks all bodies with the types known so far and joins
// what is assigned; when a round changes nothing, a last pass reports. Only that pass writes
// diagnostics, so a message never shows a type that was still growing.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ast/sema/c_types.h"
#include "ast/sema/join.h"
#include "ast/sema/resolve.h"
#include "ast/sema/typed.h"

namespace sonde::sema {

struct MapState {
  std::string name;
  Span first_use;
  enum class Shape : std::uint8_t { kUndecided, kScalar, kKeyed } shape = Shape::kUndecided;
  Span shape_decided_at;
  ast::NodeId declaration = ast::NodeId::kNone;  // MapDeclaration
  bool is_assigned = false;
  // Assigned by a part of the script that is not looked at because of an error: no more messages.
  bool is_obscure = false;
  // Stands in a probe that was left out, since nothing to attach it to exists, or in a branch that
  // is decided against while compiling.
  bool is_left_out = false;
  JoinedType key;
  JoinedType value;
  JoinedType argument;  // of the aggregation's calls
  AddressSpace space = AddressSpace::kNone;
  Clock clock = Clock::kBoot;
  bool is_updated = false;    // by a compound assignment, ++ or --
  bool is_looked_at = false;  // by sizeof, typeof, typeinfo or comptime
  bool is_settled = false;    // its types have been told to one of these
  // What its first assignment in source order made it.
  bool has_plain_value = false;
  Aggregation aggregation = Aggregation::kNone;
  std::optional<BucketShape> buckets;
  bool is_asked_for_keys = false;  // whether it has a key, or how many
  Span first_value_at;
};

// A variable while its type grows; a declared type is fixed.
struct VariableState {
  bool is_declared = false;
  TypeId declared = TypeId::kNone;
  JoinedType value;
  AddressSpace space = AddressSpace::kNone;
  Clock clock = Clock::kBoot;
  bool is_updated = false;
  bool is_left_out = false;   // stands in a branch that is decided against while compiling
  bool is_looked_at = false;  // by sizeof, typeof, typeinfo or comptime
  bool is_settled = false;    // its type has been told to one of these
};

// Keeps the first message of a kind at a place: the same place, seen through another attach point,
// must not be reported twice.
class Reporter {
 public:
  explicit Reporter(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  // While rounds go on, reports go nowhere.
  void set_silent(bool silent) { silent_ = silent; }
  Diagnostics::Report report(DiagnosticKind kind, Span span, std::string message);
  bool has_errors() const { return diagnostics_.has_errors(); }

 private:
  Diagnostics& diagnostics_;
  Diagnostics nowhere_;
  bool silent_ = false;
  std::map<std::tuple<FileId, std::uint32_t, std::uint32_t, DiagnosticKind>, std::string>
      first_messages_;
};

struct Analysis {
  const ast::Program& program;
  const ProbeSet& probes;
  const CompileOptions& options;
  World& world;
  Reporter reporter;
  TypedProgram typed;
  CTypes c_types;
  IdVector<MapId, MapState> maps;
  std::map<std::string, MapId, std::less<>> map_ids;
  IdVector<GroupId, const ResolvedVariables*> resolved;  // of each group's probe
  IdVector<GroupId, IdVector<VariableId, VariableState>> variables;
  // Whether the current round has changed a type.
  bool changed = false;
  // Whether sizeof and its like get to know the types of variables and maps: once all that can be
  // known without their answer is known (spec/language.md §15).
  bool answers_questions = false;

  // Joins and notes a change; false on a mismatch.
  bool join_into(JoinedType& into, const JoinedType& from);
  void join_space(AddressSpace& into, AddressSpace from);
  // One assignment from another clock than the boot clock is enough to belong to that.
  void join_clock(Clock& into, Clock from);
  TypeId variable_type(GroupId group, VariableId variable);
  // Whether joining would change a type that has been told already.
  bool would_unsettle(bool is_settled, const JoinedType& into, const JoinedType& from);
  // Of a read of an element: of an aggregation the reduced integer.
  TypeId map_value_type(MapId map);
};

// Finds every map of the program: its name, shape, declaration, and whether anything assigns it.
// Reports what is wrong with that alone.
void collect_maps(Analysis& analysis);

}  // namespace sonde::sema
