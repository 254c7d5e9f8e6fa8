// Members and elements (spec/language.md §8). Every access to a structure, an array or memory
// behind a pointer comes through locate(), which takes the type and the path from the expression.
#include "codegen/lower/location.h"

#include <algorithm>

#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kLongestBitField = 16;  // room for the 9 bytes that 64 bits can touch

}  // namespace

Location Body::inside(Location outer, std::uint64_t offset, TypeId type) {
  if (outer.address)
    outer.address = builder_.ir().CreateAdd(outer.address, builder_.word(offset));
  else
    outer.place = builder_.at(outer.place, offset);
  outer.type = type;
  return outer;
}

Location Body::behind_pointer(ast::NodeId pointer) {
  return {
      .type = type_of(pointer).element, .address = scalar(pointer), .space = facts(pointer).space};
}

Location Body::location_of(ast::NodeId id) {
  if (auto found = locate(id)) return *found;
  return {.type = facts(id).type, .place = place_of(id)};
}

// None for an expression whose value has to be made first.
std::optional<Location> Body::locate(ast::NodeId id) {
  id = program().without_parens(id);
  if (is_args(id)) return std::nullopt;
  if (const auto* access = program().get_if<ast::FieldAccess>(id)) {
    if (is_args(access->base)) return std::nullopt;
    return locate_member(*access);
  }
  if (const auto* access = program().get_if<ast::TupleAccess>(id)) {
    const TypeMember& member = type_of(access->base).members.at(access->index);
    return inside(location_of(access->base), member.offset, member.type);
  }
  if (const auto* index = program().get_if<ast::Index>(id)) return locate_element(id, *index);
  if (const auto* unary = program().get_if<ast::Unary>(id)) {
    bool follows = unary->op == ast::UnaryOp::kDereference &&
                   type_of(unary->operand).kind == TypeKind::kPointer;
    if (follows) return behind_pointer(unary->operand);
  }
  if (program().is<ast::Variable>(id)) {
    const Variable& variable = variables_[typing_.variable_of[id]];
    if (!variable.word) return Location{.type = facts(id).type, .place = variable.place};
  }
  return std::nullopt;
}

std::optional<Location> Body::locate_member(const ast::FieldAccess& access) {
  TypeId owner = facts(access.base).type;
  bool is_pointer = types().is(owner, TypeKind::kPointer);
  while (types().is(owner, TypeKind::kPointer)) owner = types().at(owner).element;
  for (const TypeMember& member : types().at(owner).members) {
    if (member.name != access.name) continue;
    Location found = is_pointer ? behind_pointer(access.base) : location_of(access.base);
    // A pointer to a pointer is followed to its end.
    for (; found.type != owner; found.type = types().at(found.type).element)
      found.address = read_scalar(found.address, found.space, found.type, span(access.base));
    found = inside(found, member.offset, member.type);
    found.bit_start = member.bit_start;
    found.bit_width = member.bit_width;
    return found;
  }
  return std::nullopt;
}

std::optional<Location> Body::locate_element(ast::NodeId id, const ast::Index& node) {
  if (element_of(id)) return std::nullopt;
  ast::NodeId index = node.indices.front();
  const Type& base = type_of(node.base);
  switch (base.kind) {
    case TypeKind::kTuple: {
      const TypeMember& member = base.members.at(number(index));
      return inside(location_of(node.base), member.offset, member.type);
    }
    case TypeKind::kPointer: {
      Location first = behind_pointer(node.base);
      llvm::Value* step =
          builder_.ir().CreateMul(scalar(index), builder_.word(types().size(first.type)));
      first.address = builder_.ir().CreateAdd(first.address, step);
      return first;
    }
    case TypeKind::kArray:
      return element_at(location_of(node.base), index, span(id));
    default:
      return std::nullopt;
  }
}

// An index that is out of bounds becomes 0, for the verifier's sake, and the value is not read.
Location Body::element_at(Location array, ast::NodeId index, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const Type& type = types().at(array.type);
  std::uint32_t stride = types().size(type.element);
  TypeId element = type.element;
  std::uint32_t length = type.length;
  if (std::holds_alternative<std::uint64_t>(facts(index).constant))
    return inside(array, number(index) * stride, element);
  llvm::Value* position = builder_.opaque(scalar(index));
  if (length > 0) {
    llvm::Value* fits = ir.CreateICmpULT(position, builder_.word(length));
    position = builder_.choose(
        fits, [&] { return position; },
        [&]() -> llvm::Value* {
          report(RuntimeError::kIndexOutOfBounds, at, builder_.word(0));
          return builder_.word(0);
        });
    array.is_inside = array.is_inside ? ir.CreateAnd(array.is_inside, fits) : fits;
  }
  if (array.address)
    array.address = ir.CreateAdd(array.address, ir.CreateMul(position, builder_.word(stride)));
  else
    array.place = builder_.at(array.place, position, stride);
  array.type = element;
  return array;
}

llvm::Value* Body::load(const Location& from, Span at) {
  auto read = [&]() -> llvm::Value* {
    if (from.bit_width > 0) return load_bits(from, at);
    if (from.address) return read_scalar(from.address, from.space, from.type, at);
    return load_scalar(from.place, from.type);
  };
  if (!from.is_inside) return read();
  return builder_.choose(from.is_inside, read, [&]() -> llvm::Value* { return builder_.word(0); });
}

void Body::copy_bytes(const Location& from, Place destination, std::uint32_t size, Span at) {
  if (size == 0) return;
  if (from.address)
    read_bytes(from.address, from.space, destination, size, at);
  else
    copy_memory(builder_, destination, from.place, size);
}

llvm::Value* Body::load_bits(const Location& from, Span at) {
  llvm::IRBuilder<>& ir = builder_.ir();
  std::uint32_t end = from.bit_start + from.bit_width;
  Place copy = frame_.take(kLongestBitField);
  clear_memory(builder_, copy, kLongestBitField);
  copy_bytes(from, copy, (end + 7) / 8, at);
  llvm::Value* bits = ir.CreateLShr(builder_.load(copy, 8, false), from.bit_start);
  if (end > 64)
    bits = ir.CreateOr(
        bits, ir.CreateShl(builder_.load(builder_.at(copy, 8), 1, false), 64 - from.bit_start));
  std::uint64_t unused = 64u - from.bit_width;
  bits = ir.CreateShl(bits, unused);
  return types().at(from.type).is_signed ? ir.CreateAShr(bits, unused)
                                         : ir.CreateLShr(bits, unused);
}

// Writes what lies there, whose value is of type `own`, as a value of type `target`.
void Body::store_from(const Location& from, TypeId own, TypeId target, Place destination, Span at) {
  auto write = [&] {
    ArrayText text = types().at(from.type).text;
    if (!from.address && text == ArrayText::kNone)
      return convert(from.place, from.type, destination, target);
    std::uint32_t size = types().size(own);
    store_sized(destination, size, target, [&](Place place) {
      if (text == ArrayText::kNone) return copy_bytes(from, place, size, at);
      llvm::Value* address = from.address ? from.address : builder_.address(from.place);
      AddressSpace space = from.address ? from.space : AddressSpace::kKernel;
      if (text == ArrayText::kExact) return store_text_at(address, space, place, size, at);
      clear_memory(builder_, place, size);
      read_text(address, space, place, builder_.word(size), at);
    });
  };
  if (!from.is_inside) return write();
  builder_.if_else(from.is_inside, write,
                   [&] { clear_memory(builder_, destination, types().size(target)); });
}

// A number's bytes as an array, zeros behind them; of an array of bools each byte as one.
void Body::store_as_array(ast::NodeId number, TypeId target, Place destination) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const Type& array = types().at(target);
  std::uint32_t size = std::min(types().size(facts(number).type), array.size);
  llvm::Value* word = scalar(number);
  clear_memory(builder_, builder_.at(destination, size), array.size - size);
  if (types().kind(array.element) != TypeKind::kBool)
    return builder_.store(destination, size, word);
  for (std::uint32_t i = 0; i < size; ++i) {
    llvm::Value* byte = ir.CreateAnd(ir.CreateLShr(word, 8 * i), 0xff);
    builder_.store(builder_.at(destination, i), 1, builder_.from_bool(builder_.is_true(byte)));
  }
}

}  // namespace sonde::codegen
