// The rows of runtime_errors.def as a table.
#include "stdlib/runtime_errors.h"

#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

constexpr RuntimeErrorRow kRows[] = {
#define RUNTIME_ERROR(id, name, always, helper, text) {name, always, helper, text},
#include "stdlib/runtime_errors.def"
#undef RUNTIME_ERROR
};

}  // namespace

const RuntimeErrorRow& runtime_error_row(RuntimeError error) {
  CHECK(to_index(error) < std::size(kRows));
  return kRows[to_index(error)];
}

}  // namespace sonde
