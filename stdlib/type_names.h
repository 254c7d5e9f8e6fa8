// What the front end may know about names: which of them are types, words of a C type, or certainly
// no types. The rows stand in type_names.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace sonde {

enum class NameClass : std::uint8_t {
  kOther,       // may be a typedef, a macro, a constant, a builtin
  kType,        // a base type of the language
  kCTypeWord,   // may stand beside others: `unsigned long`
  kCQualifier,  // may stand before a type, without effect
  kNeverType,   // a builtin value
};

NameClass classify_name(std::string_view name);

}  // namespace sonde
