// A Span is a half-open range of bytes in one source file. It is how every token, node and
// diagnostic says where it stands; SourceMap turns it into lines and columns. What a macro brought
// says also by which expansion it came to stand where the program has it.
#pragma once

#include <cstdint>

namespace sonde {

enum class FileId : std::uint32_t { kNone = 0xffffffff };
// One expansion of a macro, or of a parameter inside of a macro; SourceMap knows from where.
enum class ExpansionId : std::uint32_t { kNone = 0xffffffff };

struct Span {
  FileId file = FileId::kNone;
  std::uint32_t begin = 0;  // byte offset, inclusive
  std::uint32_t end = 0;    // byte offset, exclusive
  ExpansionId expansion = ExpansionId::kNone;

  bool has_place() const { return file != FileId::kNone; }
  bool operator==(const Span&) const = default;
};

// The same bytes, whatever expansions lead to them.
inline bool same_place(Span a, Span b) {
  return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

// The smallest span that covers both; they stand in the same file.
inline Span cover(Span a, Span b) {
  if (!a.has_place()) return b;
  if (!b.has_place()) return a;
  return {a.file, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end,
          a.expansion};
}

}  // namespace sonde
