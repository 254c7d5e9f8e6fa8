// Diagnostics collects what is wrong, or doubtful, in the user's program. A kind is a row of
// diagnostics.def; each report carries its place, a message, labels at further places, notes and
// hints. Reports of the same kind and message at the same place are kept once, however many attach
// points or uses lead to them.
//
//   diagnostics.report(DiagnosticKind::kUnknownFunction, span, concat("unknown function `", name,
//   "`"))
//       .hint(concat("did you mean `", nearest, "`?"));
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/source_map.h"
#include "lexer/base/span.h"

namespace sonde {

enum class Severity : std::uint8_t { kError, kWarning };

enum class DiagnosticKind : std::uint16_t {
#define DIAGNOSTIC(id, name, severity, explanation) id,
#include "lexer/base/diagnostics.def"
#undef DIAGNOSTIC
  kCount
};

struct DiagnosticRow {
  std::string_view name;  // kebab-case, shown in brackets
  Severity severity;
  std::string_view explanation;  // one paragraph for the manual
};
const DiagnosticRow& diagnostic_row(DiagnosticKind kind);

struct DiagnosticLabel {
  Span span;
  std::string text;
};

struct Diagnostic {
  DiagnosticKind kind;
  Severity severity;
  Span span;  // may have no place
  std::string message;
  std::string label;                     // beside the carets under `span`; may be empty
  std::vector<DiagnosticLabel> related;  // further places, each with its excerpt
  std::vector<std::string> notes;
  std::vector<std::string> hints;
};

class Diagnostics {
 public:
  // Adds to the report that was just made; a repeated report swallows the additions.
  class Report {
   public:
    Report& label(std::string text);
    Report& also_at(Span span, std::string text);
    Report& note(std::string text);
    Report& hint(std::string text);

   private:
    friend class Diagnostics;
    explicit Report(Diagnostic* diagnostic) : diagnostic_(diagnostic) {}
    Diagnostic* diagnostic_;
  };

  Report report(DiagnosticKind kind, Span span, std::string message);
  bool has_errors() const { return errors_ > 0; }
  std::size_t error_count() const { return errors_; }
  // In the order they are shown: errors first, then warnings, each by place.
  std::vector<const Diagnostic*> sorted() const;
  bool empty() const { return reports_.empty(); }

 private:
  std::deque<Diagnostic> reports_;
  std::size_t errors_ = 0;
};

enum class UseColor : bool { kNo, kYes };

// The layout of spec/cli_output.md §8.1: first line, excerpt with carets, labels, notes, hints.
std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, UseColor color);
// One JSON object on one line: severity, kind, message, filename, line, col, end_line, end_col,
// labels, notes, hints.
std::string render_json(const Diagnostic& diagnostic, const SourceMap& sources);

// The candidate nearest to `name` by edit distance (transpositions count one), when it is near
// enough to be a typo.
std::optional<std::string_view> nearest_name(std::string_view name,
                                             const std::vector<std::string_view>& candidates);

}  // namespace sonde
