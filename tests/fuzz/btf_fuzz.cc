// Any bytes as the kernel's BTF, and on top of itself as a module's: every question about every
// type has an answer, and what is found by its name has that name.
#include "runtime/world/btf.h"

namespace {

using sonde::world::Btf;
using sonde::world::BtfKind;

void ask_everything(const Btf& btf) {
  constexpr std::uint32_t kIds = 64;
  for (std::uint32_t id = 0; id < kIds; ++id) {
    btf.spelling(id);
    btf.value(id, "");
    btf.prototype(id, 1);
    btf.member_offset(id, {"a", "b"});
  }
  for (std::size_t kind = 0; kind < sonde::world::kBtfKindCount; ++kind) {
    int asked = 0;
    btf.for_each(static_cast<BtfKind>(kind), [&](std::uint32_t, std::string_view name) {
      if (++asked > 8) return;
      auto found = btf.find(static_cast<BtfKind>(kind), name);
      CHECK(found && btf.name_of(*found) == name);
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::string_view blob(reinterpret_cast<const char*>(bytes), size);
  auto kernel = Btf::parse(blob, nullptr);
  if (!kernel) return 0;
  ask_everything(*kernel);
  auto module = Btf::parse(blob, &*kernel);
  CHECK(module);
  ask_everything(*module);
  return 0;
}
