// The envelope of a saved image: magic, format version, checksum, length, then the payload. It
// decides whether bytes are worth reading at all; what the payload says is checked again field by
// field.
#pragma once

#include <string>
#include <string_view>

#include "lexer/base/result.h"

namespace sonde::image {

std::string seal(std::string_view payload);
// EINVAL when the bytes are no image, are damaged, or were written by another version.
Result<std::string_view> unseal(std::string_view bytes);

}  // namespace sonde::image
