// Anonymous members are promoted here: what is inside them becomes members of the outer structure,
// at their places in it.
#include "ast/sema/c_types.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sonde::sema {
namespace {

constexpr std::uint32_t kConstantSize = 8;
constexpr std::string_view kFollowable[] = {"", "rcu", "user"};
constexpr std::string_view kUserTag = "user";

// Without the qualifiers that say nothing about a value.
std::string without_qualifiers(std::string_view spelling) {
  std::string out;
  while (!spelling.empty()) {
    std::size_t end = std::min(spelling.find(' '), spelling.size());
    std::string_view word = spelling.substr(0, end);
    spelling.remove_prefix(std::min(end + 1, spelling.size()));
    if (word.empty() || word == "const" || word == "volatile" || word == "restrict" ||
        word == "__user")
      continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

}  // namespace

const CType* CTypes::script_type(CKind kind, std::string_view name) const {
  const auto& known = kind == CKind::kStruct  ? script_.structs
                      : kind == CKind::kUnion ? script_.unions
                      : kind == CKind::kEnum  ? script_.enums
                                              : script_.typedefs;
  auto found = known.find(name);
  return found == known.end() ? nullptr : &found->second;
}

std::optional<CType> CTypes::find(CKind kind, std::string_view name) {
  if (const CType* own = script_type(kind, name)) {
    if (own->definition != DefinitionId::kNone || kind == CKind::kTypedef) return *own;
    // A declaration may name a type of the kernel.
    auto of_kernel = world_.kernel_type(kind, name);
    return of_kernel ? of_kernel : *own;
  }
  return world_.kernel_type(kind, name);
}

std::optional<TypeId> CTypes::tagged(CKind kind, std::string_view tag) {
  auto found = find(kind, tag);
  if (!found) return std::nullopt;
  return type_of(*found);
}

std::optional<TypeId> CTypes::named(std::string_view name) {
  if (const CType* own = script_type(CKind::kTypedef, name)) return type_of(*own);
  if (auto integer = find_c_integer(name)) return type_of(*integer);
  for (CKind kind : {CKind::kStruct, CKind::kUnion})
    if (const CType* own = script_type(kind, name)) return type_of(*own);
  if (auto found = world_.kernel_type(CKind::kTypedef, name)) return type_of(*found);
  return std::nullopt;
}

TypeId CTypes::spelled(std::string_view spelling, bool asks_kernel) {
  std::string text = without_qualifiers(spelling);
  std::size_t stars = 0;
  while (!text.empty() && (text.back() == '*' || text.back() == ' ')) {
    stars += text.back() == '*' ? 1 : 0;
    text.pop_back();
  }
  TypeId type = types_.void_type();
  auto tag = [&](std::string_view keyword) { return text.substr(keyword.size()); };
  if (auto integer = find_c_integer(text))
    type = type_of(*integer);
  else if (text.starts_with("struct "))
    type = types_.c_structure(false, tag("struct "), DefinitionId::kNone);
  else if (text.starts_with("union "))
    type = types_.c_structure(true, tag("union "), DefinitionId::kNone);
  else if (text == "bool" || text == "_Bool")
    type = types_.integer(1, false);
  else if (auto found = asks_kernel ? world_.kernel_type(CKind::kTypedef, text) : std::nullopt)
    type = type_of(*found);
  for (; stars > 0; --stars) type = types_.pointer_to(type);
  return type;
}

std::optional<CTypes::Constant> CTypes::constant(std::string_view name) {
  auto [known, is_new] = constants_.try_emplace(std::string(name));
  if (!is_new) return known->second;
  auto own = script_.constants.find(name);
  auto found =
      own != script_.constants.end() ? std::optional(own->second) : world_.kernel_constant(name);
  if (found) known->second = {types_.resized(type_of(found->type), kConstantSize), found->value};
  return known->second;
}

std::optional<CLayout> CTypes::layout_of(DefinitionId definition) {
  auto number = static_cast<std::uint64_t>(definition);
  if (number & kKernelDefinition) return world_.kernel_layout(definition);
  if (number == 0 || number > script_.layouts.size()) return std::nullopt;
  return script_.layouts[number - 1];
}

TypeId CTypes::type_of(const CType& type) {
  switch (type.kind) {
    case CKind::kInteger:
      return types_.integer(type.size, type.is_signed);
    case CKind::kPointer: {
      bool is_followable = std::ranges::find(kFollowable, type.name) != std::end(kFollowable);
      TypeId pointee = type_of(type.element.front());
      if (pointee == TypeId::kNone) pointee = types_.void_type();
      if (is_followable) return types_.pointer_to(pointee);
      Type tagged = types_.at(types_.pointer_to(pointee));
      tagged.name = type.name;
      return types_.intern(std::move(tagged));
    }
    case CKind::kArray: {
      TypeId element = type_of(type.element.front());
      if (element == TypeId::kNone) return TypeId::kNone;
      return type.text == ArrayText::kNone ? types_.array(element, type.length)
                                           : types_.text_array(element, type.length, type.text);
    }
    case CKind::kStruct:
    case CKind::kUnion:
      return structure_of(type);
    case CKind::kEnum:
      return enumeration_of(type);
    case CKind::kVoid:
    case CKind::kTypedef:
      return types_.void_type();
    case CKind::kFloat:
      return TypeId::kNone;
  }
  CHECK(false);
}

TypeId CTypes::structure_of(const CType& type) {
  TypeId id = types_.c_structure(type.kind == CKind::kUnion, type.name, type.definition);
  if (type.definition == DefinitionId::kNone) return id;
  bool is_new = definitions_.try_emplace(id, type.definition).second;
  if (is_new) types_.set_size(id, type.size, type.alignment);
  return id;
}

TypeId CTypes::enumeration_of(const CType& type) {
  auto layout = layout_of(type.definition);
  if (!layout && !type.name.empty())
    if (auto found = find(CKind::kEnum, type.name)) layout = layout_of(found->definition);
  std::uint32_t size = type.size == 0 ? 4 : type.size;
  return types_.enumeration(type.name, size, type.is_signed,
                            layout ? layout->enumerators : std::vector<CEnumerator>());
}

TypeMember CTypes::member_of(const CMember& member, std::uint64_t bit_base) {
  std::uint64_t bits = bit_base + member.bit_offset;
  TypeMember made{.name = member.name,
                  .offset = static_cast<std::uint32_t>(bits / 8),
                  .type = type_of(member.type)};
  made.is_user_pointer = member.type.kind == CKind::kPointer && member.type.name == kUserTag;
  if (member.bit_width > 0) {
    made.bit_start = static_cast<std::uint8_t>(bits % 8);
    made.bit_width = static_cast<std::uint8_t>(member.bit_width);
  }
  return made;
}

void CTypes::add_members(const CLayout& layout, std::uint64_t bit_base, int depth,
                         std::vector<TypeMember>& out) {
  for (const CMember& member : layout.members) {
    if (!member.name.empty()) {
      out.push_back(member_of(member, bit_base));
      continue;
    }
    bool is_structure = member.type.kind == CKind::kStruct || member.type.kind == CKind::kUnion;
    if (!is_structure || depth > kMostNestedStructures) continue;
    if (auto inner = layout_of(member.type.definition))
      add_members(*inner, bit_base + member.bit_offset, depth + 1, out);
  }
}

bool CTypes::complete(TypeId id) {
  if (!types_.is(id, TypeKind::kStruct) || !types_.at(id).is_open) return true;
  auto known = definitions_.find(id);
  DefinitionId definition = known == definitions_.end() ? DefinitionId::kNone : known->second;
  if (definition == DefinitionId::kNone) {
    const Type& type = types_.at(id);
    auto found = find(type.is_union ? CKind::kUnion : CKind::kStruct, type.name);
    if (!found || found->definition == DefinitionId::kNone) return false;
    definition = found->definition;
  }
  auto layout = layout_of(definition);
  if (!layout) return false;
  definitions_.emplace(id, definition);
  types_.set_size(id, layout->size, layout->alignment);
  std::vector<TypeMember> members;
  add_members(*layout, 0, 0, members);
  types_.complete(id, std::move(members));
  return true;
}

bool CTypes::complete_all(TypeId id) {
  if (types_.is(id, TypeKind::kArray)) return complete_all(types_.at(id).element);
  if (!types_.is(id, TypeKind::kStruct) || whole_.contains(id)) return true;
  if (!complete(id)) return false;
  whole_.insert(id);
  const std::vector<TypeMember> members = types_.at(id).members;
  for (const TypeMember& member : members)
    if (!complete_all(member.type)) return false;
  return true;
}

}  // namespace sonde::sema
