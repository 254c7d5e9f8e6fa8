// Any bytes as a script: parsing ends, a refused script has at least one error, and an accepted one
// can be formatted into a script that parses to the same tree, keeps every comment and is not
// changed by formatting it again.
#include "parser/parse.h"

#include "ast/dump.h"
#include "ast/format.h"

using namespace sonde;

namespace {

struct Reading {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer tokens;
  ast::Program program;

  explicit Reading(std::string text)
      : tokens(lex(sources.add("fuzz.bt", std::move(text)), sources, diagnostics)),
        program(parse(tokens, sources, diagnostics)) {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  Reading first(std::string(reinterpret_cast<const char*>(bytes), size));
  CHECK(!ast::dump(first.program, first.sources).empty());
  for (const Diagnostic* diagnostic : first.diagnostics.sorted()) {
    CHECK(!render_text(*diagnostic, first.sources, UseColor::kYes).empty());
    CHECK(!render_json(*diagnostic, first.sources).empty());
  }
  if (first.diagnostics.has_errors()) return 0;
  std::string formatted = ast::format(first.program, first.sources);
  Reading second(formatted);
  CHECK(!second.diagnostics.has_errors());
  CHECK(ast::dump_shape(first.program) == ast::dump_shape(second.program));
  CHECK(first.tokens.comments().size() == second.tokens.comments().size());
  CHECK(ast::format(second.program, second.sources) == formatted);
  return 0;
}
