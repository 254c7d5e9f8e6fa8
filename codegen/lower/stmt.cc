// Statements. Each opens a scope of the frame, so what it takes for intermediate values serves the
// next one too.
#include "ast/walk.h"
#include "codegen/lower/body.h"

namespace sonde::codegen {

void Body::block(const ast::Block& block) {
  for (ast::NodeId id : block.statements) statement(id);
  if (ast::exists(block.value)) {
    Frame::Scope scope(frame_);
    At at(*this, span(block.value));
    evaluate(block.value, true);
  }
}

void Body::statement(ast::NodeId id) {
  Frame::Scope scope(frame_);
  At at(*this, span(id));
  switch (program().kind(id)) {
    case ast::NodeKind::kExpressionStatement:
      evaluate(program().get<ast::ExpressionStatement>(id).expression, true);
      break;
    case ast::NodeKind::kDiscard:
      evaluate(program().get<ast::Discard>(id).value, false);
      break;
    case ast::NodeKind::kAssign:
      assign_statement(program().get<ast::Assign>(id), span(id));
      break;
    case ast::NodeKind::kLet:
      let_statement(program().get<ast::Let>(id));
      break;
    case ast::NodeKind::kJump:
      jump_out(program().get<ast::Jump>(id));
      break;
    case ast::NodeKind::kWhile:
      while_statement(program().get<ast::While>(id));
      break;
    case ast::NodeKind::kUnroll:
      unroll_statement(program().get<ast::Unroll>(id));
      break;
    case ast::NodeKind::kFor: {
      const auto& loop = program().get<ast::For>(id);
      const auto* range = program().get_if<ast::Range>(loop.iterable);
      range ? walk_range(id, loop, *range) : walk_map(id, loop);
      break;
    }
    case ast::NodeKind::kBlock:
    case ast::NodeKind::kIf:
      evaluate(id, true);
      break;
    default:
      image_.refuse(span(id), "this statement");
  }
}

void Body::leave(llvm::Value* result) {
  if (ast::exists(loop_)) {
    builder_.store(closure_word(Closure::kHasLeft), 8, builder_.word(1));
    builder_.store(closure_word(Closure::kResult), 8,
                   result ? result : builder_.word(default_result()));
    leaves_in_loop_ = true;
  } else if (result) {
    builder_.ir().CreateStore(result, result_);
  }
  builder_.jump(exit_);
  builder_.enter(builder_.new_block("unreachable"));
}

void Body::assign_statement(const ast::Assign& assign, Span at) {
  std::optional<Element> element = element_of(assign.target);
  if (!assign.op) {
    if (element) return this->assign(*element, assign.value, at);
    return assign_variable(assign.target, assign.value);
  }
  if (!element) {
    llvm::Value* old = scalar(assign.target);
    llvm::Value* value =
        binary(*assign.op, assign.target, old, assign.value, scalar(assign.value), at);
    sema::VariableId variable = typing_.variable_of[assign.target];
    value = as_type(value, typing_.variables[variable].type);
    builder_.ir().CreateStore(value, variables_[variable].word);
    return;
  }
  // The old value is read before the right side is evaluated only where that could tell.
  if (has_effects(assign.value)) {
    llvm::Value* key = key_of(*element, true);
    llvm::Value* old = element_scalar(*element, at);
    llvm::Value* right = scalar(assign.value);
    assign_word(*element, key, binary(*assign.op, assign.target, old, assign.value, right, at), at);
    return;
  }
  llvm::Value* right = scalar(assign.value);
  change(*element, at, [&](llvm::Value* old) {
    return binary(*assign.op, assign.target, old, assign.value, right, at);
  });
}

void Body::assign_variable(ast::NodeId variable, ast::NodeId value) {
  sema::VariableId id = typing_.variable_of[variable];
  TypeId type = typing_.variables[id].type;
  if (is_scalar(type)) {
    builder_.ir().CreateStore(as_type(scalar(value), type), variables_[id].word);
    return;
  }
  // Written in place unless the old value is part of the new one.
  bool reads_itself = false;
  ast::walk(program(), value, [&](ast::NodeId node) {
    if (program().is<ast::Variable>(node) && typing_.variable_of[node] == id) reads_itself = true;
    return !reads_itself;
  });
  if (!reads_itself) return store(value, type, variables_[id].place);
  Place copy = frame_.take(types().size(type));
  store(value, type, copy);
  copy_memory(builder_, variables_[id].place, copy, types().size(type));
}

void Body::let_statement(const ast::Let& let) {
  if (ast::exists(let.value)) return assign_variable(let.variable, let.value);
  sema::VariableId id = typing_.variable_of[let.variable];
  if (id == sema::VariableId::kNone) return;
  TypeId type = typing_.variables[id].type;
  if (is_scalar(type))
    builder_.ir().CreateStore(builder_.word(0), variables_[id].word);
  else
    clear_memory(builder_, variables_[id].place, types().size(type));
}

void Body::if_statement(const ast::If& node) {
  llvm::Value* holds = nullptr;
  {
    Frame::Scope scope(frame_);
    holds = condition(node.condition);
  }
  auto arm = [&](ast::NodeId id) { return [this, id] { evaluate(id, true); }; };
  if (ast::exists(node.when_false))
    builder_.if_else(holds, arm(node.when_true), arm(node.when_false));
  else
    builder_.if_true(holds, arm(node.when_true));
}

}  // namespace sonde::codegen
