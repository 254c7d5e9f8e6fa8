// Where lines break. A Layout is built from pieces: text, places where a line may break, and
// groups, which are either all on one line or broken at each of their places. print() decides that
// for each group by whether it fits.
//
// Invariant: pieces only refer to pieces that were made before them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lexer/base/dense_id.h"

namespace sonde::ast {

enum class Piece : std::uint32_t {};

class Layout {
 public:
  Piece text(std::string_view text);
  Piece join(std::vector<Piece> parts);
  Piece line();        // a blank, or a line end in a broken group
  Piece soft_line();   // nothing, or a line end in a broken group
  Piece hard_line();   // always a line end; breaks the groups around it
  Piece blank_line();  // a hard line with an empty line before it
  Piece indent(unsigned columns, Piece inner);
  Piece group(Piece inner);

  std::string print(Piece root) const;

 private:
  enum class Kind : std::uint8_t {
    kText,
    kJoin,
    kLine,
    kSoftLine,
    kHardLine,
    kBlankLine,
    kIndent,
    kGroup
  };
  struct Node {
    Kind kind{};
    unsigned columns = 0;
    bool must_break = false;
    std::string text;
    std::vector<Piece> parts;
  };

  Piece add(Node node);
  bool fits(Piece piece, std::size_t room) const;

  IdVector<Piece, Node> nodes_;
};

}  // namespace sonde::ast
