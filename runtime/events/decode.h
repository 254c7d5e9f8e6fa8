// decode: a record of the ring, and the manifest whose sites describe it, give an Event. Records
// come from programs of ours, and still nothing in them is believed: a damaged one is an error,
// never a fault.
#pragma once

#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/events/event.h"

namespace sonde::events {

// EINVAL for a malformed record.
Result<Event> decode(std::string_view record, const image::Manifest& manifest);

// What a hook is given: `bytes` is the whole record, cut to the size that its header states.
struct RecordView {
  const image::Manifest& manifest;
  image::SiteId id;
  const image::Site& site;
  std::string_view bytes;
};

// DECODE: one body per row of records.def.
template <image::RecordKind kind>
Result<Event> decode_record(const RecordView& record);
#define RECORD(id, ...) \
  template <>           \
  Result<Event> decode_record<image::RecordKind::id>(const RecordView& record);
#include "codegen/image/records.def"
#undef RECORD

}  // namespace sonde::events
