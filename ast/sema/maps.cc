// The maps of a program, found by a walk in source order before any type is known. A map's shape is
// what its first use with or without a key says; the whole map as an argument says nothing.
#include <set>

#include "ast/sema/analysis.h"
#include "ast/sema/calls.h"
#include "ast/sema/features.h"
#include "ast/sema/nearest.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;
using Shape = MapState::Shape;

class MapCollector {
 public:
  explicit MapCollector(Analysis& analysis) : analysis_(analysis), program_(analysis.program) {
    analysis_.typed.map_of.resize(program_.node_count(), MapId::kNone);
  }

  void run() {
    for (NodeId item : program_.items()) {
      if (const auto* declaration = program_.get_if<ast::MapDeclaration>(item))
        declare(item, *declaration);
    }
    std::set<NodeId> live;
    for (const ProbeGroup& group : analysis_.probes.groups) live.insert(group.probe);
    for (NodeId item : program_.items()) {
      if (!program_.is<ast::Probe>(item)) continue;
      is_left_out_ = !live.contains(item);
      if (is_left_out_ && analysis_.reporter.has_errors()) {
        skip(item);
      } else {
        visit(item);
      }
    }
    for (const MapState& map : analysis_.maps) {
      bool is_used = map.is_assigned || map.is_obscure || map.first_use.has_place();
      if (ast::exists(map.declaration) && !is_used)
        analysis_.reporter.report(DiagnosticKind::kUnusedMap, program_.span(map.declaration),
                                  concat('`', map.name, "` is declared and never used"));
    }
    report_undefined();
  }

 private:
  MapId map_named(const std::string& name) {
    auto [found, is_new] = analysis_.map_ids.try_emplace(name, analysis_.maps.next_id());
    if (is_new) {
      MapState state;
      state.name = name;
      analysis_.maps.push_back(std::move(state));
    }
    return found->second;
  }

  void declare(NodeId item, const ast::MapDeclaration& declaration) {
    MapState& map = analysis_.maps[map_named(declaration.name)];
    if (ast::exists(map.declaration)) {
      analysis_.reporter
          .report(DiagnosticKind::kMapKind, program_.span(item),
                  concat('`', declaration.name, "` is declared twice"))
          .also_at(program_.span(map.declaration), "first declared here");
    }
    map.declaration = item;
  }

  MapId note(NodeId id) {
    MapId map = map_named(program_.get<ast::Map>(id).name);
    analysis_.typed.map_of[id] = map;
    MapState& state = analysis_.maps[map];
    if (!state.first_use.has_place()) state.first_use = program_.span(id);
    if (is_left_out_) state.is_left_out = true;
    return map;
  }

  void decide_shape(NodeId map_node, Shape shape, Span where) {
    MapState& map = analysis_.maps[note(map_node)];
    if (map.shape == Shape::kUndecided) {
      map.shape = shape;
      map.shape_decided_at = where;
    }
    if (map.shape == shape) return;
    bool keyed = map.shape == Shape::kKeyed;
    analysis_.reporter
        .report(DiagnosticKind::kMapShape, where,
                concat('`', map.name,
                       keyed ? "` has keys and is used without one here"
                             : "` has no keys and is used with one here"))
        .also_at(map.shape_decided_at,
                 keyed ? "first used with a key here" : "first used without a key here");
  }

  void visit(NodeId id) {
    if (!ast::exists(id)) return;
    if (!unsupported_feature(program_, id).empty()) return skip(id);
    if (program_.is<ast::Map>(id)) return decide_shape(id, Shape::kScalar, program_.span(id));
    if (const auto* index = program_.get_if<ast::Index>(id)) return visit_index(id, *index);
    if (const auto* call = program_.get_if<ast::Call>(id)) return visit_call(*call);
    if (const auto* size = program_.get_if<ast::SizeOf>(id)) return visit_whole(size->operand);
    if (const auto* info = program_.get_if<ast::TypeInfo>(id)) return visit_whole(info->operand);
    if (const auto* type = program_.get_if<ast::TypeOf>(id)) return visit_whole(type->operand);
    if (const auto* type = program_.get_if<ast::TypeName>(id)) return visit_type(*type);
    if (const auto* assign = program_.get_if<ast::Assign>(id)) mark_assigned(assign->target);
    if (const auto* unary = program_.get_if<ast::Unary>(id)) visit_unary(*unary);
    if (const auto* loop = program_.get_if<ast::For>(id)) return visit_for(*loop);
    ast::NodeList children;
    ast::append_children(program_, id, children);
    for (NodeId child : children) visit(child);
  }

  void visit_index(NodeId id, const ast::Index& index) {
    if (program_.is<ast::Map>(index.base)) {
      decide_shape(index.base, Shape::kKeyed, program_.span(id));
    } else {
      visit(index.base);
    }
    for (NodeId key : index.indices) visit(key);
  }

  // An argument or operand that may be a map as a whole.
  void visit_whole(NodeId id) {
    if (program_.is<ast::Map>(id)) {
      note(id);
    } else {
      visit(id);
    }
  }

  void visit_for(const ast::For& loop) {
    if (program_.is<ast::Map>(loop.iterable)) {
      decide_shape(loop.iterable, Shape::kKeyed, program_.span(loop.iterable));
    } else {
      visit(loop.iterable);
    }
    visit(loop.body);
  }

  void visit_type(const ast::TypeName& type) {
    if (ast::exists(type.operand)) visit_whole(type.operand);
    for (const auto& suffix : type.suffixes) visit(suffix.length);
  }

  void visit_call(const ast::Call& call) {
    auto found = find_builtin(call.name);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      NodeId argument = call.arguments[i];
      bool has_key = found && i + 1 < call.arguments.size() && takes_key(found->id, i + 1);
      if (has_key && program_.is<ast::Map>(argument)) {
        decide_shape(argument, Shape::kKeyed, program_.span(argument));
      } else if (found && takes_whole_map(found->id, i)) {
        visit_whole(argument);
      } else {
        visit(argument);
      }
    }
  }

  void visit_unary(const ast::Unary& unary) {
    using enum ast::UnaryOp;
    if (unary.op == kPreIncrement || unary.op == kPreDecrement || unary.op == kPostIncrement ||
        unary.op == kPostDecrement)
      mark_assigned(program_.without_parens(unary.operand));
  }

  void mark_assigned(NodeId target) {
    if (const auto* index = program_.get_if<ast::Index>(target)) target = index->base;
    if (program_.is<ast::Map>(target)) analysis_.maps[note(target)].is_assigned = true;
  }

  void skip(NodeId id) {
    ast::walk(program_, id, [&](NodeId node) {
      if (program_.is<ast::Map>(node)) analysis_.maps[note(node)].is_obscure = true;
      return true;
    });
  }

  void report_undefined() {
    for (std::size_t i = 0; i < program_.node_count(); ++i) {
      NodeId id = static_cast<NodeId>(i);
      MapId map = analysis_.typed.map_of[id];
      if (map == MapId::kNone) continue;
      const MapState& state = analysis_.maps[map];
      if (state.is_assigned || state.is_obscure) continue;
      auto report = analysis_.reporter.report(DiagnosticKind::kUndefinedMap, program_.span(id),
                                              concat("Undefined map: ", state.name));
      std::vector<std::string_view> assigned;
      for (const MapState& other : analysis_.maps)
        if (other.is_assigned) assigned.push_back(other.name);
      std::string hint = did_you_mean(state.name, std::move(assigned));
      if (!hint.empty()) report.hint(std::move(hint));
    }
  }

  Analysis& analysis_;
  const ast::Program& program_;
  bool is_left_out_ = false;  // the probe that is being walked
};

}  // namespace

void collect_maps(Analysis& analysis) {
  MapCollector(analysis).run();
}

}  // namespace sonde::sema
