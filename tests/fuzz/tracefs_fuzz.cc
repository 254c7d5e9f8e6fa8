// Any text as a tracepoint's format file: it is read or refused, and every field that is read has a
// name and a type.
#include "runtime/world/tracefs.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  auto format = sonde::world::parse_tracepoint_format({reinterpret_cast<const char*>(bytes), size});
  if (!format) return 0;
  for (const sonde::TracepointField& field : format->fields)
    CHECK(!field.name.empty() && !field.type.empty());
  return 0;
}
