// SourceMap owns the text of every source file of a run and turns byte offsets into lines and
// columns. Invariant: a file is never removed or changed, so a Span stays valid for the whole run.
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
};

}  // namespace sonde
