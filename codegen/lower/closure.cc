// The functions of a program are a tree. A variable belongs to the innermost function that all of
// its uses stand in, which is the one that declares it; one that older scripts use outside of the
// block that assigns it keeps its value from round to round and so belongs to the program.
#include "codegen/lower/closure.h"

#include <algorithm>

#include "ast/walk.h"

namespace sonde::codegen {
namespace {

// Variables that are copied to the closure; more go to scratch memory, since the stack is small.
constexpr std::uint32_t kMostCopied = 12;

bool is_step(ast::UnaryOp op) {
  return op >= ast::UnaryOp::kPreIncrement;
}

bool is_word(TypeKind kind) {
  return kind == TypeKind::kInteger || kind == TypeKind::kBool || kind == TypeKind::kPointer;
}

}  // namespace

// Finds the loops and all uses of variables.
class Closure::Walk {
 public:
  Walk(Closure& closure, const ast::Program& program, const sema::GroupTyping& typing)
      : closure_(closure), program_(program), typing_(typing) {}

  std::vector<Use> run(ast::NodeId probe) {
    visit(probe);
    return std::move(uses_);
  }

 private:
  void visit(ast::NodeId id) {
    if (!ast::exists(id)) return;
    if (const auto* loop = program_.get_if<ast::For>(id)) return visit_for(id, *loop);
    if (const auto* assign = program_.get_if<ast::Assign>(id)) note_written(assign->target);
    if (const auto* let = program_.get_if<ast::Let>(id)) note_written(let->variable);
    if (const auto* unary = program_.get_if<ast::Unary>(id); unary && is_step(unary->op))
      note_written(program_.without_parens(unary->operand));
    if (const auto* loop = program_.get_if<ast::While>(id)) note_steering(loop->condition);
    if (program_.is<ast::Variable>(id)) note(id, false);
    ast::NodeList children;
    ast::append_children(program_, id, children);
    for (ast::NodeId child : children) visit(child);
  }

  void visit_for(ast::NodeId id, const ast::For& loop) {
    visit(loop.iterable);
    std::size_t around = function_;
    function_ = closure_.functions_.size();
    closure_.functions_.push_back(
        {.node = id, .around = around, .depth = closure_.functions_[around].depth + 1});
    closure_.by_node_[id] = function_;
    const auto* range = program_.get_if<ast::Range>(loop.iterable);
    if (range && !is_constant(range->begin)) {
      Loop& here = closure_.functions_[function_];
      here.first_number = kFirstFree + here.depth - 1;
      closure_.word_count_ = std::max(closure_.word_count_, here.first_number + 1);
    }
    note(loop.variable, true);
    visit(loop.body);
    function_ = around;
  }

  bool is_constant(ast::NodeId id) const {
    return !std::holds_alternative<std::monostate>(typing_.expressions[id].constant);
  }

  void note(ast::NodeId id, bool is_written) {
    sema::VariableId variable = typing_.variable_of[id];
    if (variable != sema::VariableId::kNone) uses_.push_back({variable, function_, is_written});
  }

  void note_written(ast::NodeId target) {
    if (program_.is<ast::Variable>(target)) note(target, true);
  }

  void note_steering(ast::NodeId condition) {
    ast::walk(program_, condition, [&](ast::NodeId node) {
      sema::VariableId variable = typing_.variable_of[node];
      if (variable != sema::VariableId::kNone) closure_.variables_[variable].steers_while = true;
      return true;
    });
  }

  Closure& closure_;
  const ast::Program& program_;
  const sema::GroupTyping& typing_;
  std::size_t function_ = kProgram;
  std::vector<Use> uses_;
};

Closure::Closure(const ast::Program& program, const sema::GroupTyping& typing,
                 const TypeTable& types, ast::NodeId probe, bool may_use_stack) {
  functions_.emplace_back();
  variables_.resize(typing.variables.size());
  std::vector<Use> uses = Walk(*this, program, typing).run(probe);
  find_homes(uses, typing);
  find_captured(uses);
  std::uint32_t copied = 0;
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    auto id = static_cast<sema::VariableId>(i);
    Variable& variable = variables_[id];
    if (variable.sharing != Sharing::kCopied) continue;
    if (!may_use_stack || copied == kMostCopied ||
        !is_word(types.kind(typing.variables[id].type))) {
      variable.sharing = Sharing::kShared;
    } else {
      ++copied;
      variable.word = word_count_++;
    }
  }
}

ast::NodeId Closure::home(sema::VariableId variable) const {
  return functions_[variables_[variable].home].node;
}

// The innermost function that both stand in.
std::size_t Closure::common(std::size_t a, std::size_t b) const {
  while (a != b) {
    std::size_t& inner = functions_[a].depth >= functions_[b].depth ? a : b;
    inner = functions_[inner].around;
  }
  return a;
}

void Closure::find_homes(const std::vector<Use>& uses, const sema::GroupTyping& typing) {
  for (const Use& use : uses) {
    Variable& variable = variables_[use.variable];
    variable.home = variable.is_used ? common(variable.home, use.function) : use.function;
    variable.is_used = true;
    if (typing.variables[use.variable].is_hoisted) variable.home = kProgram;
  }
}

void Closure::find_captured(const std::vector<Use>& uses) {
  for (const Use& use : uses) {
    Variable& variable = variables_[use.variable];
    if (use.function == variable.home) continue;
    if (variable.sharing != Sharing::kShared)
      variable.sharing = use.is_written ? Sharing::kShared : Sharing::kCopied;
    for (std::size_t f = use.function; f != variable.home; f = functions_[f].around) {
      std::vector<sema::VariableId>& captured = functions_[f].captured;
      if (std::find(captured.begin(), captured.end(), use.variable) == captured.end())
        captured.push_back(use.variable);
    }
  }
}

}  // namespace sonde::codegen
