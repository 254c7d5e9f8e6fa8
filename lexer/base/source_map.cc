// Lines are found once, when a file is added; every lookup afterwards is a binary search. A CR
// before the LF belongs to the line end, so that scripts saved on other systems show clean
// excerpts.
#include "lexer/base/source_map.h"

#include <algorithm>

#include "lexer/base/check.h"

namespace sonde {

FileId SourceMap::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}};
  for (std::size_t i = 0; i < file.text.size(); ++i)
    if (file.text[i] == '\n') file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
  files_.push_back(std::move(file));
  return static_cast<FileId>(files_.size() - 1);
}

ExpansionId SourceMap::add_expansion(Span from) {
  expansions_.push_back(from);
  return static_cast<ExpansionId>(expansions_.size() - 1);
}

// An expansion is older than those that happen inside of it, so the walk ends.
std::vector<Span> SourceMap::expansion_chain(Span span) const {
  std::vector<Span> chain;
  while (span.expansion != ExpansionId::kNone) {
    auto index = static_cast<std::size_t>(span.expansion);
    CHECK(index < expansions_.size());
    span = expansions_[index];
    chain.push_back(span);
  }
  return chain;
}

const SourceMap::File& SourceMap::at(FileId file) const {
  auto index = static_cast<std::size_t>(file);
  CHECK(index < files_.size());
  return files_[index];
}

std::string_view SourceMap::name(FileId file) const {
  return at(file).name;
}
std::string_view SourceMap::text(FileId file) const {
  return at(file).text;
}

std::string_view SourceMap::text(Span span) const {
  if (!span.has_place()) return {};
  std::string_view whole = text(span.file);
  CHECK(span.begin <= span.end && span.end <= whole.size());
  return whole.substr(span.begin, span.end - span.begin);
}

LineColumn SourceMap::locate(FileId file, std::uint32_t offset) const {
  const auto& starts = at(file).line_starts;
  auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  auto line = static_cast<std::uint32_t>(after - starts.begin());
  return {line, offset - starts[line - 1] + 1};
}

std::string_view SourceMap::line_text(FileId file, std::uint32_t line) const {
  const File& source = at(file);
  if (line == 0 || line > source.line_starts.size()) return {};
  std::size_t begin = source.line_starts[line - 1];
  std::size_t end =
      line < source.line_starts.size() ? source.line_starts[line] - 1 : source.text.size();
  if (end > begin && source.text[end - 1] == '\r') --end;
  return std::string_view(source.text).substr(begin, end - begin);
}

}  // namespace sonde
