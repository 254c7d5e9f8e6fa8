// The divisor of print(@m, top, div): applied to a value as it is printed.
#pragma once

#include <cstdint>

#include "runtime/events/value.h"

namespace sonde::output {

// Every integer of the value, those inside tuples, records and arrays too, divided toward zero by
// its own sign; enums and all else stay. A divisor of 0 or 1 changes nothing.
void divide(events::Value& value, std::uint64_t divisor);

}  // namespace sonde::output
