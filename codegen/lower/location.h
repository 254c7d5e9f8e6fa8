// Where a value lies: in the program's own memory, or behind an address that a helper must read. A
// chain of members and indices adds to one Location and reads nothing; only what is wanted in the
// end is read, once for each pointer on the way.
#pragma once

#include "ast/sema/typed.h"
#include "codegen/llvm/builder.h"

namespace sonde::codegen {

struct Location {
  TypeId type = TypeId::kNone;     // of the memory: bytes that read as a string are still an array
  llvm::Value* address = nullptr;  // null: the value stands in `place`
  AddressSpace space = AddressSpace::kNone;
  Place place{};
  std::uint8_t bit_start = 0, bit_width = 0;  // of a bit-field
  llvm::Value* is_inside = nullptr;  // a bit: every index was in bounds; null where none can fail
};

}  // namespace sonde::codegen
