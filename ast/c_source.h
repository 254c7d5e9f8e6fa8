// What the preprocessor leaves of a script's C code: declarations as tokens, the macros that stand
// for one expression, and the headers that were asked for. It is text still: types are made of the
// declarations later, and a macro's text is read where a script uses its name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lexer/base/span.h"

namespace sonde::ast {

struct CToken {
  enum class Kind : std::uint8_t { kName, kNumber, kString, kCharacter, kPunctuation } kind{};
  std::string text;  // as spelled; of a string or character with its quotes
  Span span;         // of a token out of a macro: where the macro's name stands
};

// One struct, union, enum or typedef, from its first word up to its `;`, which is left out, or up
// to its end where the script wrote none.
struct CDeclaration {
  Span span;
  std::vector<CToken> tokens;
};

// `#define name text` without parameters, as it stands at the end of the C code.
struct CMacro {
  std::string name;
  Span name_span;
  Span text_span;  // of no width where there is no text
};

struct CInclude {
  std::string path;
  bool is_system = false;  // between angle brackets
  Span span;               // of the path and its marks
};

struct CSource {
  std::vector<CDeclaration> declarations;  // in written order
  std::vector<CMacro> macros;              // each name once, in the order of first definition
  std::vector<CInclude> includes;          // outside of parts that conditions leave out
};

}  // namespace sonde::ast
