// Magnitudes are divided, which truncates toward zero and has no overflow.
#include "runtime/output/divide.h"

namespace sonde::output {

using namespace events;

void divide(Value& value, std::uint64_t divisor) {
  if (divisor < 2) return;
  auto divide_all = [divisor](std::vector<Value>& values) {
    for (Value& part : values) divide(part, divisor);
  };
  if (auto* integer = std::get_if<Integer>(&value.is)) {
    if (integer->is_enum) return;
    bool is_negative = integer->is_signed && static_cast<std::int64_t>(integer->bits) < 0;
    integer->bits = is_negative ? 0 - (0 - integer->bits) / divisor : integer->bits / divisor;
  } else if (auto* tuple = std::get_if<Tuple>(&value.is)) {
    divide_all(tuple->members);
  } else if (auto* record = std::get_if<Record>(&value.is)) {
    divide_all(record->members);
  } else if (auto* array = std::get_if<Array>(&value.is)) {
    divide_all(array->elements);
  }
}

}  // namespace sonde::output
