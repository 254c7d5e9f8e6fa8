// check: rounds until no type grows any more, then one pass that reports. Maps and variables that
// only compound assignments, ++ and -- write, and maps that only probes that were left out write,
// become int64 once everything else is settled; the rounds go on from there.
#include "ast/sema/checker.h"
#include "ast/sema/features.h"
#include "ast/sema/sema.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

// Types only ever grow, and in few steps: more rounds than this are a mistake of ours.
constexpr int kMaxRounds = 1000;
constexpr std::uint64_t kMostEntries = 0xffffffff;

struct MapKindRow {
  std::string_view name;
  MapKind kind;
  bool is_percpu;
};
constexpr MapKindRow kMapKinds[] = {{"hash", MapKind::kHash, false},
                                    {"lruhash", MapKind::kLruHash, false},
                                    {"percpuhash", MapKind::kPercpuHash, true},
                                    {"percpulruhash", MapKind::kLruPercpuHash, true}};

class ProgramChecker {
 public:
  ProgramChecker(const ast::Program& program, const ProbeSet& probes, const CompileOptions& options,
                 World& world, Diagnostics& diagnostics)
      : diagnostics_(diagnostics),
        analysis_{.program = program,
                  .probes = probes,
                  .options = options,
                  .world = world,
                  .reporter = Reporter(diagnostics),
                  .typed = {},
                  .c_types = CTypes(analysis_.typed.types, world, options.c_definitions),
                  .maps = {},
                  .map_ids = {},
                  .resolved = {},
                  .variables = {}} {}

  TypedProgram run() {
    report_unsupported_items();
    collect_maps(analysis_);
    resolve();
    declare_variable_types();
    analysis_.reporter.set_silent(true);
    settle();
    while (settle_updated()) settle();
    // What is looked at has its type now; the answers come in, and must not change it.
    answer_questions();
    settle();
    while (settle_updated()) settle();
    analysis_.reporter.set_silent(false);
    run_pass(Pass::kReport);
    finish_variables();
    finish_maps();
    return std::move(analysis_.typed);
  }

 private:
  void report_unsupported_items() {
    for (ast::NodeId item : analysis_.program.items()) {
      std::string_view feature = unsupported_feature(analysis_.program, item);
      if (feature.empty()) continue;
      Span span = analysis_.program.span(item);
      if (const auto* function = analysis_.program.get_if<ast::Function>(item))
        span = function->name_span;
      analysis_.reporter.report(DiagnosticKind::kUnsupportedFeature, span,
                                concat(feature, " not supported by this version"));
    }
  }

  // Each probe once, whatever the number of its groups.
  void resolve() {
    for (const ProbeGroup& group : analysis_.probes.groups) {
      auto [found, is_new] = resolved_.try_emplace(group.probe);
      if (is_new) found->second = resolve_variables(analysis_.program, group.probe, diagnostics_);
      const ResolvedVariables& resolved = found->second;
      analysis_.resolved.push_back(&resolved);
      analysis_.variables.push_back(IdVector<VariableId, VariableState>(resolved.variables.size()));
      ast::NodeRange nodes = ast::subtree_range(analysis_.program, group.probe);
      analysis_.typed.groups.push_back(
          {.expressions = ast::SubtreeVector<ExpressionFacts>(nodes),
           .variable_of = resolved.variable_of,
           .builtin_of = ast::SubtreeVector<std::optional<FoundBuiltin>>(nodes),
           .variables = {}});
    }
  }

  void declare_variable_types() {
    for (std::size_t g = 0; g < analysis_.resolved.size(); ++g) {
      auto group = static_cast<GroupId>(g);
      Checker checker(analysis_, group, Pass::kReport);
      const auto& variables = analysis_.resolved[group]->variables;
      for (std::size_t v = 0; v < variables.size(); ++v) {
        auto id = static_cast<VariableId>(v);
        if (!ast::exists(variables[id].declared_type)) continue;
        VariableState& state = analysis_.variables[group][id];
        state.is_declared = true;
        // What typeof looks at is not known yet; its `let` finds the type in every round.
        state.declared = looks_at_values(analysis_.program, variables[id].declared_type)
                             ? TypeId::kPoison
                             : checker.written_type(variables[id].declared_type);
      }
    }
  }

  void run_pass(Pass pass) {
    for (std::size_t g = 0; g < analysis_.probes.groups.size(); ++g)
      Checker(analysis_, static_cast<GroupId>(g), pass).run();
  }

  void settle() {
    for (int round = 0;; ++round) {
      CHECK(round < kMaxRounds);
      analysis_.changed = false;
      run_pass(Pass::kInfer);
      if (!analysis_.changed) return;
    }
  }

  void answer_questions() {
    analysis_.answers_questions = true;
    for (MapState& map : analysis_.maps) map.is_settled = map.is_looked_at;
    for (auto& variables : analysis_.variables)
      for (VariableState& variable : variables)
        variable.is_settled =
            variable.is_looked_at && variable.value.kind != JoinedType::Kind::kUnknown;
  }

  bool settle_updated() {
    analysis_.changed = false;
    JoinedType int64 =
        joined_of_type(analysis_.typed.types.integer(8, true), analysis_.typed.types);
    for (MapState& map : analysis_.maps) {
      if ((map.is_updated || map.is_left_out) && map.aggregation == Aggregation::kNone &&
          map.value.kind == JoinedType::Kind::kUnknown)
        analysis_.join_into(map.value, int64);
    }
    for (auto& variables : analysis_.variables)
      for (VariableState& variable : variables)
        if ((variable.is_updated || variable.is_left_out) && !variable.is_declared &&
            variable.value.kind == JoinedType::Kind::kUnknown)
          analysis_.join_into(variable.value, int64);
    return analysis_.changed;
  }

  // A type that nothing gave is an error unless another error explains it, or nobody looks.
  TypeId settled(TypeId type, bool is_needed, Span where, const std::string& name) {
    if (type != TypeId::kPoison) return type;
    if (is_needed && !diagnostics_.has_errors())
      diagnostics_.report(DiagnosticKind::kTypeMismatch, where,
                          concat("nothing gives `", name, "` a type"));
    return analysis_.typed.types.integer(8, true);
  }

  void finish_variables() {
    for (std::size_t g = 0; g < analysis_.resolved.size(); ++g) {
      auto group = static_cast<GroupId>(g);
      GroupTyping& typing = analysis_.typed.groups[group];
      const ResolvedVariables& resolved = *analysis_.resolved[group];
      for (std::size_t v = 0; v < resolved.variables.size(); ++v) {
        auto id = static_cast<VariableId>(v);
        const ResolvedVariable& variable = resolved.variables[id];
        TypeId type = settled(analysis_.variable_type(group, id), is_used(resolved, id),
                              variable.declared_at, variable.name);
        typing.variables.push_back({.name = variable.name,
                                    .type = type,
                                    .space = analysis_.variables[group][id].space,
                                    .declared_at = variable.declared_at,
                                    .is_hoisted = variable.is_hoisted});
      }
    }
  }

  static bool is_used(const ResolvedVariables& resolved, VariableId id) {
    std::size_t uses = 0;
    for (VariableId used : resolved.variable_of) uses += used == id ? 1 : 0;
    return uses > 1;
  }

  void finish_maps() {
    for (std::size_t m = 0; m < analysis_.maps.size(); ++m) {
      auto id = static_cast<MapId>(m);
      const MapState& state = analysis_.maps[id];
      MapFacts facts;
      facts.name = state.name;
      facts.is_scalar = state.shape != MapState::Shape::kKeyed;
      bool is_needed = state.is_assigned && !state.is_obscure && !state.is_left_out;
      facts.value = settled(analysis_.map_value_type(id), is_needed, state.first_use, state.name);
      if (!facts.is_scalar)
        facts.key = settled(type_of(state.key, analysis_.typed.types), is_needed, state.first_use,
                            state.name);
      facts.space = state.space;
      facts.aggregation = state.aggregation;
      facts.buckets = state.buckets.value_or(BucketShape());
      facts.is_asked_for_keys = state.is_asked_for_keys;
      facts.max_entries =
          facts.is_scalar ? 1 : analysis_.options.settings.number(Option::kMaxMapKeys);
      facts.declared_at = state.first_use;
      if (ast::exists(state.declaration)) finish_declared(state, facts);
      bool is_clock = facts.name == analysis_.options.series_clock && facts.is_scalar &&
                      facts.aggregation == Aggregation::kNone &&
                      analysis_.typed.types.is(facts.value, TypeKind::kInteger);
      if (is_clock) analysis_.typed.series_clock = id;
      analysis_.typed.maps.push_back(std::move(facts));
    }
  }

  void finish_declared(const MapState& state, MapFacts& facts) {
    const auto& declaration = analysis_.program.get<ast::MapDeclaration>(state.declaration);
    const MapKindRow* row = nullptr;
    for (const MapKindRow& known : kMapKinds)
      if (known.name == declaration.kind) row = &known;
    if (!row) {
      diagnostics_
          .report(DiagnosticKind::kMapKind, declaration.kind_span,
                  concat('`', declaration.kind, "` is no kind of map"))
          .hint("kinds are hash, lruhash, percpuhash and percpulruhash");
      return;
    }
    if (declaration.max_entries == 0)
      diagnostics_.report(DiagnosticKind::kMapKind, declaration.max_entries_span,
                          concat('`', state.name, "` has room for no element"));
    if (declaration.max_entries > kMostEntries)
      diagnostics_.report(DiagnosticKind::kMapKind, declaration.max_entries_span,
                          concat("a map has room for at most ", kMostEntries, " elements"));
    facts.declared_kind = row->kind;
    if (!facts.is_scalar) facts.max_entries = declaration.max_entries;
    bool aggregates = facts.aggregation != Aggregation::kNone;
    if (!state.first_use.has_place() || aggregates == row->is_percpu) return;
    for (std::size_t i = 0; i < analysis_.program.node_count(); ++i) {
      auto node = static_cast<ast::NodeId>(i);
      MapId map = analysis_.typed.map_of[node];
      if (map == MapId::kNone || analysis_.maps[map].name != state.name) continue;
      diagnostics_
          .report(DiagnosticKind::kMapKind, analysis_.program.span(node),
                  concat('`', state.name, "` is declared as `", declaration.kind,
                         aggregates ? "` and holds an aggregation" : "` and holds plain values"))
          .also_at(analysis_.program.span(state.declaration), "declared here")
          .hint(aggregates ? "declare it as percpuhash or percpulruhash"
                           : "declare it as hash or lruhash");
    }
  }

  Diagnostics& diagnostics_;
  Analysis analysis_;
  std::map<ast::NodeId, ResolvedVariables> resolved_;
};

}  // namespace

TypedProgram check(const ast::Program& program, const ProbeSet& probes,
                   const CompileOptions& options, World& world, Diagnostics& diagnostics) {
  return ProgramChecker(program, probes, options, world, diagnostics).run();
}

}  // namespace sonde::sema
