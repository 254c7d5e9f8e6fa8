// clear() and zero() of script maps, done by user space when their record is read (spec/language.md
// §11.6).
#pragma once

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/kernel/map_store.h"

namespace sonde::maps {

// Removes every element; a scalar map is as if it was never set.
Result<void> clear(const image::Manifest& manifest, image::ScriptMapId map,
                   kernel::MapStore& store);
// Sets every value to its zero; keys stay, and a scalar map stays set if it was.
Result<void> zero(const image::Manifest& manifest, image::ScriptMapId map, kernel::MapStore& store);

}  // namespace sonde::maps
