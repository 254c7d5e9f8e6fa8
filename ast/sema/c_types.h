// C types on their way from definitions, of the script and of the kernel, into the TypeTable. A
// name is looked for in the script's own C code first, then among the integer types that everybody
// knows, then in the kernel. A structure's members become types when somebody looks inside it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ast/types/c_type.h"
#include "ast/types/type.h"
#include "ast/world.h"

namespace sonde::sema {

class CTypes {
 public:
  CTypes(TypeTable& types, World& world, const CDefinitions& script)
      : types_(types), world_(world), script_(script) {}

  // `struct x`, `union x`, `enum x`; none when nothing defines or declares it.
  std::optional<TypeId> tagged(CKind kind, std::string_view tag);
  // A typedef, a known integer type or, as in old scripts, a structure without its keyword.
  std::optional<TypeId> named(std::string_view name);
  // The type of a declaration as tracefs or BTF spells it; void for a name that is not known, and
  // without `asks_kernel` for one that only the kernel might know.
  TypeId spelled(std::string_view spelling, bool asks_kernel);

  struct Constant {
    TypeId type = TypeId::kNone;
    std::uint64_t value = 0;
  };
  // An enum constant, in the 64 bits that a value without a declaration has.
  std::optional<Constant> constant(std::string_view name);

  // Fills a structure in; false when it is declared and never defined. True for every other type.
  bool complete(TypeId type);
  // The same for all that lies in it, as printing needs it.
  bool complete_all(TypeId type);

 private:
  TypeId type_of(const CType& type);
  TypeId structure_of(const CType& type);
  TypeId enumeration_of(const CType& type);
  TypeMember member_of(const CMember& member, std::uint64_t bit_base);
  void add_members(const CLayout& layout, std::uint64_t bit_base, int depth,
                   std::vector<TypeMember>& out);
  std::optional<CLayout> layout_of(DefinitionId definition);
  const CType* script_type(CKind kind, std::string_view name) const;
  std::optional<CType> find(CKind kind, std::string_view name);

  TypeTable& types_;
  World& world_;
  const CDefinitions& script_;
  std::map<std::string, std::optional<Constant>> constants_;  // by name, as far as asked for
  std::set<TypeId> whole_;                      // structures that complete_all() has seen
  std::map<TypeId, DefinitionId> definitions_;  // of structures whose definition has been met
};

}  // namespace sonde::sema
