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

// The number that follows `stem` in `name`, and nothing else does.
std::optional<std::uint32_t> number_behind(std::string_view stem, std::string_view name) {
  if (!name.starts_with(stem) || name.size() == stem.size()) return std::nullopt;
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(name.begin() + stem.size(), name.end(), number);
  if (error != std::errc() || end != name.end()) return std::nullopt;
  return number;
}

}  // namespace

const BuiltinRow& builtin_row(Builtin id) {
  CHECK(to_index(id) < std::size(kRows));
  return kRows[to_index(id)];
}

std::optional<FoundBuiltin> find_builtin(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    std::optional<std::uint32_t> number = 0;
    if (kRows[i].form == kNumbered)
      number = number_behind(kRows[i].name.substr(0, kRows[i].name.size() - 1), name);
    else if (kRows[i].name != name)
      number = std::nullopt;
    if (number) return FoundBuiltin{static_cast<Builtin>(i), *number};
  }
  return std::nullopt;
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
