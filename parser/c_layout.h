// Where the members of a C structure lie: the rules of the System V ABI for x86-64, and what the
// attributes `packed` and `aligned` change about them.
#pragma once

#include <cstdint>
#include <optional>

#include "ast/types/c_type.h"

namespace sonde::parser {

struct CAttributes {
  bool is_packed = false;
  std::uint32_t alignment = 0;  // 0: none asked for
};

class LayoutBuilder {
 public:
  LayoutBuilder(bool is_union, bool is_packed) : is_union_(is_union), is_packed_(is_packed) {}

  void add(std::string name, CType type, const CAttributes& attributes);
  // A width of 0 ends the storage unit and adds no member.
  void add_bit_field(std::string name, CType type, std::uint32_t width,
                     const CAttributes& attributes);
  std::uint64_t size() const { return end_ / 8; }  // bytes so far
  const std::vector<CMember>& members() const { return layout_.members; }
  CLayout finish(const CAttributes& attributes) &&;

 private:
  void place(CMember member, std::uint64_t begin, std::uint64_t bits);

  bool is_union_;
  bool is_packed_;
  std::uint64_t end_ = 0;  // bits
  CLayout layout_;
};

}  // namespace sonde::parser
