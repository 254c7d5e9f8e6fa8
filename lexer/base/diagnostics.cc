// Collecting reports: one per kind, place and message; sorted by severity and place when they are
// shown.
#include "lexer/base/diagnostics.h"

#include <algorithm>
#include <tuple>

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

using enum Severity;
constexpr DiagnosticRow kRows[] = {
#define DIAGNOSTIC(id, name, severity, explanation) {name, severity, explanation},
#include "lexer/base/diagnostics.def"
#undef DIAGNOSTIC
};

}  // namespace

const DiagnosticRow& diagnostic_row(DiagnosticKind kind) {
  CHECK(to_index(kind) < std::size(kRows));
  return kRows[to_index(kind)];
}

Diagnostics::Report Diagnostics::report(DiagnosticKind kind, Span span, std::string message) {
  for (const Diagnostic& earlier : reports_)
    if (earlier.kind == kind && same_place(earlier.span, span) && earlier.message == message)
      return Report(nullptr);
  Severity severity = diagnostic_row(kind).severity;
  if (severity == kError) ++errors_;
  reports_.push_back({.kind = kind,
                      .severity = severity,
                      .span = span,
                      .message = std::move(message),
                      .label = {},
                      .related = {},
                      .notes = {},
                      .hints = {}});
  return Report(&reports_.back());
}

Diagnostics::Report& Diagnostics::Report::label(std::string text) {
  if (diagnostic_) diagnostic_->label = std::move(text);
  return *this;
}
Diagnostics::Report& Diagnostics::Report::also_at(Span span, std::string text) {
  if (diagnostic_) diagnostic_->related.push_back({span, std::move(text)});
  return *this;
}
Diagnostics::Report& Diagnostics::Report::note(std::string text) {
  if (diagnostic_) diagnostic_->notes.push_back(std::move(text));
  return *this;
}
Diagnostics::Report& Diagnostics::Report::hint(std::string text) {
  if (diagnostic_) diagnostic_->hints.push_back(std::move(text));
  return *this;
}

std::vector<const Diagnostic*> Diagnostics::sorted() const {
  std::vector<const Diagnostic*> result;
  for (const Diagnostic& diagnostic : reports_) result.push_back(&diagnostic);
  std::stable_sort(result.begin(), result.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return std::tuple(a->severity, to_index(a->span.file), a->span.begin) <
           std::tuple(b->severity, to_index(b->span.file), b->span.begin);
  });
  return result;
}

namespace {

// Optimal string alignment distance: insert, delete, replace and swap of neighbours cost one each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min(
          {previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view name,
                                             const std::vector<std::string_view>& candidates) {
  std::size_t limit = std::max<std::size_t>(1, name.size() / 3);
  std::optional<std::string_view> nearest;
  for (std::string_view candidate : candidates) {
    std::size_t longer = std::max(candidate.size(), name.size());
    std::size_t shorter = std::min(candidate.size(), name.size());
    if (candidate == name || longer - shorter > limit) continue;
    std::size_t distance = edit_distance(name, candidate);
    if (distance > limit || distance == longer) continue;
    if (distance < limit || !nearest) {
      nearest = candidate;
      limit = distance;
    }
  }
  return nearest;
}

}  // namespace sonde
