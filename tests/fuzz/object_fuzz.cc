// Any bytes as a BPF object, and each of its functions put together as a program.
#include "runtime/kernel/assemble.h"
#include "runtime/kernel/object.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  auto object = sonde::kernel::read_object({reinterpret_cast<const char*>(bytes), size});
  if (!object) return 0;
  auto find_map = [](std::string_view name) -> std::optional<sonde::kernel::MapReference> {
    if (name.empty()) return std::nullopt;
    return sonde::kernel::MapReference{.fd = 3, .is_memory = name.size() % 2 == 0};
  };
  for (const sonde::kernel::ObjectSymbol& symbol : object->symbols) {
    if (!symbol.is_function) continue;
    auto program = sonde::kernel::assemble(*object, symbol.name, find_map);
    if (program) (void)program->place_of(size);
  }
  return 0;
}
