// Any bytes as a script on its way to an object: what the compiler takes has an object, what it
// refuses has an error that can be shown.
#include "codegen/lower/codegen.h"
#include "tests/unit/sema/script.h"

using namespace sonde;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  Script script(std::string(reinterpret_cast<const char*>(bytes), size));
  Diagnostics& diagnostics = script.diagnostics();
  bool has_object = false;
  if (!diagnostics.has_errors() && !script.probes().groups.empty()) {
    auto compilation = codegen::lower({script.program(), script.probes(), script.typed(),
                                       script.strategies(), script.options(), script.sources()},
                                      Script::world(), diagnostics);
    if (!diagnostics.has_errors()) {
      compilation.optimize();
      has_object = codegen::assemble(std::move(compilation)).has_value();
    }
  }
  CHECK(has_object || diagnostics.has_errors() || script.probes().groups.empty());
  for (const Diagnostic* diagnostic : diagnostics.sorted()) {
    CHECK(!render_text(*diagnostic, script.sources(), UseColor::kYes).empty());
    CHECK(!render_json(*diagnostic, script.sources()).empty());
  }
  return 0;
}
