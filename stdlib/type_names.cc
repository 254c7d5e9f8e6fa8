// The rows of type_names.def as one table; the numbered names match when only digits follow.
#include "stdlib/type_names.h"

#include <algorithm>
#include <iterator>

namespace sonde {
namespace {

struct Row {
  std::string_view name;
  NameClass name_class;
  bool numbered;
};
constexpr Row kRows[] = {
#define TYPE_NAME(name) {name, NameClass::kType, false},
#define C_TYPE_WORD(name) {name, NameClass::kCTypeWord, false},
#define C_QUALIFIER(name) {name, NameClass::kCQualifier, false},
#define NEVER_TYPE(name) {name, NameClass::kNeverType, false},
#define NEVER_TYPE_NUMBERED(name) {name, NameClass::kNeverType, true},
#include "stdlib/type_names.def"
#undef TYPE_NAME
#undef C_TYPE_WORD
#undef C_QUALIFIER
#undef NEVER_TYPE
#undef NEVER_TYPE_NUMBERED
};

bool matches(const Row& row, std::string_view name) {
  if (!row.numbered) return row.name == name;
  if (name.size() <= row.name.size() || !name.starts_with(row.name)) return false;
  return name.find_first_not_of("0123456789", row.name.size()) == std::string_view::npos;
}

}  // namespace

NameClass classify_name(std::string_view name) {
  auto row = std::find_if(std::begin(kRows), std::end(kRows),
                          [&](const Row& candidate) { return matches(candidate, name); });
  return row == std::end(kRows) ? NameClass::kOther : row->name_class;
}

}  // namespace sonde
