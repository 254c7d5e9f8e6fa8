// The rows of builtins.def as a table; their signatures are parsed while this file is compiled.
#include "stdlib/builtins.h"

#include <charconv>

#include "lexer/base/dense_id.h"
#include "stdlib/probes.h"

namespace sonde {
namespace {

using enum BuiltinForm;
using enum Lowering;
using enum Effect;

constexpr BuiltinRow kRows[] = {
#define BUILTIN(id, name, form, signature, lowering, effect, probes, capability, manual, example) \
  {name,   form,   parse_signature(signature), lowering, effect, probes, Capability::capability,  \
   manual, example},
#include "stdlib/builtins.def"
#undef BUILTIN
};

constexpr std::string_view kReserved[] = {
#define RESERVED_BUILTIN(name) name,
#include "stdlib/reserved.def"
#undef RESERVED_BUILTIN
};

}  // namespace

const BuiltinRow& builtin_row(Builtin id) {
  CHECK(to_index(id) < std::size(kRows));
  return kRows[to_index(id)];
}

std::optional<FoundBuiltin> find_builtin(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRows); ++i)
    if (kRows[i].name == name && static_cast<Builtin>(i) != Builtin::kArgN)
      return FoundBuiltin{static_cast<Builtin>(i)};
  std::string_view stem = builtin_row(Builtin::kArgN).name;
  stem.remove_suffix(1);  // the N
  if (!name.starts_with(stem) || name.size() == stem.size()) return std::nullopt;
  std::string_view digits = name.substr(stem.size());
  FoundBuiltin found{Builtin::kArgN};
  auto [end, error] = std::from_chars(digits.begin(), digits.end(), found.number);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return found;
}

std::vector<std::string_view> builtin_names() {
  std::vector<std::string_view> names;
  for (const BuiltinRow& row : kRows) names.push_back(row.name);
  return names;
}

bool is_reserved_builtin(std::string_view name) {
  for (std::string_view reserved : kReserved)
    if (reserved == name) return true;
  return false;
}

}  // namespace sonde
