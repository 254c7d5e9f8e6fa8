// Types of values. A TypeTable interns them, so two equal types have the same TypeId and comparison
// is cheap. The address space is no part of a type: every pointer and every integer carries one
// beside it (spec/language.md §18).
//
// An enum is an integer that has a name and enumerators. A C structure is one type for each name;
// it begins open, known by name alone, and what it holds is filled in when somebody looks inside,
// so that structures may point to each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/types/c_type.h"
#include "lexer/base/dense_id.h"

namespace sonde {

enum class TypeKind : std::uint8_t {
  kNone,     // no value: a call for its effect
  kPoison,   // of an expression that was reported already; goes with everything, silently
  kInteger,  // 1, 2, 4, 8 bytes
  kBool,     // 1 byte
  kPointer,  // 8 bytes; element is the pointee
  kVoid,     // pointee only
  kString,   // size bytes of storage, NUL included
  kTuple,    // members at natural alignment
  kRecord,   // the same with names
  kArray,    // element, length
  kStruct,   // of the kernel or the probe's arguments, by name and members
  kKernelStack,
  kUserStack,
  kBuffer,  // a u32 that counts the bytes used, and room for `length` bytes
  kInet,    // family and address
  kMacAddress,
  // Printed as what user space knows about them.
  kUserName,
  kKernelSymbol,
  kUserSymbol,
  kTimestamp,
  kCgroupPath,
};

// How the frames of a stack are recorded and printed.
enum class StackMode : std::uint8_t { kBpftrace, kPerf, kRaw, kBuildId };

enum class TypeId : std::uint32_t { kNone = 0, kPoison = 1 };

enum class AddressSpace : std::uint8_t { kNone, kKernel, kUser };

struct TypeMember {
  std::string name{};  // empty in a tuple
  std::uint32_t offset = 0;
  TypeId type = TypeId::kNone;
  // Of a bit-field: its first bit, counted from the lowest of the byte at `offset`, and its bits.
  std::uint8_t bit_start = 0;
  std::uint8_t bit_width = 0;
  bool is_user_pointer = false;  // BTF says that it points to user space
  bool operator==(const TypeMember&) const = default;
};

struct Type {
  TypeKind kind = TypeKind::kNone;
  std::uint32_t size = 0;  // bytes of storage
  bool is_signed = false;
  StackMode stack_mode{};          // of a stack
  std::uint32_t length = 0;        // of an array or buffer
  TypeId element = TypeId::kNone;  // of a pointer or array
  // Of a struct or enum: its tag, empty without one; of a pointer: the BTF type tag because of
  // which it cannot be followed.
  std::string name{};
  std::vector<TypeMember> members{};
  ArrayText text{};             // of an array in memory that reads as a string
  bool is_enum = false;         // of an integer
  bool is_union = false;        // of a struct
  bool is_c = false;            // a struct that a C definition describes
  bool is_open = false;         // a C structure whose content has not been asked for
  std::uint32_t alignment = 0;  // of a C structure
  DefinitionId definition{};    // of a C structure without a tag
  std::vector<CEnumerator> enumerators{};
  bool operator==(const Type&) const = default;
};

// Invariant: ids 0 and 1 are none and poison; an id stays valid and its type unchanged for the
// table's life, but that an open structure is completed once. References to types end with the next
// type that is made.
class TypeTable {
 public:
  TypeTable();

  const Type& at(TypeId id) const;
  TypeKind kind(TypeId id) const { return at(id).kind; }
  bool is(TypeId id, TypeKind kind) const { return at(id).kind == kind; }

  TypeId intern(Type type);
  TypeId integer(std::uint32_t bytes, bool is_signed);
  TypeId boolean();
  TypeId void_type();
  TypeId string(std::uint32_t bytes);
  TypeId pointer_to(TypeId pointee);
  TypeId array(TypeId element, std::uint32_t length);
  // Lays the members out at their natural alignment.
  TypeId tuple(const std::vector<TypeId>& members);
  TypeId record(std::vector<TypeMember> members);  // offsets are filled in
  TypeId structure(std::string name, std::uint32_t size, std::vector<TypeMember> members);
  // One type for each tag, or, without a tag, for each definition; open until it is completed.
  TypeId c_structure(bool is_union, std::string tag, DefinitionId definition);
  void set_size(TypeId structure, std::uint32_t size, std::uint32_t alignment);
  void complete(TypeId structure, std::vector<TypeMember> members);
  TypeId enumeration(std::string tag, std::uint32_t bytes, bool is_signed,
                     std::vector<CEnumerator> enumerators);
  TypeId resized(TypeId integer, std::uint32_t bytes);
  // An array of bytes in memory, and the string as which its value reads.
  TypeId text_array(TypeId element, std::uint32_t length, ArrayText text);
  TypeId value_of_text(TypeId array);
  TypeId kernel_stack(StackMode mode = StackMode::kBpftrace);
  TypeId user_stack(StackMode mode = StackMode::kBpftrace);
  TypeId buffer(std::uint32_t capacity);
  // Of the kinds that need nothing else: inet, macaddr_t, username_t, ksym_t, usym_t, timestamp,
  // cgroup_path_t.
  TypeId simple(TypeKind kind);
  // The simple kind of this name, none for another name.
  static std::optional<TypeKind> simple_kind(std::string_view name);

  std::uint32_t size(TypeId id) const { return at(id).size; }
  std::uint32_t alignment(TypeId id) const;
  // Values in a tuple or record and in those within, else 1.
  std::uint32_t part_count(TypeId id) const;
  // Pointers and arrays from a type to its base.
  std::size_t step_count(TypeId id) const;
  // As messages write it (spec/language.md §5.3): int64, string[6], int32 *, (int8,string[3]).
  std::string name(TypeId id) const;

 private:
  TypeId lay_out(TypeKind kind, std::vector<TypeMember> members);
  IdVector<TypeId, Type> types_;
};

}  // namespace sonde
