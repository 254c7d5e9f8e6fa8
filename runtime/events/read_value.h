// From bytes that a BPF program or map holds to a Value, as the manifest's type says they lie.
#pragma once

#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/events/value.h"

namespace sonde::events {

// `bytes` begin with the value and may go on behind it. Fails when they end inside of it.
Result<Value> read_value(const image::Manifest& manifest, image::TypeId type,
                         std::string_view bytes);
// The zero of a type: what an unset scalar map prints.
Value zero_value(const image::Manifest& manifest, image::TypeId type);

// The integer in the first `size` bytes, extended to 64 bits. `bytes` are long enough.
std::uint64_t extend_integer(std::string_view bytes, std::uint32_t size, bool is_signed);

// The same by the type of an integer, bool or pointer, which may be a bit-field. `bytes` hold its
// size.
std::uint64_t stored_integer(const image::ValueType& type, std::string_view bytes);

Error bad_bytes(std::string_view what);

}  // namespace sonde::events
