// expand: every probe's attach points against the world, in source order, then grouped. Points
// share a group as long as the body cannot tell them apart: the same probe type, the same layout of
// `args` when the body reads it, the same choice of strategies, and no use of `probe`. A point that
// covers several functions exists only where one link can: a group of it is never split later.
#include <algorithm>

#include "ast/sema/expansion.h"
#include "ast/sema/nearest.h"
#include "ast/sema/probe_filter.h"
#include "ast/sema/sema.h"
#include "lexer/base/concat.h"
#include "lexer/base/wildcard.h"

namespace sonde::sema {
namespace {

using ExpandHook = void (*)(Expansion&);
constexpr ExpandHook kExpandHooks[] = {
#define PROBE_TYPE(id, ...) expand_point<ProbeType::id>,
#include "stdlib/probes.def"
#undef PROBE_TYPE
};

bool same_field(const TracepointField& a, const TracepointField& b) {
  return a.name == b.name && a.type == b.type && a.offset == b.offset && a.size == b.size &&
         a.is_signed == b.is_signed && a.length == b.length &&
         a.is_data_location == b.is_data_location;
}
bool same_value(const KernelValue& a, const KernelValue& b) {
  return a.kind == b.kind && a.name == b.name && a.size == b.size && a.is_signed == b.is_signed &&
         a.type == b.type;
}
bool same_prototype(const std::optional<KernelPrototype>& a,
                    const std::optional<KernelPrototype>& b) {
  if (!a || !b) return !a && !b;
  return std::ranges::equal(a->parameters, b->parameters, same_value);
}

// Sources of a wildcard in the probe type: neither return probes nor timers.
bool is_primary(ProbeType type) {
  return has_fact(type, kListable) && !has_fact(type, kHasRetval) && !has_fact(type, kTimed);
}

// What a group is made of besides its points.
struct GroupKey {
  FoundPoint example;
  GroupId group;
};

bool goes_together(const FoundPoint& a, const FoundPoint& b) {
  return a.type == b.type && a.has_raw_event == b.has_raw_event &&
         a.point.target.empty() == b.point.target.empty() &&
         std::ranges::equal(a.event_fields, b.event_fields, same_field) &&
         a.point.functions.empty() == b.point.functions.empty() &&
         same_prototype(a.event_prototype, b.event_prototype);
}

class ProbeExpander {
 public:
  ProbeExpander(const ast::Program& program, const CompileOptions& options, World& world,
                Diagnostics& diagnostics)
      : program_(program), options_(options), world_(world), diagnostics_(diagnostics) {}

  ProbeSet expand() {
    if (!options_.probe_filter.empty()) {
      auto filter = ProbeFilter::compile(options_.probe_filter);
      CHECK(filter);  // the command line was checked
      filter_.emplace(*std::move(filter));
    }
    for (ast::NodeId item : program_.items())
      if (const auto* probe = program_.get_if<ast::Probe>(item)) expand_probe(item, *probe);
    check_limits();
    return std::move(set_);
  }

 private:
  void expand_probe(ast::NodeId id, const ast::Probe& probe) {
    BodyUses uses = find_body_uses(program_, probe);
    Expansion expansion(options_, world_, diagnostics_);
    std::size_t errors = diagnostics_.error_count();
    for (ast::NodeId point : probe.attach_points) expand_attach_point(point, uses, expansion);
    std::vector<FoundPoint> points = expansion.take_points();
    if (points.empty() && diagnostics_.error_count() == errors) report_empty(probe);
    keep_filtered(points);
    add_groups(id, uses, std::move(points));
  }

  void expand_attach_point(ast::NodeId id, const BodyUses& uses, Expansion& expansion) {
    const std::string& text = program_.get<ast::AttachPoint>(id).text;
    Span span = program_.span(id);
    auto spec = read_attach_point(text, options_.parameters, span, diagnostics_);
    if (!spec || (spec->provider.empty() && spec->parts.empty())) return;
    if (has_wildcard(spec->provider)) return expand_provider_wildcard(id, *spec, uses, expansion);
    auto type = find_probe_type(spec->provider);
    if (!type) return report_provider(spec->provider, span);
    expansion.begin(id, span, *type, std::move(*spec), uses);
    kExpandHooks[to_index(*type)](expansion);
  }

  // `*probe:vfs_*`: each type that fits is tried, and one that cannot be meant by the other parts
  // says nothing.
  void expand_provider_wildcard(ast::NodeId id, const AttachPointSpec& spec, const BodyUses& uses,
                                Expansion& expansion) {
    bool wants_user_space =
        options_.filters_kernel_probes ||
        (!spec.parts.empty() && spec.parts[0].text.find('/') != std::string::npos);
    bool fits_any = false;
    for (std::size_t i = 0; i < to_index(ProbeType::kCount); ++i) {
      auto type = static_cast<ProbeType>(i);
      if (!is_primary(type) || has_fact(type, kInUserSpace) != wants_user_space ||
          !matches_wildcard(spec.provider, probe_type_row(type).name))
        continue;
      fits_any = true;
      Diagnostics unheard;
      Expansion attempt(options_, world_, unheard);
      attempt.begin(id, program_.span(id), type, spec, uses);
      kExpandHooks[i](attempt);
      expansion.take_over(attempt.take_points());
    }
    if (!fits_any)
      diagnostics_.report(DiagnosticKind::kUnknownProbeType, program_.span(id),
                          concat("No probe type matched for ", spec.provider));
  }

  void report_provider(const std::string& provider, Span span) {
    if (is_reserved_provider(provider)) {
      diagnostics_.report(
          DiagnosticKind::kUnsupportedFeature, span,
          concat("probes of type `", provider, "` are not supported by this version"));
    } else {
      auto report = diagnostics_.report(DiagnosticKind::kUnknownProbeType, span,
                                        concat("unknown probe type `", provider, "`"));
      std::string hint = did_you_mean(provider, probe_type_names());
      if (!hint.empty()) report.hint(std::move(hint));
    }
  }

  void report_empty(const ast::Probe& probe) {
    const std::string& policy = options_.settings.text(Option::kMissingProbes);
    Span span = cover(program_.span(probe.attach_points.front()),
                      program_.span(probe.attach_points.back()));
    if (policy == "error") {
      diagnostics_
          .report(DiagnosticKind::kNoAttachPoints, span,
                  "Probe has no valid attach points. If this is expected, set the 'missing_probes' "
                  "config variable to 'warn'.")
          .hint("for one run: BPFTRACE_MISSING_PROBES=warn");
    } else if (policy == "warn") {
      diagnostics_.report(DiagnosticKind::kSkippedProbe, span,
                          "Probe has no valid attach points. It is being removed which may cause "
                          "issues with program behavior.");
    }
  }

  // --probe-filter. Of a point that covers several functions each is a probe with a name.
  void keep_filtered(std::vector<FoundPoint>& points) {
    if (!filter_) return;
    std::erase_if(points, [&](FoundPoint& found) {
      if (has_fact(found.type, kRunsOnce)) return false;
      if (found.point.functions.empty()) return !filter_->matches(found.point.name);
      ExpandedPoint kept = found.point;
      kept.functions.clear();
      kept.offsets.clear();
      for (std::size_t i = 0; i < found.point.functions.size(); ++i) {
        if (!filter_->matches(name_of_function(found.point, i))) continue;
        kept.functions.push_back(found.point.functions[i]);
        if (i < found.point.offsets.size()) kept.offsets.push_back(found.point.offsets[i]);
      }
      found.point = std::move(kept);
      return found.point.functions.empty();
    });
  }

  void add_groups(ast::NodeId probe, const BodyUses& uses, std::vector<FoundPoint> points) {
    std::vector<GroupKey> keys;
    for (FoundPoint& found : points) {
      auto same = std::ranges::find_if(
          keys, [&](const GroupKey& key) { return goes_together(key.example, found); });
      if (same != keys.end() && !uses.probe_name) {
        set_.groups[same->group].points.push_back(std::move(found.point));
        continue;
      }
      GroupId group = set_.groups.push_back({.probe = probe,
                                             .type = found.type,
                                             .points = {found.point},
                                             .event_fields = found.event_fields,
                                             .event_prototype = found.event_prototype});
      keys.push_back({std::move(found), group});
    }
  }

  // Points in the order of the script; the first of those over a limit is shown.
  void check_limits() {
    std::uint64_t probes = 0;
    ast::NodeId over = ast::NodeId::kNone;
    std::uint64_t most = options_.settings.number(Option::kMaxProbes);
    for (const ProbeGroup& group : set_.groups) {
      for (const ExpandedPoint& point : group.points) {
        probes += std::max<std::size_t>(point.functions.size(), 1);
        if (probes > most && !exists(over)) over = point.attach_point;
      }
    }
    report_limit(Option::kMaxProbes, probes, over, "probes to attach");
    std::uint64_t programs = set_.groups.size();
    most = options_.settings.number(Option::kMaxBpfProgs);
    over = programs > most ? set_.groups[static_cast<GroupId>(most)].points.front().attach_point
                           : ast::NodeId::kNone;
    report_limit(Option::kMaxBpfProgs, programs, over, "programs to load");
  }

  void report_limit(Option option, std::uint64_t count, ast::NodeId where, std::string_view what) {
    if (!exists(where)) return;
    std::string_view key = option_row(option).key;
    std::string variable = "BPFTRACE_";
    for (char c : key) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    diagnostics_
        .report(
            DiagnosticKind::kTooManyProbes, program_.span(where),
            concat(count, ' ', what, ", and `", key, "` allows ", options_.settings.number(option)))
        .hint(concat("raise it with ", variable, '=', count, " or in the config block"));
  }

  const ast::Program& program_;
  const CompileOptions& options_;
  World& world_;
  Diagnostics& diagnostics_;
  std::optional<ProbeFilter> filter_;
  ProbeSet set_;
};

}  // namespace

void Expansion::begin(ast::NodeId attach_point, Span span, ProbeType type, AttachPointSpec spec,
                      BodyUses uses) {
  attach_point_ = attach_point;
  span_ = span;
  type_ = type;
  spec_ = std::move(spec);
  uses_ = uses;
}

Diagnostics::Report Expansion::malformed(std::string message) {
  return diagnostics_.report(DiagnosticKind::kAttachPoint, span_, std::move(message));
}

bool Expansion::refuses_offset() {
  if (parts().empty() || !parts().back().plus) return false;
  malformed(concat('`', type_name(), "` fires when a function returns and takes no offset"));
  return true;
}

void Expansion::wrong_part_count() {
  std::string_view wanted = probe_type_row(type_).parts;
  std::size_t found = parts().size();
  if (wanted.empty()) {
    malformed(concat('`', type_name(), "` stands alone, and ",
                     found == 1 ? "a part follows" : "parts follow"));
    return;
  }
  malformed(concat('`', type_name(), "` takes `", wanted, "` behind it, found ", found,
                   found == 1 ? " part" : " parts"));
}

Diagnostics::Report Expansion::unsupported(std::string_view feature) {
  return diagnostics_.report(DiagnosticKind::kUnsupportedFeature, span_,
                             concat(feature, " not supported by this version"));
}

bool Expansion::is_ignored() const {
  return options_.settings.text(Option::kMissingProbes) == "ignore";
}

void Expansion::warn_unless_ignored(DiagnosticKind kind, std::string message) {
  if (!is_ignored()) diagnostics_.report(kind, span_, std::move(message));
}

void Expansion::report_missing(DiagnosticKind kind, std::string message, std::string_view name,
                               const std::vector<std::string>& candidates,
                               std::string_view known_hint) {
  std::string hint = did_you_mean(name, {candidates.begin(), candidates.end()});
  if (hint.empty()) hint = known_hint;
  if (options_.settings.text(Option::kMissingProbes) == "warn") {
    auto report =
        diagnostics_.report(DiagnosticKind::kSkippedProbe, span_,
                            concat(message, message.ends_with('.') ? "" : ".", " Skipping."));
    if (!hint.empty()) report.hint(std::move(hint));
    return;
  }
  auto report = diagnostics_.report(kind, span_, std::move(message));
  if (!hint.empty()) report.hint(std::move(hint));
}

void Expansion::unanswered(const Error& error) {
  auto report = diagnostics_.report(DiagnosticKind::kMissingFeature, span_, error.message);
  if (!error.hint.empty()) report.hint(error.hint);
}

bool Expansion::is_allowed(std::string_view subject) {
  if (options_.allows_unsafe) return true;
  malformed(concat(subject, " requires --unsafe"));
  return false;
}

void Expansion::take_over(std::vector<FoundPoint> points) {
  std::move(points.begin(), points.end(), std::back_inserter(points_));
}

void Expansion::add(FoundPoint found, std::string name) {
  found.type = type_;
  found.point.attach_point = attach_point_;
  found.point.name = spec_.label.empty() ? std::move(name) : spec_.label;
  points_.push_back(std::move(found));
}

std::string name_of_function(const ExpandedPoint& point, std::size_t index) {
  std::string_view prefix = std::string_view(point.name).substr(0, point.name.rfind(':') + 1);
  return prefix.empty() ? point.name : concat(prefix, point.functions[index]);
}

ProbeSet expand(const ast::Program& program, const CompileOptions& options, World& world,
                Diagnostics& diagnostics) {
  return ProbeExpander(program, options, world, diagnostics).expand();
}

}  // namespace sonde::sema
