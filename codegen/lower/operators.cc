// Operators and conversions (spec/language.md §4.1, §5.4, §6): 64-bit arithmetic that wraps, C's
// division without BPF's lack of a signed one, comparisons by the sign that the checker decided.
#include <algorithm>

#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

bool takes_signed(const sema::ExpressionFacts& facts, const Type& type) {
  return type.kind == TypeKind::kInteger && type.is_signed && !facts.is_flexible;
}

llvm::CmpInst::Predicate predicate_of(ast::BinaryOp op, bool is_signed) {
  using Cmp = llvm::CmpInst;
  switch (op) {
    case ast::BinaryOp::kEqual:
      return Cmp::ICMP_EQ;
    case ast::BinaryOp::kNotEqual:
      return Cmp::ICMP_NE;
    case ast::BinaryOp::kLess:
      return is_signed ? Cmp::ICMP_SLT : Cmp::ICMP_ULT;
    case ast::BinaryOp::kGreater:
      return is_signed ? Cmp::ICMP_SGT : Cmp::ICMP_UGT;
    case ast::BinaryOp::kLessEqual:
      return is_signed ? Cmp::ICMP_SLE : Cmp::ICMP_ULE;
    case ast::BinaryOp::kGreaterEqual:
      return is_signed ? Cmp::ICMP_SGE : Cmp::ICMP_UGE;
    default:
      CHECK(false);
  }
}

// Of `in`, what a member of `of` goes with: by its name in records, by its position in tuples.
const TypeMember& counterpart(const Type& in, const Type& of, const TypeMember& member) {
  if (!member.name.empty())
    for (const TypeMember& candidate : in.members)
      if (candidate.name == member.name) return candidate;
  return in.members[&member - of.members.data()];
}

}  // namespace

llvm::Value* Body::as_type(llvm::Value* word, TypeId id) {
  const Type& type = types().at(id);
  if (type.kind == TypeKind::kBool) return builder_.from_bool(builder_.is_true(word));
  if (type.kind == TypeKind::kInteger) return builder_.narrow(word, type.size, type.is_signed);
  return word;
}

llvm::Value* Body::load_scalar(Place place, TypeId id) {
  const Type& type = types().at(id);
  CHECK(is_scalar(id));
  return builder_.load(place, type.size, type.is_signed);
}

llvm::Value* Body::condition(ast::NodeId id) {
  id = program().without_parens(id);
  if (const std::string* text = constant_text(id)) return builder_.ir().getInt1(!text->empty());
  if (const auto* unary = program().get_if<ast::Unary>(id);
      unary && unary->op == ast::UnaryOp::kNot)
    return builder_.ir().CreateNot(condition(unary->operand));
  if (const auto* node = program().get_if<ast::Binary>(id)) {
    if (node->op == ast::BinaryOp::kLogicalAnd)
      return builder_.choose(
          condition(node->left), [&] { return condition(node->right); },
          [&]() -> llvm::Value* { return builder_.ir().getFalse(); });
    if (node->op == ast::BinaryOp::kLogicalOr)
      return builder_.choose(
          condition(node->left), [&]() -> llvm::Value* { return builder_.ir().getTrue(); },
          [&] { return condition(node->right); });
  }
  if (type_of(id).kind == TypeKind::kString)
    return builder_.is_true(builder_.load(place_of(id), 1, false));
  return builder_.is_true(scalar(id));
}

llvm::Value* Body::binary(ast::BinaryOp op, ast::NodeId left, llvm::Value* x, ast::NodeId right,
                          llvm::Value* y, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const Type &left_type = type_of(left), &right_type = type_of(right);
  bool left_signed = takes_signed(facts(left), left_type);
  bool is_signed = left_signed || takes_signed(facts(right), right_type);
  if (left_type.kind == TypeKind::kPointer && right_type.kind != TypeKind::kPointer)
    y = scale(y, facts(left).type);
  else if (right_type.kind == TypeKind::kPointer && left_type.kind != TypeKind::kPointer)
    x = scale(x, facts(right).type);
  switch (op) {
    case ast::BinaryOp::kAdd:
      return ir.CreateAdd(x, y);
    case ast::BinaryOp::kSubtract:
      return ir.CreateSub(x, y);
    case ast::BinaryOp::kMultiply:
      return ir.CreateMul(x, y);
    case ast::BinaryOp::kDivide:
    case ast::BinaryOp::kModulo:
      return divide(op, x, y, is_signed, at);
    case ast::BinaryOp::kBitAnd:
      return ir.CreateAnd(x, y);
    case ast::BinaryOp::kBitOr:
      return ir.CreateOr(x, y);
    case ast::BinaryOp::kBitXor:
      return ir.CreateXor(x, y);
    case ast::BinaryOp::kShiftLeft:
      return ir.CreateShl(x, ir.CreateAnd(y, 63));
    case ast::BinaryOp::kShiftRight: {
      llvm::Value* count = ir.CreateAnd(y, 63);
      return left_signed ? ir.CreateAShr(x, count) : ir.CreateLShr(x, count);
    }
    default:
      CHECK(false);
  }
}

llvm::Value* Body::scale(llvm::Value* count, TypeId pointer) {
  std::uint32_t size = std::max(types().size(types().at(pointer).element), 1u);
  return builder_.ir().CreateMul(count, builder_.word(size));
}

llvm::Value* Body::divide(ast::BinaryOp op, llvm::Value* x, llvm::Value* y, bool is_signed,
                          Span at) {
  return builder_.choose(
      builder_.is_true(y),
      [&] {
        return op == ast::BinaryOp::kDivide ? quotient(builder_, x, y, is_signed)
                                            : remainder(builder_, x, y, is_signed);
      },
      [&]() -> llvm::Value* {
        report(RuntimeError::kDivisionByZero, at, builder_.word(0));
        return builder_.word(0);
      });
}

llvm::Value* Body::unary(ast::NodeId id, const ast::Unary& node) {
  llvm::IRBuilder<>& ir = builder_.ir();
  switch (node.op) {
    case ast::UnaryOp::kNot:
      return builder_.from_bool(condition(id));
    case ast::UnaryOp::kBitNot:
      return as_type(ir.CreateNot(scalar(node.operand)), facts(id).type);
    case ast::UnaryOp::kNegate:
      return as_type(ir.CreateNeg(scalar(node.operand)), facts(id).type);
    case ast::UnaryOp::kDereference: {
      if (auto found = locate(id)) return load(*found, span(id));
      if (!is_scalar(facts(node.operand).type)) break;
      return read_scalar(scalar(node.operand), facts(node.operand).space, facts(node.operand).type,
                         span(id));
    }
    case ast::UnaryOp::kAddressOf: {
      ast::NodeId operand = program().without_parens(node.operand);
      const Variable& variable = variables_[typing_.variable_of[operand]];
      return builder_.address(variable.word ? Place{variable.word} : variable.place);
    }
    case ast::UnaryOp::kPreIncrement:
    case ast::UnaryOp::kPreDecrement:
    case ast::UnaryOp::kPostIncrement:
    case ast::UnaryOp::kPostDecrement:
      return step(id, node);
  }
  image_.refuse(span(id), "this operator");
  return builder_.word(0);
}

llvm::Value* Body::step(ast::NodeId id, const ast::Unary& node) {
  llvm::IRBuilder<>& ir = builder_.ir();
  bool is_up = node.op == ast::UnaryOp::kPreIncrement || node.op == ast::UnaryOp::kPostIncrement;
  bool is_prefix = node.op == ast::UnaryOp::kPreIncrement || node.op == ast::UnaryOp::kPreDecrement;
  ast::NodeId operand = program().without_parens(node.operand);
  llvm::Value* by = builder_.word(1);
  if (type_of(operand).kind == TypeKind::kPointer) by = scale(by, facts(operand).type);
  auto stepped = [&](llvm::Value* old) {
    return is_up ? ir.CreateAdd(old, by) : ir.CreateSub(old, by);
  };
  std::pair<llvm::Value*, llvm::Value*> values;
  if (auto element = element_of(operand)) {
    values = change(*element, span(id), stepped);
  } else {
    sema::VariableId variable = typing_.variable_of[operand];
    llvm::Value* word = variables_[variable].word;
    values.first = ir.CreateLoad(ir.getInt64Ty(), word);
    values.second = as_type(stepped(values.first), typing_.variables[variable].type);
    ir.CreateStore(values.second, word);
  }
  return is_prefix ? values.second : values.first;
}

llvm::Value* Body::compare(ast::NodeId id, const ast::Binary& node) {
  llvm::IRBuilder<>& ir = builder_.ir();
  if (is_scalar(facts(node.left).type) && is_scalar(facts(node.right).type)) {
    llvm::Value* x = scalar(node.left);
    llvm::Value* y = scalar(node.right);
    return ir.CreateICmp(predicate_of(node.op, facts(id).compares_signed), x, y);
  }
  llvm::Value* equal = operands_are_equal(node.left, node.right);
  return node.op == ast::BinaryOp::kEqual ? equal : ir.CreateNot(equal);
}

// Strings are equal up to the first NUL or the end of the shorter one. All of them are stored with
// zeros behind the NUL, so the bytes of the shorter one decide.
llvm::Value* Body::operands_are_equal(ast::NodeId left, ast::NodeId right) {
  if (constant_text(left)) std::swap(left, right);
  if (const std::string* text = constant_text(right)) {
    auto stored = static_cast<std::uint32_t>(text->size() + 1);
    std::uint32_t size = std::min(types().size(facts(left).type), stored);
    return memory_is_text(builder_, place_of(left), *text, size);
  }
  Place x = place_of(left, right);
  return values_are_equal(x, facts(left).type, place_of(right), facts(right).type);
}

// The first member that differs decides. A bit that gathered all of them would double the paths
// that the verifier walks with every long member.
llvm::Value* Body::values_are_equal(Place a, TypeId a_type, Place b, TypeId b_type) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const Type &x = types().at(a_type), &y = types().at(b_type);
  if (is_scalar(a_type) && is_scalar(b_type))
    return ir.CreateICmpEQ(load_scalar(a, a_type), load_scalar(b, b_type));
  if (a_type == b_type || x.members.empty() || x.members.size() != y.members.size())
    return memory_is_equal(builder_, a, b, std::min(x.size, y.size));
  llvm::Value* are_equal = ir.getTrue();
  for (const TypeMember& one : x.members) {
    const TypeMember& other = counterpart(y, x, one);
    are_equal = builder_.choose(
        are_equal,
        [&] {
          return values_are_equal(builder_.at(a, one.offset), one.type,
                                  builder_.at(b, other.offset), other.type);
        },
        [&]() -> llvm::Value* { return ir.getFalse(); });
  }
  return are_equal;
}

llvm::Value* Body::cast(ast::NodeId id, ast::NodeId operand) {
  TypeId type = facts(id).type;
  if (is_scalar(facts(operand).type)) return as_type(scalar(operand), type);
  if (types().kind(type) == TypeKind::kBool) return builder_.from_bool(condition(operand));
  return load_scalar(place_of(operand), type);
}

// s[i] of a string.
llvm::Value* Body::byte_of_text(ast::NodeId id, const ast::Index& node) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const Type& base = type_of(node.base);
  TypeId element = facts(id).type;
  std::uint32_t size = types().size(element);
  Place whole = place_of(node.base);
  llvm::Value* index = builder_.opaque(scalar(node.indices.front()));
  llvm::Value* is_inside = ir.CreateICmpULT(index, builder_.word(base.size / size));
  return builder_.choose(
      is_inside, [&] { return load_scalar(builder_.at(whole, index, size), element); },
      [&]() -> llvm::Value* {
        report(RuntimeError::kIndexOutOfBounds, span(id), builder_.word(0));
        return builder_.word(0);
      });
}

void Body::convert(Place source, TypeId from, Place destination, TypeId to) {
  const Type &x = types().at(from), &y = types().at(to);
  if (is_scalar(to) && is_scalar(from)) {
    builder_.store(destination, y.size, as_type(load_scalar(source, from), to));
    return;
  }
  if (from == to || x.members.empty() || x.members.size() != y.members.size()) {
    std::uint32_t common = std::min(x.size, y.size);
    copy_memory(builder_, destination, source, common);
    clear_memory(builder_, builder_.at(destination, common), y.size - common);
    return;
  }
  for (const TypeMember& wanted : y.members) {
    const TypeMember& given = counterpart(x, y, wanted);
    convert(builder_.at(source, given.offset), given.type, builder_.at(destination, wanted.offset),
            wanted.type);
  }
  store_padding(y, destination);
}

void Body::store_padding(const Type& type, Place destination) {
  std::uint32_t end = 0;
  for (const TypeMember& member : type.members) {
    clear_memory(builder_, builder_.at(destination, end), member.offset - end);
    end = member.offset + types().size(member.type);
  }
  clear_memory(builder_, builder_.at(destination, end), type.size - end);
}

}  // namespace sonde::codegen
