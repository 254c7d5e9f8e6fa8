// What EXPAND hooks work with. A probe type's hook reads the parts of one attach point, asks the
// World what exists, and adds points; policy (what a missing probe means, how points are grouped,
// how many there may be) is the Expansion's.
#pragma once

#include <string>
#include <vector>

#include "ast/sema/body_uses.h"
#include "ast/sema/probe_spec.h"
#include "ast/sema/typed.h"

namespace sonde::sema {

// A point with what decides which group it joins.
struct FoundPoint {
  ProbeType type{};
  ExpandedPoint point;
  std::vector<TracepointField> event_fields;
  std::optional<KernelPrototype> event_prototype;
  bool has_raw_event = false;  // a tracepoint that its raw tracepoint can stand for
};

// One attach point of one probe, while it is expanded.
class Expansion {
 public:
  Expansion(const CompileOptions& options, World& world, Diagnostics& diagnostics)
      : options_(options), world_(world), diagnostics_(diagnostics) {}

  // Moves on to the next attach point.
  void begin(ast::NodeId attach_point, Span span, ProbeType type, AttachPointSpec spec,
             BodyUses uses);

  const AttachPointSpec& spec() const { return spec_; }
  const std::vector<SpecPart>& parts() const { return spec_.parts; }
  ProbeType type() const { return type_; }
  const BodyUses& uses() const { return uses_; }
  const CompileOptions& options() const { return options_; }
  World& world() { return world_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  Span span() const { return span_; }
  std::string_view type_name() const { return probe_type_row(type_).name; }

  // The attach point is written wrongly.
  Diagnostics::Report malformed(std::string message);
  void wrong_part_count();
  // True, and said, when the last part has an offset, which no return of a function has.
  bool refuses_offset();
  Diagnostics::Report unsupported(std::string_view feature);
  // What is named does not exist: an error, a warning or nothing, as missing_probes says.
  // `find_candidates` gives the names that exist; it is called only when something is reported.
  template <typename FindCandidates>
  void missing(DiagnosticKind kind, std::string message, std::string_view name,
               FindCandidates&& find_candidates, std::string_view hint = {}) {
    if (is_ignored()) return;
    std::vector<std::string> candidates = find_candidates();
    report_missing(kind, std::move(message), name, candidates, hint);
  }
  // A warning that missing_probes = ignore keeps back.
  void warn_unless_ignored(DiagnosticKind kind, std::string message);
  // The world could not answer.
  void unanswered(const Error& error);

  // `name` is the canonical one; a label takes its place.
  void add(FoundPoint found, std::string name);

  // Points that another expansion of the same attach point found.
  void take_over(std::vector<FoundPoint> points);

  // Whether --unsafe was given; `subject`, which needs it, is refused without.
  bool is_allowed(std::string_view subject);

  std::vector<FoundPoint> take_points() { return std::move(points_); }

 private:
  bool is_ignored() const;
  void report_missing(DiagnosticKind kind, std::string message, std::string_view name,
                      const std::vector<std::string>& candidates, std::string_view known_hint);

  const CompileOptions& options_;
  World& world_;
  Diagnostics& diagnostics_;
  ast::NodeId attach_point_ = ast::NodeId::kNone;
  Span span_;
  ProbeType type_{};
  AttachPointSpec spec_;
  BodyUses uses_;
  std::vector<FoundPoint> points_;
};

// The EXPAND hooks, one for each row of probes.def.
template <ProbeType type>
void expand_point(Expansion& expansion);
#define PROBE_TYPE(id, ...) \
  template <>               \
  void expand_point<ProbeType::id>(Expansion & expansion);
#include "stdlib/probes.def"
#undef PROBE_TYPE

// Whether the raw tracepoint of the same name is this event: for events of tracefs that are made of
// something else, a raw tracepoint of that name is another event, if there is one.
bool has_raw_event(std::string_view category, std::string_view event, World& world);

}  // namespace sonde::sema
