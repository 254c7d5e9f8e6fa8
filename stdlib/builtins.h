// Builtins as rows (builtins.def): what each is called, takes, returns, where it may be used and
// how it lowers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "stdlib/ids.h"
#include "stdlib/signature.h"

namespace sonde {

// kNumbered: a value with a number at the end of its name, which the row spells N.
enum class BuiltinForm : std::uint8_t { kValue, kNumbered, kCall, kEither };
enum class Lowering : std::uint8_t { kHelper, kAggregation, kFolded, kCustom };
// kWalks: changes nothing, but walks through memory in a loop. Kernels before 6.2 find no two
// states alike while a record is open, so that they would follow each of a loop's paths to the end;
// such a value is worked out before.
// kUnsafe: acts on the system that is watched, and needs --unsafe.
enum class Effect : std::uint8_t { kPure, kWalks, kImmediate, kQueued, kUnsafe };

struct BuiltinRow {
  std::string_view name;
  BuiltinForm form;
  Signature signature;
  Lowering lowering;
  Effect effect;
  std::uint32_t probe_facts;  // ProbeFact that the probe type must have, 0 for none
  Capability capability;      // kCount for none
  std::string_view manual;
  std::string_view example;
};

struct FoundBuiltin {
  Builtin id;
  std::uint32_t number = 0;  // of a numbered one
};

const BuiltinRow& builtin_row(Builtin id);
// By name; `arg0`, `arg1` … are all the row `argN`.
std::optional<FoundBuiltin> find_builtin(std::string_view name);
std::vector<std::string_view> builtin_names();
// Names that the language has and this version gives no meaning to yet.
bool is_reserved_builtin(std::string_view name);

}  // namespace sonde
