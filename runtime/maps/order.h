// The natural order of values in their stored form (spec/cli_output.md §5), so that a map is sorted
// without decoding its elements: integers by their own width and sign, texts bytewise, members from
// the first, stacks by their text.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "codegen/image/image.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde::maps {

// The values that are compared must outlive it. What values print as is asked for once: looking it
// up takes time, and twice it need not be the same.
class StoredOrder {
 public:
  StoredOrder(const image::Manifest& manifest, symbolize::StackTexts& stacks)
      : manifest_(manifest), stacks_(stacks) {}

  // Both hold a whole value of the type; strings compare up to their NUL.
  std::strong_ordering compare(image::TypeId type, std::string_view left, std::string_view right);

 private:
  const std::string& text_of(image::TypeId type, std::string_view stored);

  const image::Manifest& manifest_;
  symbolize::StackTexts& stacks_;
  std::map<std::pair<image::TypeId, std::string_view>, std::string> texts_;
};

// A number that orders as the values of a plain type do (integers, bools, pointers); 0 for every
// other type, which decides nothing.
std::uint64_t order_rank(const image::ValueType& type, std::string_view stored);

}  // namespace sonde::maps
