// Whether a manifest holds together: every id names something, members lie inside their types,
// types are older than those that use them. Whoever has checked a manifest may index and decode by
// it without further care for its size.
#pragma once

#include "codegen/image/image.h"

namespace sonde::image {

// EINVAL with the first fault.
Result<void> check_references(const Manifest& manifest);

}  // namespace sonde::image
