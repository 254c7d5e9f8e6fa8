// Expressions by the kind of their node: ScalarOf gives words, StoreOf writes everything else to
// where it is wanted. A constant that the checker found is emitted as such, whatever the node is.
#include <algorithm>

#include "ast/walk.h"
#include "codegen/lower/body.h"

namespace sonde::codegen {

namespace {

// The arm that the checker decided for while compiling, none where there is none.
ast::NodeId live_arm(const Body& body, const ast::If& node) {
  const auto* holds = std::get_if<bool>(&body.facts(node.condition).constant);
  CHECK(node.comptime && holds);
  return *holds ? node.when_true : node.when_false;
}

}  // namespace

struct ScalarOf {
  Body& body;
  ast::NodeId id;

  llvm::Value* operator()(const ast::Paren& node) { return body.scalar(node.expression); }
  llvm::Value* operator()(const ast::IntegerLiteral& node) {
    return body.builder().word(node.value);
  }
  llvm::Value* operator()(const ast::BoolLiteral& node) { return body.builder().word(node.value); }
  llvm::Value* operator()(const ast::Variable&) {
    const Body::Variable& variable = body.variables_[body.typing_.variable_of[id]];
    llvm::IRBuilder<>& ir = body.builder().ir();
    return ir.CreateLoad(ir.getInt64Ty(), variable.word);
  }
  llvm::Value* operator()(const ast::Map&) {
    return body.element_scalar(*body.element_of(id), body.span(id));
  }
  llvm::Value* operator()(const ast::Identifier&) { return body.call_builtin(id, false, {}); }
  llvm::Value* operator()(const ast::Call&) { return body.call_builtin(id, false, {}); }
  llvm::Value* operator()(const ast::Index& node) {
    if (auto element = body.element_of(id)) return body.element_scalar(*element, body.span(id));
    if (auto found = body.locate(id)) return body.load(*found, body.span(id));
    return body.byte_of_text(id, node);
  }
  llvm::Value* operator()(const ast::FieldAccess& node) {
    if (body.is_args(node.base))
      return body.event_scalar(node.name, body.facts(id).type, body.span(id));
    return located();
  }
  llvm::Value* operator()(const ast::TupleAccess&) { return located(); }
  llvm::Value* operator()(const ast::Unary& node) { return body.unary(id, node); }
  llvm::Value* operator()(const ast::Binary& node) {
    if (node.op < ast::BinaryOp::kBitOr) return body.builder().from_bool(body.condition(id));
    if (node.op >= ast::BinaryOp::kEqual && node.op <= ast::BinaryOp::kGreaterEqual)
      return body.builder().from_bool(body.compare(id, node));
    llvm::Value* x = body.scalar(node.left);
    llvm::Value* y = body.scalar(node.right);
    return body.as_type(body.binary(node.op, node.left, x, node.right, y, body.span(id)),
                        body.facts(id).type);
  }
  llvm::Value* operator()(const ast::Ternary& node) {
    TypeId type = body.facts(id).type;
    if (!ast::exists(node.when_true)) {
      llvm::Value* value = body.scalar(node.condition);
      return body.builder().choose(
          body.builder().is_true(value), [&] { return body.as_type(value, type); },
          [&] { return body.as_type(body.scalar(node.when_false), type); });
    }
    llvm::Value* holds = body.condition(node.condition);
    return body.builder().choose(
        holds, [&] { return body.as_type(body.scalar(node.when_true), type); },
        [&] { return body.as_type(body.scalar(node.when_false), type); });
  }
  llvm::Value* operator()(const ast::If& node) {
    if (node.comptime) return body.scalar(live_arm(body, node));
    TypeId type = body.facts(id).type;
    llvm::Value* holds = body.condition(node.condition);
    return body.builder().choose(
        holds, [&] { return body.as_type(body.scalar(node.when_true), type); },
        [&] { return body.as_type(body.scalar(node.when_false), type); });
  }
  llvm::Value* operator()(const ast::Block& node) { return body.block_scalar(node); }
  llvm::Value* operator()(const ast::Cast& node) { return body.cast(id, node.operand); }
  llvm::Value* operator()(const ast::Comptime& node) { return body.scalar(node.operand); }
  template <typename Node>
  llvm::Value* operator()(const Node&) {
    return refuse();
  }

  llvm::Value* located() {
    auto found = body.locate(id);
    return found ? body.load(*found, body.span(id)) : refuse();
  }
  llvm::Value* refuse() {
    body.image().refuse(body.span(id), "this expression");
    return body.builder().word(0);
  }
};

struct StoreOf {
  Body& body;
  ast::NodeId id;
  TypeId target;
  Place destination;

  TypeId own() const { return body.facts(id).type; }
  void from(Place place) { body.convert(place, own(), destination, target); }

  void operator()(const ast::Paren& node) { body.store(node.expression, target, destination); }
  void operator()(const ast::Comptime& node) { body.store(node.operand, target, destination); }
  void operator()(const ast::StringLiteral& node) {
    store_text(body.builder(), destination, node.value, body.types().size(target));
  }
  void operator()(const ast::Variable&) {
    from(body.variables_[body.typing_.variable_of[id]].place);
  }
  void operator()(const ast::Map&) { element(); }
  void operator()(const ast::Index&) {
    if (body.element_of(id)) return element();
    located();
  }
  void operator()(const ast::Identifier&) { body.store_builtin(id, target, destination); }
  void operator()(const ast::Call&) { body.store_builtin(id, target, destination); }
  void operator()(const ast::FieldAccess& node) {
    if (!body.is_args(node.base)) return located();
    body.store_sized(destination, body.types().size(own()), target, [&](Place place) {
      body.store_event_field(node.name, own(), place, body.span(id));
    });
  }
  void operator()(const ast::TupleAccess&) { located(); }
  void operator()(const ast::Unary&) {
    if (body.is_args(id)) return body.store_event(target, destination, body.span(id));
    located();
  }
  void operator()(const ast::Tuple& node) {
    const Type& type = body.types().at(target);
    for (std::size_t i = 0; i < node.elements.size(); ++i)
      body.store(node.elements[i], type.members.at(i).type,
                 body.builder().at(destination, type.members[i].offset));
    body.store_padding(type, destination);
  }
  void operator()(const ast::Record& node) {
    const Type& type = body.types().at(target);
    for (const ast::Record::Member& value : node.members)
      for (const TypeMember& member : type.members)
        if (member.name == value.name)
          body.store(value.value, member.type, body.builder().at(destination, member.offset));
    body.store_padding(type, destination);
  }
  void operator()(const ast::Ternary& node) {
    ast::NodeId when_true = ast::exists(node.when_true) ? node.when_true : node.condition;
    arms(body.condition(node.condition), when_true, node.when_false);
  }
  void operator()(const ast::If& node) {
    if (node.comptime) return body.store(live_arm(body, node), target, destination);
    arms(body.condition(node.condition), node.when_true, node.when_false);
  }
  void operator()(const ast::Block& node) {
    Frame::Scope scope(body.frame());
    for (ast::NodeId statement : node.statements) body.statement(statement);
    body.store(node.value, target, destination);
  }
  void operator()(const ast::Cast& node) {
    if (body.is_scalar(body.facts(node.operand).type))
      return body.store_as_array(node.operand, target, destination);
    Place place = body.place_of(node.operand);
    body.convert(place, body.facts(node.operand).type, destination, target);
  }
  template <typename Node>
  void operator()(const Node&) {
    refuse();
  }

  void element() {
    body.store_element_value(*body.element_of(id), target, destination, body.span(id));
  }
  void located() {
    auto found = body.locate(id);
    if (!found) return refuse();
    body.store_from(*found, own(), target, destination, body.span(id));
  }
  void arms(llvm::Value* holds, ast::NodeId when_true, ast::NodeId when_false) {
    auto arm = [&](ast::NodeId value) {
      return [this, value] {
        Frame::Scope scope(body.frame());
        body.store(value, target, destination);
      };
    };
    body.builder().if_else(holds, arm(when_true), arm(when_false));
  }
  void refuse() {
    body.image().refuse(body.span(id), "this expression");
    clear_memory(body.builder(), destination, body.types().size(target));
  }
};

bool Body::is_scalar(TypeId type) const {
  TypeKind kind = types().kind(type);
  return kind == TypeKind::kInteger || kind == TypeKind::kBool || kind == TypeKind::kPointer;
}

bool Body::is_args(ast::NodeId id) const {
  id = program().without_parens(id);
  if (const auto* unary = program().get_if<ast::Unary>(id))
    return unary->op == ast::UnaryOp::kDereference && is_args(unary->operand);
  const auto& found = typing_.builtin_of[id];
  return found && found->id == Builtin::kArgs;
}

const std::string* Body::constant_text(ast::NodeId id) const {
  if (const auto* text = std::get_if<std::string>(&facts(id).constant)) return text;
  ast::NodeId inner = program().without_parens(id);
  if (inner != id) return constant_text(inner);
  const auto* literal = program().get_if<ast::StringLiteral>(id);
  return literal ? &literal->value : nullptr;
}

std::string_view Body::text(ast::NodeId id) const {
  const std::string* text = constant_text(id);
  CHECK(text);
  return *text;
}

std::uint64_t Body::number(ast::NodeId id) const {
  if (const auto* value = std::get_if<std::uint64_t>(&facts(id).constant)) return *value;
  return program().get<ast::IntegerLiteral>(program().without_parens(id)).value;
}

bool Body::has_effects(ast::NodeId id) const {
  bool found = false;
  ast::walk(program(), id, [&](ast::NodeId node) {
    const auto* unary = program().get_if<ast::Unary>(node);
    bool steps = unary && unary->op >= ast::UnaryOp::kPreIncrement;
    const auto& builtin = typing_.builtin_of[node];
    bool acts = builtin && builtin_row(builtin->id).effect != Effect::kPure;
    found |= steps || acts || program().is<ast::Block>(node);
    return !found;
  });
  return found;
}

llvm::Value* Body::scalar(ast::NodeId id) {
  At at(*this, span(id));
  const sema::ExpressionFacts& found = facts(id);
  if (const auto* value = std::get_if<std::uint64_t>(&found.constant)) return builder_.word(*value);
  if (const auto* value = std::get_if<bool>(&found.constant)) return builder_.word(*value);
  return program().visit(id, ScalarOf{*this, id});
}

void Body::store(ast::NodeId id, TypeId target, Place destination) {
  if (is_scalar(target)) {
    builder_.store(destination, types().size(target), as_type(scalar(id), target));
    return;
  }
  At at(*this, span(id));
  if (const std::string* text = constant_text(id)) {
    store_text(builder_, destination, *text, types().size(target));
    return;
  }
  program().visit(id, StoreOf{*this, id, target, destination});
}

Place Body::place_of(ast::NodeId id, ast::NodeId next) {
  id = program().without_parens(id);
  TypeId type = facts(id).type;
  auto found = is_scalar(type) ? std::nullopt : locate(id);
  bool is_here = found && !found->address && !found->is_inside &&
                 types().at(found->type).text == ArrayText::kNone;
  bool is_kept = ast::exists(next) && has_effects(next);
  if (is_here && !is_kept) return found->place;
  Place place = frame_.take(types().size(type));
  if (found)
    store_from(*found, type, type, place, span(id));
  else
    store(id, type, place);
  return place;
}

void Body::evaluate(ast::NodeId id, bool is_discarded) {
  id = program().without_parens(id);
  if (const auto* node = program().get_if<ast::Block>(id)) {
    Frame::Scope scope(frame_);
    return block(*node);
  }
  if (const auto* node = program().get_if<ast::If>(id)) {
    if (!node->comptime) return if_statement(*node);
    ast::NodeId live = live_arm(*this, *node);
    return ast::exists(live) ? evaluate(live, is_discarded) : void();
  }
  if (const auto* node = program().get_if<ast::Ternary>(id); node && ast::exists(node->when_true))
    return builder_.if_else(
        condition(node->condition), [&] { evaluate(node->when_true, is_discarded); },
        [&] { evaluate(node->when_false, is_discarded); });
  if (typing_.builtin_of[id]) {
    bool needs_room = !is_scalar(facts(id).type) && types().size(facts(id).type) > 0;
    Place room = needs_room ? frame_.take(types().size(facts(id).type)) : Place{};
    call_builtin(id, is_discarded, room);
  } else if (is_scalar(facts(id).type)) {
    scalar(id);
  } else if (has_effects(id) && types().size(facts(id).type) > 0) {
    place_of(id);
  }
}

llvm::Value* Body::block_scalar(const ast::Block& block) {
  Frame::Scope scope(frame_);
  for (ast::NodeId id : block.statements) statement(id);
  return scalar(block.value);
}

void Body::store_builtin(ast::NodeId id, TypeId target, Place destination) {
  store_sized(destination, types().size(facts(id).type), target,
              [&](Place place) { call_builtin(id, false, place); });
}

// Has `fill` write a value of `size` bytes where one of type `target` is wanted.
void Body::store_sized(Place destination, std::uint32_t size, TypeId target,
                       llvm::function_ref<void(Place)> fill) {
  std::uint32_t wanted = types().size(target);
  if (size > wanted) {
    Place whole = frame_.take(size);
    fill(whole);
    copy_memory(builder_, destination, whole, wanted);
    return;
  }
  fill(destination);
  clear_memory(builder_, builder_.at(destination, size), wanted - size);
}

}  // namespace sonde::codegen
