// SourceMap owns the text of every source file of a run and turns byte offsets into lines and
// columns; it also knows where every expansion of a macro was asked for. Invariant: files and
// expansions are never removed or changed, so a Span stays valid for the whole run.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/span.h"

namespace sonde {

struct LineColumn {
  std::uint32_t line = 0;    // 1-based
  std::uint32_t column = 0;  // 1-based, in bytes
};

class SourceMap {
 public:
  FileId add(std::string name, std::string text);
  // `from` is the call, or the use of a parameter, that was replaced; it may itself have come by an
  // expansion.
  ExpansionId add_expansion(Span from);
  // From the innermost outwards: the places that led to `span` standing in the program.
  std::vector<Span> expansion_chain(Span span) const;
  std::string_view name(FileId file) const;
  std::string_view text(FileId file) const;
  std::string_view text(Span span) const;
  LineColumn locate(FileId file, std::uint32_t offset) const;
  // The line's text without its line end; empty when there is no such line.
  std::string_view line_text(FileId file, std::uint32_t line) const;

 private:
  struct File {
    std::string name;
    std::string text;
    std::vector<std::uint32_t> line_starts;
  };
  const File& at(FileId file) const;
  std::deque<File> files_;
  std::vector<Span> expansions_;
};

}  // namespace sonde
