// Columns are bytes in the first line of a message and columns of the expanded line in the excerpt,
// so that the marker stands below its text whatever the indentation.
#include "runtime/output/place.h"

#include "lexer/base/columns.h"
#include "lexer/base/concat.h"
#include "lexer/base/json.h"

namespace sonde::output {
std::string place_text(Span span, const SourceMap& sources) {
  if (!span.has_place()) return {};
  LineColumn begin = sources.locate(span.file, span.begin);
  LineColumn end = sources.locate(span.file, span.end);
  std::string_view name = sources.name(span.file);
  if (begin.line != end.line) return concat(name, ':', begin.line, '-', end.line);
  return concat(name, ':', begin.line, ':', begin.column, '-', end.column);
}

std::string excerpt(Span span, const SourceMap& sources) {
  if (!span.has_place()) return {};
  LineColumn begin = sources.locate(span.file, span.begin);
  LineColumn end = sources.locate(span.file, span.end);
  std::string out;
  for (std::uint32_t line = begin.line; line <= end.line; ++line)
    out += concat(expand_tabs(sources.line_text(span.file, line)), '\n');
  if (begin.line != end.line) return out;
  std::string_view text = sources.line_text(span.file, begin.line);
  Columns marked = columns_of(text, begin.column - 1, end.column - 1);
  return concat(out, std::string(marked.begin, ' '), std::string(marked.width, '~'), '\n');
}

std::string expansion_text(Span span, std::string_view word, const SourceMap& sources) {
  std::string out;
  for (Span place : sources.expansion_chain(span))
    out += concat(place_text(place, sources), ": ", word, ": expanded from\n",
                  excerpt(place, sources));
  return out;
}

std::string json_place(Span span, const SourceMap& sources) {
  if (!span.has_place()) return {};
  LineColumn begin = sources.locate(span.file, span.begin);
  std::string out = ", \"filename\": ";
  append_json_string(out, sources.name(span.file));
  return concat(out, ", \"line\": ", begin.line, ", \"col\": ", begin.column);
}

}  // namespace sonde::output
