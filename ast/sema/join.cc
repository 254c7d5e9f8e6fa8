// Integers keep the widest signed, the widest unsigned and the largest sign-flexible literal apart,
// so that the result does not depend on which came first.
#include "ast/sema/join.h"

#include <algorithm>
#include <limits>

namespace sonde::sema {
namespace {

using Kind = JoinedType::Kind;

constexpr std::uint32_t kEnumWidth = 8;

bool join_tuples(JoinedType& into, const JoinedType& from) {
  if (into.members.size() != from.members.size()) return false;
  std::vector<JoinedType> members = into.members;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (!join(members[i], from.members[i])) return false;
  into.members = std::move(members);
  return true;
}

// The same names in any order; the layout stays that of the first.
bool join_records(JoinedType& into, const JoinedType& from) {
  if (into.names.size() != from.names.size()) return false;
  std::vector<JoinedType> members = into.members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto same = std::ranges::find(from.names, into.names[i]);
    if (same == from.names.end()) return false;
    if (!join(members[i], from.members[static_cast<std::size_t>(same - from.names.begin())]))
      return false;
  }
  into.members = std::move(members);
  return true;
}

TypeId integer_type(const JoinedType& joined, TypeTable& types) {
  if (joined.enumeration != TypeId::kNone)
    return types.resized(joined.enumeration, std::max(joined.signed_bytes, joined.unsigned_bytes));
  constexpr std::uint64_t kMaxSigned = std::numeric_limits<std::int64_t>::max();
  std::uint64_t flexible = joined.flexible_max.value_or(0);
  bool is_unsigned = joined.signed_bytes == 0 && joined.unsigned_bytes > 0;
  std::uint32_t bytes = 1;
  if (is_unsigned) {
    bytes = joined.unsigned_bytes;
    if (joined.flexible_max) bytes = std::max(bytes, bytes_for_unsigned(flexible));
    return types.integer(bytes, false);
  }
  bytes = std::max(bytes, joined.signed_bytes);
  bytes = std::max(bytes, std::min<std::uint32_t>(8, 2 * joined.unsigned_bytes));
  if (flexible > kMaxSigned) return types.integer(8, joined.signed_bytes > 0);
  if (joined.flexible_max)
    bytes = std::max(bytes, bytes_for_signed(static_cast<std::int64_t>(flexible)));
  return types.integer(bytes, true);
}

}  // namespace

std::uint32_t bytes_for_unsigned(std::uint64_t value) {
  for (std::uint32_t bytes : {1u, 2u, 4u})
    if (value >> (8 * bytes) == 0) return bytes;
  return 8;
}

std::uint32_t bytes_for_signed(std::int64_t value) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  for (std::uint32_t bytes : {1u, 2u, 4u})
    if (magnitude >> (8 * bytes - 1) == 0) return bytes;
  return 8;
}

JoinedType joined_of_type(TypeId id, TypeTable& types) {
  JoinedType joined;
  const Type type = types.at(id);
  switch (type.kind) {
    case TypeKind::kNone:
    case TypeKind::kPoison:
      break;
    case TypeKind::kInteger:
      joined.kind = Kind::kInteger;
      (type.is_signed ? joined.signed_bytes : joined.unsigned_bytes) = type.size;
      // Under one width, so that a constant and a member of one enum are the same.
      if (type.is_enum) joined.enumeration = types.resized(id, kEnumWidth);
      break;
    case TypeKind::kString:
      joined.kind = Kind::kString;
      joined.string_bytes = type.size;
      break;
    case TypeKind::kTuple:
      joined.kind = Kind::kTuple;
      for (const TypeMember& member : type.members)
        joined.members.push_back(joined_of_type(member.type, types));
      break;
    case TypeKind::kRecord:
      joined.kind = Kind::kRecord;
      for (const TypeMember& member : type.members) {
        joined.names.push_back(member.name);
        joined.members.push_back(joined_of_type(member.type, types));
      }
      break;
    case TypeKind::kBool:
    case TypeKind::kPointer:
    case TypeKind::kVoid:
    case TypeKind::kArray:
    case TypeKind::kStruct:
    case TypeKind::kKernelStack:
    case TypeKind::kUserStack:
      joined.kind = Kind::kOther;
      joined.other = id;
      break;
  }
  return joined;
}

JoinedType joined_of_literal(std::uint64_t value) {
  JoinedType joined;
  joined.kind = Kind::kInteger;
  joined.flexible_max = value;
  return joined;
}

JoinedType joined_tuple(std::vector<JoinedType> members) {
  JoinedType joined;
  joined.kind = Kind::kTuple;
  joined.members = std::move(members);
  return joined;
}

JoinedType joined_record(std::vector<std::string> names, std::vector<JoinedType> members) {
  JoinedType joined = joined_tuple(std::move(members));
  joined.kind = Kind::kRecord;
  joined.names = std::move(names);
  return joined;
}

bool join(JoinedType& into, const JoinedType& from) {
  if (from.kind == Kind::kUnknown) return true;
  if (into.kind == Kind::kUnknown) {
    into = from;
    return true;
  }
  if (into.kind != from.kind) return false;
  switch (into.kind) {
    case Kind::kUnknown:
      break;
    case Kind::kInteger:
      if (into.enumeration != from.enumeration) into.enumeration = TypeId::kNone;
      into.signed_bytes = std::max(into.signed_bytes, from.signed_bytes);
      into.unsigned_bytes = std::max(into.unsigned_bytes, from.unsigned_bytes);
      into.flexible_max = std::max(into.flexible_max, from.flexible_max);
      break;
    case Kind::kString:
      into.string_bytes = std::max(into.string_bytes, from.string_bytes);
      break;
    case Kind::kTuple:
      return join_tuples(into, from);
    case Kind::kRecord:
      return join_records(into, from);
    case Kind::kOther:
      return into.other == from.other;
  }
  return true;
}

TypeId type_of(const JoinedType& joined, TypeTable& types) {
  switch (joined.kind) {
    case Kind::kUnknown:
      return TypeId::kPoison;
    case Kind::kInteger:
      return integer_type(joined, types);
    case Kind::kString:
      return types.string(joined.string_bytes);
    case Kind::kTuple: {
      std::vector<TypeId> members;
      for (const JoinedType& member : joined.members) {
        members.push_back(type_of(member, types));
        if (members.back() == TypeId::kPoison) return TypeId::kPoison;
      }
      return types.tuple(members);
    }
    case Kind::kRecord: {
      std::vector<TypeMember> members;
      for (std::size_t i = 0; i < joined.members.size(); ++i) {
        TypeId member = type_of(joined.members[i], types);
        if (member == TypeId::kPoison) return TypeId::kPoison;
        members.push_back({.name = joined.names[i], .type = member});
      }
      return types.record(std::move(members));
    }
    case Kind::kOther:
      return joined.other;
  }
  CHECK(false);
}

bool is_flexible(const JoinedType& joined) {
  return joined.kind == Kind::kInteger && joined.signed_bytes == 0 && joined.unsigned_bytes == 0;
}

}  // namespace sonde::sema
