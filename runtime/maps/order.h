// The natural order of values in their stored form (spec/cli_output.md §5), so that a map is sorted
// without decoding its elements: integers by their own width and sign, texts bytewise, members from
// the first, stacks by their text.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "codegen/image/image.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde::maps {

// Both hold a whole value of the type; strings compare up to their NUL.
std::strong_ordering compare_stored(const image::Manifest& manifest, image::TypeId type,
                                    std::string_view left, std::string_view right,
                                    symbolize::StackTexts& stacks);

// A number that orders as the values of a plain type do (integers, bools, pointers); 0 for every
// other type, which decides nothing.
std::uint64_t order_rank(const image::ValueType& type, std::string_view stored);

}  // namespace sonde::maps
