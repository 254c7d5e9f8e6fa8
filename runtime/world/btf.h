// Btf: one blob of BPF Type Format (kernel Documentation/bpf/btf.rst), of the kernel or, split on
// top of it, of a module. Opening it scans the types once to learn where each begins; names are
// hashed per kind, and only when that kind has been searched a few times. Every id and offset
// inside the blob is checked when it is followed, and chains of types are followed to a bounded
// depth, so a malformed blob yields absent facts and never a fault.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/world.h"
#include "lexer/base/byte_view.h"
#include "runtime/world/files.h"

namespace sonde::world {

// The kinds of the format, with its numbers.
enum class BtfKind : std::uint8_t {
  kVoid = 0,
  kInt = 1,
  kPointer = 2,
  kArray = 3,
  kStruct = 4,
  kUnion = 5,
  kEnum = 6,
  kForward = 7,
  kTypedef = 8,
  kVolatile = 9,
  kConst = 10,
  kRestrict = 11,
  kFunction = 12,
  kPrototype = 13,
  kVariable = 14,
  kDataSection = 15,
  kFloat = 16,
  kDeclarationTag = 17,
  kTypeTag = 18,
  kEnum64 = 19,
};
constexpr std::size_t kBtfKindCount = 20;

// One type's fixed part, and where what follows it begins.
struct BtfType {
  BtfKind kind{};
  bool flag = false;  // kind_flag: signed for enums, bit fields for structs, union for forwards
  std::uint16_t length = 0;  // vlen: members, parameters, enumerators
  std::uint32_t name = 0;    // offset in the strings
  std::uint32_t size_or_type = 0;
  ByteView tail;  // members, parameters …: what follows, of the size that the kind asks for
};

class Btf {
 public:
  // `base` is the kernel's for a module's blob, null for the kernel's own; it must stay where it
  // is.
  static Result<Btf> open(const std::string& path, const Btf* base);
  // Whether a type or member of that name is in the file, by its strings alone: a search of two
  // megabytes, where `open` reads every type. Fails where the file can only be read, which costs
  // more than the types.
  static Result<bool> holds_name(const std::string& path, std::string_view name);
  // The same over bytes that outlive the result.
  static Result<Btf> parse(std::string_view bytes, const Btf* base);

  // The lowest id of a type of that kind and name; of a module's blob its own types only.
  std::optional<std::uint32_t> find(BtfKind kind, std::string_view name) const;

  // Calls `visit(id, name)` for each named type of `kind` in this blob, in the order of ids.
  template <typename Visit>
  void for_each(BtfKind kind, Visit visit) const {
    const Chain& chain = chains_[static_cast<std::size_t>(kind)];
    for (std::uint32_t id = chain.first; id != 0; id = places_[id - first_id_].next)
      if (auto name = name_of(id); !name.empty()) visit(id, name);
  }

  std::optional<BtfType> type(std::uint32_t id) const;
  std::string_view name_of(std::uint32_t id) const;
  // The type behind typedefs, qualifiers and tags; none when it is void or the chain does not end.
  std::optional<BtfType> underlying(std::uint32_t id) const;

  // The C spelling of a type, without a name: "const char *", "void (*)(int)", "char[16]".
  std::string spelling(std::uint32_t id) const;
  // The C definition of a structure, union or enumeration, with `;` at its end.
  std::string definition(std::uint32_t id) const;
  // What a script can make of a value of that type.
  KernelValue value(std::uint32_t id, std::string_view name) const;
  // Of the prototype `id`, from parameter `first` on; none when it is no prototype.
  std::optional<KernelPrototype> prototype(std::uint32_t id, std::uint32_t first) const;
  // A type as C spells it. Definitions in it are numbered by the type's id beside `blob`, those of
  // the base beside 0. None when the blob does not say.
  std::optional<CType> c_type(std::uint32_t id, std::uint64_t blob) const;
  // What a struct, union or enum holds; none for every other type.
  std::optional<CLayout> layout(std::uint32_t id, std::uint64_t blob) const;
  // The first enum in this blob that has an enumerator of that name, and its value.
  std::optional<CConstant> constant(std::string_view name, std::uint64_t blob) const;
  // Byte offset of a member, through nested and anonymous structures; none for bit fields.
  std::optional<std::uint32_t> member_offset(std::uint32_t structure,
                                             const std::vector<std::string_view>& path) const;

 private:
  struct Member {
    std::uint32_t type = 0;
    std::uint32_t bit_offset = 0;
    bool is_bit_field = false;
  };
  // Where a type begins in the blob, and the id of the next type of its kind, 0 after the last.
  struct Place {
    std::uint32_t offset = 0;
    std::uint32_t next = 0;
  };
  // The types of one kind. Links and not a list per kind, because these cost the scan neither a
  // branch nor a copy.
  struct Chain {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  struct NameIndex {
    std::uint32_t searches = 0;
    std::vector<std::uint32_t> slots;  // an open hash of ids by name, 0 for an empty slot
  };

  Result<void> scan(std::uint64_t begin, std::uint64_t end);
  void hash_names(BtfKind kind, NameIndex& index) const;
  std::string_view string_at(std::uint32_t offset) const;
  std::optional<Member> find_member(const BtfType& structure, std::string_view name,
                                    int& budget) const;
  std::optional<CType> read_c_type(std::uint32_t id, std::uint64_t blob, int& budget) const;
  std::optional<CType> read_pointer(std::uint32_t target, std::uint64_t blob, int& budget) const;
  std::optional<CType> read_array(const BtfType& array, std::uint64_t blob, int& budget) const;
  std::uint32_t alignment(std::uint32_t id, int& budget) const;
  std::vector<CEnumerator> enumerators(const BtfType& type) const;
  // Where a name stands among this blob's strings.
  std::optional<std::uint32_t> find_string(std::string_view name) const;
  // A type without a name is written out at `depth` levels of indentation, or where that is
  // negative as `{...}`.
  std::string spell(std::uint32_t id, std::string declarator, int& budget, int depth = -1) const;
  std::string spell_parameters(const BtfType& prototype, int& budget) const;
  std::string define(const BtfType& type, int depth, int& budget) const;
  std::string define_members(const BtfType& type, int depth, int& budget) const;
  std::string define_enumerators(const BtfType& type, int depth, int& budget) const;

  const Btf* base_ = nullptr;
  MappedFile file_;
  ByteView bytes_;
  ByteView strings_;
  std::uint32_t first_id_ = 1;
  std::uint32_t first_string_ = 0;
  std::vector<Place> places_;  // of type first_id_ + index
  std::array<Chain, kBtfKindCount> chains_;
  mutable std::array<NameIndex, kBtfKindCount> indexes_;
};

}  // namespace sonde::world
