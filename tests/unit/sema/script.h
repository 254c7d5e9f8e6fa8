// A script taken through the front end and sema, on the captured world of the golden tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ast/compose/compose.h"
#include "ast/sema/sema.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "lexer/token.h"
#include "parser/c_types.h"
#include "parser/parse.h"
#include "parser/preprocessor.h"
#include "runtime/world/world.h"

namespace sonde {

class Script {
 public:
  explicit Script(std::string text, std::vector<std::string> parameters = {},
                  bool allows_unsafe = false) {
    FileId file = sources_.add("script.bt", std::move(text));
    TokenBuffer tokens = lex(file, sources_, diagnostics_);
    ast::Program parsed = parse(tokens, sources_, diagnostics_);
    composed_ = ast::compose(std::move(parsed), access(), sources_, diagnostics_);
    options_.settings = composed_.settings;
    options_.parameters = std::move(parameters);
    options_.allows_unsafe = allows_unsafe;
    options_.c_definitions = parse_c_types(composed_.c_source.declarations, world(), diagnostics_);
    probes_ = sema::expand(program(), options_, world(), diagnostics_);
    typed_ = sema::check(program(), probes_, options_, world(), diagnostics_);
    strategies_ = sema::select(program(), probes_, typed_, world(), diagnostics_);
  }

  const ast::Program& program() const { return composed_.program; }
  const sema::ProbeSet& probes() const { return probes_; }
  sema::TypedProgram& typed() { return typed_; }
  const sema::Strategies& strategies() const { return strategies_; }
  sema::CompileOptions& options() { return options_; }
  // One for all scripts: it only remembers what its files say.
  static World& world() {
    static std::unique_ptr<World> captured =
        *world::make_captured_world(SONDE_SOURCE_DIR "/tests/golden/world");
    return *captured;
  }
  const SourceMap& sources() const { return sources_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  // "3:4 kind: message" of each report, in the order they are shown.
  std::vector<std::string> reports() const {
    std::vector<std::string> lines;
    for (const Diagnostic* diagnostic : diagnostics_.sorted()) {
      LineColumn place = sources_.locate(diagnostic->span.file, diagnostic->span.begin);
      lines.push_back(concat(place.line, ':', place.column, ' ',
                             diagnostic_row(diagnostic->kind).name, ": ", diagnostic->message));
    }
    return lines;
  }
  // The kinds alone, separated by spaces.
  std::string kinds() const {
    std::string out;
    for (const Diagnostic* diagnostic : diagnostics_.sorted())
      out += concat(out.empty() ? "" : " ", diagnostic_row(diagnostic->kind).name);
    return out;
  }

  // The type of the first argument of the script's last call of print.
  std::string printed_type() { return typed_.types.name(printed().type); }
  const sema::ExpressionFacts& printed() {
    const auto& typing = typed_.groups[static_cast<sema::GroupId>(typed_.groups.size() - 1)];
    ast::NodeId last = ast::NodeId::kNone;
    for (std::size_t i = 0; i < program().node_count(); ++i) {
      const auto* call = program().get_if<ast::Call>(static_cast<ast::NodeId>(i));
      if (call && call->name == "print") last = call->arguments.front();
    }
    return typing.expressions[last];
  }
  const sema::MapFacts& map(std::string_view name) const {
    for (const sema::MapFacts& map : typed_.maps)
      if (map.name == name) return map;
    CHECK(false);
  }
  std::string type_of_map(std::string_view name) { return typed_.types.name(map(name).value); }
  std::string key_of_map(std::string_view name) { return typed_.types.name(map(name).key); }
  std::string type_of_variable(std::string_view name) {
    for (const auto& group : typed_.groups)
      for (const sema::VariableFacts& variable : group.variables)
        if (variable.name == name) return typed_.types.name(variable.type);
    return "none such";
  }
  // Names of all points, group by group.
  std::vector<std::vector<std::string>> points() const {
    std::vector<std::vector<std::string>> out;
    for (const sema::ProbeGroup& group : probes_.groups) {
      out.emplace_back();
      for (const sema::ExpandedPoint& point : group.points) out.back().push_back(point.name);
    }
    return out;
  }

 private:
  // Without files to import and without an environment.
  ast::ComposeAccess access() {
    return {.environment = [](std::string_view) { return std::optional<std::string>(); },
            .imports = {.look = [](const std::string&) { return ast::ImportCandidate(); },
                        .entries = [](const std::string&) { return std::vector<std::string>(); },
                        .read = [](const std::string&) -> Result<FileId> { return Error{}; },
                        .parse = [](FileId file) { return ast::ProgramBuilder(file).finish(); }},
            .preprocess =
                [this](const std::vector<Span>& pieces) {
                  return preprocess(pieces, {"BPFTRACE_HAVE_BTF"}, sources_, diagnostics_);
                },
            .parse_expression = [this](Span text) -> std::optional<ast::ParsedExpression> {
              auto read = parse_expression(text, sources_);
              if (!read) return std::nullopt;
              return ast::ParsedExpression{std::move(read->program), read->expression};
            }};
  }

  SourceMap sources_;
  Diagnostics diagnostics_;
  ast::Composed composed_{
      .program = ast::ProgramBuilder(FileId::kNone).finish(), .settings = {}, .c_source = {}};
  sema::CompileOptions options_;
  sema::ProbeSet probes_;
  sema::TypedProgram typed_;
  sema::Strategies strategies_;
};

}  // namespace sonde
