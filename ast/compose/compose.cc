// The order matters: settings decide about imports, imports bring C code, and macros use its
// constants.
#include "ast/compose/compose.h"

namespace sonde::ast {

namespace {

std::vector<std::string> macro_names(const std::vector<Program>& programs) {
  std::vector<std::string> names;
  for (const Program& program : programs)
    for (NodeId item : program.items())
      if (const auto* macro = program.get_if<Macro>(item)) names.push_back(macro->name);
  return names;
}

}  // namespace

Composed compose(Program script, const ComposeAccess& access, SourceMap& sources,
                 Diagnostics& diagnostics) {
  Settings settings = read_settings(script, access.environment, diagnostics);
  Imported imported =
      import_files(std::move(script), settings, access.imports, sources, diagnostics);
  CSource c_source = access.preprocess(imported.c_code);
  for (const CInclude& include : c_source.includes)
    diagnostics.report(DiagnosticKind::kUnsupportedFeature, include.span,
                       "C headers are not supported by this version");
  std::size_t errors = diagnostics.error_count();
  Program program = expand_macros(imported.programs, c_source.macros, access.parse_expression,
                                  sources, diagnostics);
  bool has_gaps = diagnostics.error_count() > errors;
  return {std::move(program), std::move(settings), std::move(c_source),
          macro_names(imported.programs), has_gaps};
}

}  // namespace sonde::ast
