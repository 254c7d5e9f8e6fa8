// Copying, clearing and comparing bytes: the one place that does, because LLVM's BPF target refuses
// memcpy and memset above 1,024 bytes and would go byte by byte where it does not know an
// alignment. Few bytes become loads and stores as wide as the alignment allows; many become one
// call of a helper, which the verifier walks through once instead of word by word.
#pragma once

#include <string_view>

#include "codegen/llvm/builder.h"

namespace sonde::codegen {

void clear_memory(Builder& builder, Place place, std::uint32_t size);
void copy_memory(Builder& builder, Place destination, Place source, std::uint32_t size);
// A bit: whether `size` bytes are the same.
llvm::Value* memory_is_equal(Builder& builder, Place left, Place right, std::uint32_t size);
// A word: the difference of the first bytes that are not the same, taken as signed, or 0.
llvm::Value* first_difference(Builder& builder, Place left, Place right, std::uint32_t size);

// The first `size` bytes of `text`, and zeros where it is shorter.
void store_text(Builder& builder, Place place, std::string_view text, std::uint32_t size);
llvm::Value* memory_is_text(Builder& builder, Place place, std::string_view text,
                            std::uint32_t size);

}  // namespace sonde::codegen
