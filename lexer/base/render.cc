// How a diagnostic is shown. Text follows spec/cli_output.md §8.1: a first line that tools can
// match on, then the source line with carets, then labels of further places, notes and hints. A tab
// of the source counts four columns in the excerpt, so that carets stand under what they mean. JSON
// carries the same facts on one line.
#include <algorithm>

#include "lexer/base/columns.h"
#include "lexer/base/concat.h"
#include "lexer/base/diagnostics.h"
#include "lexer/base/json.h"

namespace sonde {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kPlain = "\x1b[0m";

struct Place {
  LineColumn begin;
  LineColumn end;
};

Place locate(Span span, const SourceMap& sources) {
  return {sources.locate(span.file, span.begin), sources.locate(span.file, span.end)};
}

std::string place_prefix(Span span, const SourceMap& sources) {
  Place place = locate(span, sources);
  std::string_view name = sources.name(span.file);
  if (place.begin.line != place.end.line)
    return concat(name, ':', place.begin.line, '-', place.end.line, ": ");
  return concat(name, ':', place.begin.line, ':', place.begin.column, '-', place.end.column, ": ");
}

std::string_view severity_word(Severity severity) {
  return severity == Severity::kError ? "ERROR" : "WARNING";
}

// Of a line that no terminal shows, the part around what is marked.
struct Excerpt {
  std::string_view text;
  std::size_t begin;  // the marked bytes of it
  std::size_t end;
};
constexpr std::size_t kLongestLine = 1000;  // bytes
constexpr std::size_t kBefore = 100, kShown = 400;

Excerpt excerpt_of(std::string_view line, std::size_t begin, std::size_t end) {
  if (line.size() <= kLongestLine) return {line, begin, end};
  auto is_inside = [&](std::size_t at) { return at < line.size() && (line[at] & 0xc0) == 0x80; };
  std::size_t first = begin > kBefore ? begin - kBefore : 0;
  while (first > 0 && is_inside(first)) --first;
  std::size_t last = std::min(first + kShown, line.size());
  while (is_inside(last)) ++last;
  return {line.substr(first, last - first), begin - first, std::min(end, last) - first};
}

// Of a span of more lines, these at its begin are shown, and the last.
constexpr std::uint32_t kMostLines = 10;

// `gutter` is the width of the line numbers of the whole diagnostic.
void append_excerpt(std::string& out, Span span, std::string_view label, const SourceMap& sources,
                    std::size_t gutter) {
  Place place = locate(span, sources);
  std::string blank(gutter + 2, ' ');
  out += concat(blank, "|\n");
  bool is_one_line = place.begin.line == place.end.line;
  std::uint32_t last = place.end.line;
  if (!is_one_line && place.end.column == 1) --last;
  for (std::uint32_t line = place.begin.line; line <= last; ++line) {
    if (line - place.begin.line == kMostLines && line < last) {
      out += concat(blank, "...\n");
      line = last;
    }
    std::string number = concat(line);
    Excerpt shown =
        excerpt_of(sources.line_text(span.file, line), is_one_line ? place.begin.column - 1 : 0,
                   is_one_line ? place.end.column - 1 : 0);
    out += concat(' ', std::string(gutter - number.size(), ' '), number, " | ",
                  expand_tabs(shown.text), '\n');
    if (!is_one_line) continue;
    Columns marked = columns_of(shown.text, shown.begin, shown.end);
    out += concat(blank, "| ", std::string(marked.begin, ' '), std::string(marked.width, '^'));
    if (!label.empty()) out += concat(' ', label);
    out += '\n';
  }
}

std::size_t gutter_width(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::uint32_t line = 0;
  auto consider = [&](Span span) {
    if (span.has_place()) line = std::max(line, locate(span, sources).end.line);
  };
  consider(diagnostic.span);
  for (const auto& label : diagnostic.related) consider(label.span);
  for (Span place : sources.expansion_chain(diagnostic.span)) consider(place);
  return concat(line).size();
}

void append_json_place(std::string& out, Span span, const SourceMap& sources) {
  if (!span.has_place()) return;
  Place place = locate(span, sources);
  out += ", \"filename\": ";
  append_json_string(out, sources.name(span.file));
  out += concat(", \"line\": ", place.begin.line, ", \"col\": ", place.begin.column,
                ", \"end_line\": ", place.end.line, ", \"end_col\": ", place.end.column);
}

void append_json_list(std::string& out, std::string_view key,
                      const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out += concat(", \"", key, "\": [");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ", ";
    append_json_string(out, texts[i]);
  }
  out += ']';
}

}  // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources, UseColor color) {
  std::string out;
  std::string_view word = severity_word(diagnostic.severity);
  bool colored = color == UseColor::kYes;
  if (colored) out += diagnostic.severity == Severity::kError ? kRed : kYellow;
  if (diagnostic.span.has_place()) out += place_prefix(diagnostic.span, sources);
  out += concat(word, ": ", diagnostic.message, " [", diagnostic_row(diagnostic.kind).name, ']');
  if (colored) out += kPlain;
  out += '\n';
  std::size_t gutter = gutter_width(diagnostic, sources);
  if (diagnostic.span.has_place())
    append_excerpt(out, diagnostic.span, diagnostic.label, sources, gutter);
  for (Span place : sources.expansion_chain(diagnostic.span)) {
    out += concat(place_prefix(place, sources), word, ": expanded from\n");
    append_excerpt(out, place, {}, sources, gutter);
  }
  for (const DiagnosticLabel& place : diagnostic.related) {
    if (!place.span.has_place()) continue;
    if (place.span.file != diagnostic.span.file)
      out += concat(sources.name(place.span.file), ":\n");
    append_excerpt(out, place.span, place.text, sources, gutter);
  }
  std::string blank(gutter + 2, ' ');
  for (const std::string& note : diagnostic.notes) out += concat(blank, "= note: ", note, '\n');
  for (const std::string& hint : diagnostic.hints) out += concat(blank, "= hint: ", hint, '\n');
  return out;
}

std::string render_json(const Diagnostic& diagnostic, const SourceMap& sources) {
  std::string out = "{\"type\": \"diagnostic\", \"severity\": ";
  append_json_string(out, diagnostic.severity == Severity::kError ? "error" : "warning");
  out += ", \"kind\": ";
  append_json_string(out, diagnostic_row(diagnostic.kind).name);
  out += ", \"msg\": ";
  append_json_string(out, diagnostic.message);
  append_json_place(out, diagnostic.span, sources);
  if (!diagnostic.label.empty()) {
    out += ", \"label\": ";
    append_json_string(out, diagnostic.label);
  }
  if (!diagnostic.related.empty()) {
    out += ", \"related\": [";
    for (std::size_t i = 0; i < diagnostic.related.size(); ++i) {
      out += i > 0 ? ", {\"msg\": " : "{\"msg\": ";
      append_json_string(out, diagnostic.related[i].text);
      append_json_place(out, diagnostic.related[i].span, sources);
      out += '}';
    }
    out += ']';
  }
  if (auto chain = sources.expansion_chain(diagnostic.span); !chain.empty()) {
    out += ", \"expanded_from\": [";
    for (std::size_t i = 0; i < chain.size(); ++i) {
      std::string place;
      append_json_place(place, chain[i], sources);
      constexpr std::size_t kSeparator = 2;  // append_json_place goes on behind a member
      out += concat(i > 0 ? ", {" : "{", place.substr(kSeparator), '}');
    }
    out += ']';
  }
  append_json_list(out, "notes", diagnostic.notes);
  append_json_list(out, "hints", diagnostic.hints);
  return out + "}\n";
}

}  // namespace sonde
