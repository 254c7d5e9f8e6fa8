// Scopes are blocks. A variable begins with its `let` or its first assignment, behind the value.
// Older releases knew one scope per probe: a name that is not visible but was assigned in a block
// that has ended is therefore hoisted, that is, declared at the probe's level, and the whole probe
// is resolved again, since earlier uses of the name now mean the hoisted one too.
#include "ast/sema/resolve.h"

#include <map>
#include <set>

#include "ast/sema/calls.h"
#include "ast/sema/features.h"
#include "ast/sema/nearest.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

using ast::NodeId;

// What a variable is known by: its name, and where that is a macro's own, which expansion's.
std::string key_of(const ast::Variable& variable) {
  return variable.instance == 0 ? variable.name : concat(variable.name, '#', variable.instance);
}
std::string name_of(std::string_view key) {
  return std::string(key.substr(0, key.find('#')));
}

// What earlier attempts found: names that are used where only an ended block assigned them.
struct Hoisted {
  std::set<std::string, std::less<>> names;
  std::set<NodeId> outside_uses;
};

class Resolver {
 public:
  Resolver(const ast::Program& program, const Hoisted& hoisted, Diagnostics& diagnostics)
      : program_(program), hoisted_(hoisted), diagnostics_(diagnostics) {}

  ResolvedVariables run(ast::NodeId id) {
    const auto& probe = program_.get<ast::Probe>(id);
    result_.variable_of =
        ast::SubtreeVector<VariableId>(ast::subtree_range(program_, id), VariableId::kNone);
    scopes_.emplace_back();
    for (const std::string& name : hoisted_.names)
      result_.variables[declare(name, {})].is_hoisted = true;
    visit(probe.predicate);
    visit(probe.body);
    for (const ResolvedVariable& variable : result_.variables) {
      if (!variable.has_let || variable.is_assigned) continue;
      diagnostics_.report(DiagnosticKind::kUnassignedVariable, variable.declared_at,
                          concat('`', variable.name, "` is declared and never assigned"));
    }
    return std::move(result_);
  }

  // What to hoist beside what is hoisted already.
  const Hoisted& wants_hoisting() const { return wants_hoisting_; }

 private:
  using Scope = std::map<std::string, VariableId, std::less<>>;

  VariableId find(std::string_view key) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
      if (auto found = scope->find(key); found != scope->end()) return found->second;
    return VariableId::kNone;
  }

  VariableId declare(const std::string& key, Span where) {
    VariableId id = result_.variables.push_back({.name = name_of(key), .declared_at = where});
    scopes_.back()[key] = id;
    return id;
  }

  void visit(NodeId id) {
    if (!ast::exists(id)) return;
    if (!unsupported_feature(program_, id).empty()) return skip(id);
    if (const auto* block = program_.get_if<ast::Block>(id)) return visit_block(*block);
    if (const auto* let = program_.get_if<ast::Let>(id)) return visit_let(id, *let);
    if (const auto* assign = program_.get_if<ast::Assign>(id)) return visit_assign(*assign);
    if (const auto* unary = program_.get_if<ast::Unary>(id)) return visit_unary(*unary);
    if (const auto* loop = program_.get_if<ast::For>(id)) return visit_for(*loop);
    if (const auto* call = program_.get_if<ast::Call>(id)) return visit_call(*call);
    if (program_.is<ast::Variable>(id)) return use(id);
    visit_children(id);
  }

  void visit_children(NodeId id) {
    ast::NodeList children;
    ast::append_children(program_, id, children);
    for (NodeId child : children) visit(child);
  }

  // What stands in here is not looked at, but may well assign.
  void skip(NodeId id) {
    ast::walk(program_, id, [&](NodeId node) {
      const auto* variable = program_.get_if<ast::Variable>(node);
      if (!variable) return true;
      VariableId found = find(key_of(*variable));
      if (found != VariableId::kNone) result_.variables[found].is_assigned = true;
      return true;
    });
  }

  void visit_block(const ast::Block& block) {
    scopes_.emplace_back();
    for (NodeId statement : block.statements) visit(statement);
    visit(block.value);
    for (const auto& [key, id] : scopes_.back())
      if (!result_.variables[id].has_let) ended_.try_emplace(key, result_.variables[id]);
    scopes_.pop_back();
  }

  void visit_let(NodeId id, const ast::Let& let) {
    visit(let.type);
    visit(let.value);
    const auto& written = program_.get<ast::Variable>(let.variable);
    std::string key = key_of(written);
    Span where = program_.span(let.variable);
    where.begin = program_.span(id).begin;
    report_shadowed(written.name, key, where);
    VariableId variable = declare(key, where);
    result_.variables[variable].declared_type = let.type;
    result_.variables[variable].has_let = true;
    result_.variables[variable].is_assigned = ast::exists(let.value);
    result_.variable_of[let.variable] = variable;
  }

  // The variable of the loop is visible in the body alone.
  void visit_for(const ast::For& loop) {
    visit(loop.iterable);
    const auto& written = program_.get<ast::Variable>(loop.variable);
    std::string key = key_of(written);
    Span where = program_.span(loop.variable);
    report_shadowed(written.name, key, where);
    scopes_.emplace_back();
    VariableId variable = declare(key, where);
    result_.variables[variable].has_let = true;
    result_.variables[variable].is_assigned = true;
    result_.variable_of[loop.variable] = variable;
    visit(loop.body);
    scopes_.pop_back();
  }

  void report_shadowed(const std::string& name, const std::string& key, Span where) {
    VariableId visible = find(key);
    if (visible == VariableId::kNone || hoisted_.names.contains(key)) return;
    diagnostics_
        .report(DiagnosticKind::kShadowedVariable, where,
                concat("this declaration hides a variable `", name, "` that is visible here"))
        .also_at(result_.variables[visible].declared_at, "first declared here");
  }

  void visit_assign(const ast::Assign& assign) {
    const auto* target = program_.get_if<ast::Variable>(assign.target);
    if (!target || assign.op) {
      visit(assign.target);
      visit(assign.value);
    } else {
      visit(assign.value);
      VariableId variable = find(key_of(*target));
      if (variable == VariableId::kNone)
        variable = declare(key_of(*target), program_.span(assign.target));
      result_.variable_of[assign.target] = variable;
    }
    mark_assigned(assign.target);
  }

  // A variable that a builtin fills begins with the call if it is not visible yet.
  void visit_call(const ast::Call& call) {
    auto builtin = find_builtin(call.name);
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      NodeId argument = call.arguments[i];
      const auto* target = program_.get_if<ast::Variable>(argument);
      if (!target || !builtin || !fills_variable(builtin->id, i)) {
        visit(argument);
        continue;
      }
      VariableId variable = find(target->name);
      if (variable == VariableId::kNone) variable = declare(target->name, program_.span(argument));
      result_.variable_of[argument] = variable;
      mark_assigned(argument);
    }
  }

  void visit_unary(const ast::Unary& unary) {
    visit(unary.operand);
    using enum ast::UnaryOp;
    if (unary.op == kPreIncrement || unary.op == kPreDecrement || unary.op == kPostIncrement ||
        unary.op == kPostDecrement)
      mark_assigned(program_.without_parens(unary.operand));
  }

  void mark_assigned(NodeId target) {
    if (!program_.is<ast::Variable>(target)) return;
    VariableId variable = result_.variable_of[target];
    if (variable == VariableId::kNone) return;
    ResolvedVariable& resolved = result_.variables[variable];
    resolved.is_assigned = true;
    if (!resolved.declared_at.has_place()) resolved.declared_at = program_.span(target);
  }

  void use(NodeId id) {
    const auto& used = program_.get<ast::Variable>(id);
    const std::string& name = used.name;
    std::string key = key_of(used);
    Span where = program_.span(id);
    VariableId variable = find(key);
    auto ended = ended_.find(key);
    if (variable == VariableId::kNone) {
      if (ended == ended_.end()) return report_undefined(name, where);
      wants_hoisting_.names.insert(key);
      wants_hoisting_.outside_uses.insert(id);
      return;
    }
    result_.variable_of[id] = variable;
    const ResolvedVariable& resolved = result_.variables[variable];
    if (resolved.has_let && !resolved.is_assigned)
      diagnostics_.report(DiagnosticKind::kUnassignedVariable, where,
                          concat('`', name, "` is used before it is assigned"));
    if (hoisted_.outside_uses.contains(id))
      diagnostics_
          .report(DiagnosticKind::kHoistedVariable, where,
                  concat('`', name, "` is used outside the block that assigns it"))
          .also_at(resolved.declared_at, "first assigned here")
          .hint(concat("declare it before the block: let ", name, ';'));
  }

  void report_undefined(const std::string& name, Span where) {
    auto report = diagnostics_.report(DiagnosticKind::kUndefinedVariable, where,
                                      concat("Undefined or undeclared variable: ", name));
    std::vector<std::string_view> visible;
    for (const Scope& scope : scopes_)
      for (const auto& [known, id] : scope)
        if (known.find('#') == std::string::npos) visible.push_back(known);
    std::string hint = did_you_mean(name, std::move(visible));
    if (!hint.empty()) report.hint(std::move(hint));
  }

  const ast::Program& program_;
  const Hoisted& hoisted_;
  Diagnostics& diagnostics_;
  ResolvedVariables result_;
  std::vector<Scope> scopes_;
  std::map<std::string, ResolvedVariable, std::less<>> ended_;
  Hoisted wants_hoisting_;
};

}  // namespace

bool looks_at_values(const ast::Program& program, NodeId type_name) {
  bool found = false;
  ast::walk(program, type_name, [&](NodeId id) {
    const auto* type = program.get_if<ast::TypeName>(id);
    found = found || (type && type->base == ast::TypeBase::kTypeOf);
    return !found;
  });
  return found;
}

ResolvedVariables resolve_variables(const ast::Program& program, ast::NodeId probe,
                                    Diagnostics& diagnostics) {
  Hoisted hoisted;
  while (true) {
    Diagnostics attempt;
    Resolver resolver(program, hoisted, attempt);
    resolver.run(probe);
    const Hoisted& more = resolver.wants_hoisting();
    if (more.names.empty()) break;
    hoisted.names.insert(more.names.begin(), more.names.end());
    hoisted.outside_uses.insert(more.outside_uses.begin(), more.outside_uses.end());
  }
  return Resolver(program, hoisted, diagnostics).run(probe);
}

}  // namespace sonde::sema
