// A bit-field lies where the last one ended, unless it would then cross a boundary of its type; the
// type of a named one aligns the structure, as a member of that type would. In a packed structure
// nothing is aligned but what asks for it.
#include "parser/c_layout.h"

#include <algorithm>
#include <utility>

#include "lexer/base/round_up.h"

namespace sonde::parser {
void LayoutBuilder::place(CMember member, std::uint64_t begin, std::uint64_t bits) {
  member.bit_offset = begin;
  end_ = std::max(end_, begin + bits);
  layout_.members.push_back(std::move(member));
}

void LayoutBuilder::add(std::string name, CType type, const CAttributes& attributes) {
  bool is_packed = is_packed_ || attributes.is_packed;
  std::uint32_t alignment = std::max(is_packed ? 1 : type.alignment, attributes.alignment);
  layout_.alignment = std::max(layout_.alignment, alignment);
  std::uint64_t begin = is_union_ ? 0 : round_up(end_, std::uint64_t{alignment} * 8);
  std::uint64_t bits = std::uint64_t{type.size} * 8;
  place({.name = std::move(name), .type = std::move(type)}, begin, bits);
}

void LayoutBuilder::add_bit_field(std::string name, CType type, std::uint32_t width,
                                  const CAttributes& attributes) {
  bool is_packed = is_packed_ || attributes.is_packed;
  std::uint64_t unit = std::uint64_t{type.size} * 8;
  std::uint64_t begin = is_union_ ? 0 : end_;
  if (width == 0) {
    end_ = is_union_ ? end_ : round_up(begin, unit);
    return;
  }
  if (!is_packed && begin / unit != (begin + width - 1) / unit) begin = round_up(begin, unit);
  if (attributes.alignment > 0) begin = round_up(begin, std::uint64_t{attributes.alignment} * 8);
  if (name.empty()) {
    end_ = std::max(end_, begin + width);
    return;
  }
  std::uint32_t alignment = std::max(is_packed ? 1 : type.alignment, attributes.alignment);
  layout_.alignment = std::max(layout_.alignment, alignment);
  place({.name = std::move(name), .bit_width = width, .type = std::move(type)}, begin, width);
}

CLayout LayoutBuilder::finish(const CAttributes& attributes) && {
  layout_.alignment = std::max(layout_.alignment, attributes.alignment);
  std::uint64_t bits = round_up(end_, std::uint64_t{layout_.alignment} * 8);
  layout_.size = static_cast<std::uint32_t>(bits / 8);
  return std::move(layout_);
}

}  // namespace sonde::parser
