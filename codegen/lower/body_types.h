// What the parts of a Body hand to each other: uses of builtins, elements of maps, and where
// variables and the ways out of loops are.
#pragma once

#include <llvm/IR/DebugLoc.h>

#include "ast/sema/typed.h"
#include "codegen/llvm/builder.h"

namespace sonde::codegen {

class Body;

// Code emitted while it lives belongs to this place of the script.
class EmittedAt {
 public:
  EmittedAt(Body& body, Span span);
  ~EmittedAt();
  EmittedAt(const EmittedAt&) = delete;
  EmittedAt& operator=(const EmittedAt&) = delete;

 private:
  Body& body_;
  llvm::DebugLoc before_;
};

// A use of a builtin, with or without parentheses.
struct BuiltinUse {
  ast::NodeId node = ast::NodeId::kNone;
  const ast::NodeList& arguments;
  std::uint32_t number = 0;   // of argN
  bool is_discarded = false;  // nobody uses the result
  Place destination;          // of a result that is no scalar: room for the type of `node`
};

// A Map or Index node that is a map or one of its elements.
struct MapElement {
  sema::MapId map = sema::MapId::kNone;
  ast::NodeList keys;
};

// What an aggregation does to a slot of its map.
struct SlotUpdate {
  llvm::Value* value = nullptr;  // none for a count
  llvm::Value* time = nullptr;   // of a series
  Span at;
};

// Where a variable of the script stands.
struct VariablePlace {
  llvm::Value* word = nullptr;  // of a scalar
  Place place;                  // of any other
};

struct LoopExits {
  llvm::BasicBlock *on_break, *on_continue;
};

}  // namespace sonde::codegen
