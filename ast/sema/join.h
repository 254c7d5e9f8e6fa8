// What has been assigned to a variable, a map's key or its value so far, and the type that holds it
// all (spec/language.md §6.4, §6.5). Joining is associative and does not depend on the order of
// assignments; a mismatch leaves the first kind in place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ast/types/type.h"

namespace sonde::sema {

struct JoinedType {
  enum class Kind : std::uint8_t { kUnknown, kInteger, kString, kBuffer, kTuple, kRecord, kOther };
  Kind kind = Kind::kUnknown;
  std::uint32_t signed_bytes = 0;             // the widest signed integer, 0 for none
  std::uint32_t unsigned_bytes = 0;           // the widest unsigned integer, 0 for none
  std::optional<std::uint64_t> flexible_max;  // the largest literal that takes either sign
  TypeId enumeration = TypeId::kNone;         // of integers that are all of one enum
  std::uint32_t string_bytes = 0;             // of a buffer: its capacity
  std::vector<JoinedType> members;            // of a tuple or record
  std::vector<std::string> names;             // of a record, beside `members`
  TypeId other = TypeId::kNone;               // joins with itself alone
  bool operator==(const JoinedType&) const = default;
};

JoinedType joined_of_type(TypeId type, TypeTable& types);
JoinedType joined_of_literal(std::uint64_t value);
JoinedType joined_tuple(std::vector<JoinedType> members);
JoinedType joined_record(std::vector<std::string> names, std::vector<JoinedType> members);

// False, and `into` unchanged, when the two do not go together. What is unknown goes with
// everything.
bool join(JoinedType& into, const JoinedType& from);

// Poison while anything in it is unknown.
TypeId type_of(const JoinedType& joined, TypeTable& types);
// Only literals that take either sign have been joined.
bool is_flexible(const JoinedType& joined);

// The smallest integer that holds `value`.
std::uint32_t bytes_for_unsigned(std::uint64_t value);
std::uint32_t bytes_for_signed(std::int64_t value);

}  // namespace sonde::sema
