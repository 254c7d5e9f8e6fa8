// C types as definitions give them, by the script's own C code or by the kernel's BTF. A CType is
// spelled out down to the next struct, union or enum, which it only names and numbers: what such a
// type holds is a CLayout, asked for when somebody looks inside. So a pointer to a structure costs
// nothing, and structures that point to each other are no trouble.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sonde {

enum class CKind : std::uint8_t {
  kVoid,  // also a function, to which there are only pointers
  kInteger,
  kFloat,
  kPointer,
  kArray,
  kStruct,
  kUnion,
  kEnum,
  kTypedef,  // in questions by name only
};

// How an array of bytes reads as a value (spec/language.md §7.1).
enum class ArrayText : std::uint8_t {
  kNone,
  kPadded,  // char[N] of C code: string[N+1]
  kExact,   // bytes of BTF: string[N]
};

// Which definition a struct, union or enum has. 0 is none: the type is known by name alone.
enum class DefinitionId : std::uint64_t { kNone = 0 };
// Definitions of the kernel have this bit; those of the script count from 1.
constexpr std::uint64_t kKernelDefinition = std::uint64_t{1} << 63;

struct CType {
  CKind kind{};
  bool is_signed = false;  // of integers and enums
  bool is_char = false;    // `char` without a sign of its own
  bool is_bool = false;
  ArrayText text{};
  std::uint32_t size = 0;  // bytes; 0 while unknown
  std::uint32_t alignment = 1;
  std::uint32_t length = 0;      // of an array
  std::string name{};            // the tag; of a pointer the BTF type tag: "percpu"
  DefinitionId definition{};     // of a struct, union or enum
  std::vector<CType> element{};  // one, of a pointer or array
};

// No text, and no damaged BTF, may exhaust the stack.
constexpr std::size_t kMostTypeSteps = 64;  // pointers and arrays from a type to its base
constexpr int kMostNestedStructures = 32;   // in one another, by value

struct CMember {
  std::string name{};  // empty: its members count as the outer structure's
  std::uint64_t bit_offset = 0;
  std::uint32_t bit_width = 0;  // of a bit-field, else 0
  CType type{};
};

struct CEnumerator {
  std::string name{};
  std::uint64_t value = 0;  // extended by the enum's sign
  bool operator==(const CEnumerator&) const = default;
};

struct CLayout {
  std::uint32_t size = 0;
  std::uint32_t alignment = 1;
  std::vector<CMember> members{};          // of a struct or union
  std::vector<CEnumerator> enumerators{};  // of an enum
};

// An enum constant, found by its name.
struct CConstant {
  CType type{};
  std::uint64_t value = 0;
};

// What a script's own C code defines.
struct CDefinitions {
  std::vector<CLayout> layouts{};  // of definition 1 …
  std::map<std::string, CType, std::less<>> structs{}, unions{}, enums{}, typedefs{};
  std::map<std::string, CConstant, std::less<>> constants{};
};

// The integer types that C and the kernel's headers name, which need no definition.
std::optional<CType> find_c_integer(std::string_view name);
// Their names, for hints.
const std::vector<std::string_view>& c_integer_names();

CType c_integer(std::uint32_t bytes, bool is_signed);
CType c_pointer_to(CType pointee);
CType c_array(CType element, std::uint32_t length, ArrayText text);

}  // namespace sonde
