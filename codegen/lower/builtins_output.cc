// Builtins that act: output through the ring, the end of the run, and text at an address.
#include <algorithm>

#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

std::uint64_t number_or(Body& body, const BuiltinUse& use, std::size_t index,
                        std::uint64_t otherwise) {
  return index < use.arguments.size() ? body.number(use.arguments[index]) : otherwise;
}

void send_whole_map(Body& body, const BuiltinUse& use, image::RecordKind kind) {
  Body::Element element = *body.element_of(use.arguments.front());
  body.send_map(kind, element.map, number_or(body, use, 1, 0), number_or(body, use, 2, 0),
                body.span(use.node));
}

}  // namespace

LOWER(kPrintf) {
  std::vector<ast::NodeId> values(use.arguments.begin() + 1, use.arguments.end());
  body.send_values(image::RecordKind::kPrintf, std::string(body.text(use.arguments.front())),
                   values, body.span(use.node));
  return nullptr;
}

LOWER(kPrint) {
  if (body.program().is<ast::Map>(use.arguments.front()))
    send_whole_map(body, use, image::RecordKind::kPrintMap);
  else
    body.send_values(image::RecordKind::kPrintValue, {}, {use.arguments.front()},
                     body.span(use.node));
  return nullptr;
}

LOWER(kClear) {
  send_whole_map(body, use, image::RecordKind::kClearMap);
  return nullptr;
}

LOWER(kZero) {
  send_whole_map(body, use, image::RecordKind::kZeroMap);
  return nullptr;
}

// delete(@m, k), delete(@m[k]), delete(@m[k], @n[l]), delete(@scalar)
LOWER(kDelete) {
  Body::Element element = *body.element_of(use.arguments.front());
  Span at = body.span(use.node);
  if (element.keys.empty() && use.arguments.size() > 1) {
    element.keys = {use.arguments[1]};
    return body.remove(element, use.is_discarded, at);
  }
  llvm::Value* removed = body.remove(element, use.is_discarded, at);
  for (std::size_t i = 1; i < use.arguments.size(); ++i)
    removed = body.remove(*body.element_of(use.arguments[i]), use.is_discarded, at);
  return removed;
}

LOWER(kExit) {
  llvm::Value* code =
      use.arguments.empty() ? body.builder().word(0) : body.scalar(use.arguments.front());
  body.send_exit(code, body.span(use.node));
  body.leave();
  return nullptr;
}

llvm::Value* Body::text_size(const ast::NodeList& arguments, std::uint32_t most) {
  ast::NodeId size = arguments[1];
  if (const auto* literal = std::get_if<std::uint64_t>(&facts(size).constant))
    return builder_.word(std::min<std::uint64_t>(*literal, most));
  llvm::Value* wanted = builder_.opaque(scalar(size));
  llvm::Value* limit = builder_.word(most);
  return builder_.ir().CreateSelect(builder_.ir().CreateICmpUGT(wanted, limit), limit, wanted);
}

LOWER(kStr) {
  Builder& builder = body.builder();
  ast::NodeId source = use.arguments.front();
  std::uint32_t capacity = body.types().size(body.facts(use.node).type);
  Span at = body.span(use.node);
  bool is_address = body.is_scalar(body.facts(source).type);
  if (use.arguments.size() == 1) {
    if (is_address)
      body.store_text_at(body.scalar(source), body.facts(source).space, use.destination, capacity,
                         at);
    else
      body.store(source, body.facts(use.node).type, use.destination);
    return nullptr;
  }
  llvm::Value* address = is_address ? body.scalar(source) : builder.address(body.place_of(source));
  AddressSpace space = is_address ? body.facts(source).space : AddressSpace::kKernel;
  llvm::Value* size = body.text_size(use.arguments, capacity);
  clear_memory(builder, use.destination, capacity);
  body.read_text(address, space, use.destination, size, at);
  return nullptr;
}

}  // namespace sonde::codegen
