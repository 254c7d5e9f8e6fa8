// The header names the site, the site's row says what follows. Strings in the tail stand one behind
// the other in the order of their fields, so they are read with one moving position.
#include "runtime/events/decode.h"

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"
#include "lexer/base/dense_id.h"
#include "runtime/events/read_value.h"

namespace sonde::events {
namespace {

using image::RecordKind;

using DecodeHook = Result<Event> (*)(const RecordView&);
constexpr DecodeHook kHooks[] = {
#define RECORD(id, ...) &decode_record<RecordKind::id>,
#include "codegen/image/records.def"
#undef RECORD
};

Result<std::vector<Value>> read_fields(const RecordView& record) {
  ByteView view(record.bytes);
  std::uint64_t tail = record.site.fixed_size;
  std::vector<Value> values;
  values.reserve(record.site.fields.size());
  for (const image::Field& field : record.site.fields) {
    if (!field.in_tail) {
      if (field.offset > record.bytes.size()) return bad_bytes("ends before a field");
      TRY(Value value, read_value(record.manifest, field.type, record.bytes.substr(field.offset)));
      values.push_back(std::move(value));
      continue;
    }
    auto length = view.read<std::uint32_t>(field.offset);
    if (!length || !view.slice(tail, *length)) return bad_bytes("ends inside a string");
    std::uint32_t capacity = record.manifest.types[field.type].size;
    if (*length > capacity) return bad_bytes("holds a string longer than its type");
    values.push_back(Value{String{.bytes = std::string(record.bytes.substr(tail, *length)),
                                  .is_cut = capacity > 0 && *length == capacity}});
    tail += *length;
  }
  return values;
}

}  // namespace

template <>
Result<Event> decode_record<RecordKind::kPrintf>(const RecordView& record) {
  TRY(std::vector<Value> values, read_fields(record));
  return Event{Printf{.site = record.id, .values = std::move(values)}};
}

template <>
Result<Event> decode_record<RecordKind::kPrintValue>(const RecordView& record) {
  TRY(std::vector<Value> values, read_fields(record));
  if (values.size() != 1) return bad_bytes("print of other than one value");
  return Event{PrintValue{.site = record.id, .value = std::move(values[0])}};
}

template <>
Result<Event> decode_record<RecordKind::kErrorf>(const RecordView& record) {
  TRY(std::vector<Value> values, read_fields(record));
  return Event{Message{.site = record.id, .values = std::move(values)}};
}

template <>
Result<Event> decode_record<RecordKind::kWarnf>(const RecordView& record) {
  return decode_record<RecordKind::kErrorf>(record);
}

template <>
Result<Event> decode_record<RecordKind::kCat>(const RecordView& record) {
  TRY(std::vector<Value> values, read_fields(record));
  return Event{ShowFile{.site = record.id, .values = std::move(values)}};
}

template <>
Result<Event> decode_record<RecordKind::kSystem>(const RecordView& record) {
  TRY(std::vector<Value> values, read_fields(record));
  return Event{RunCommand{.site = record.id, .values = std::move(values)}};
}

template <>
Result<Event> decode_record<RecordKind::kTime>(const RecordView& record) {
  return Event{ShowTime{.site = record.id}};
}

template <>
Result<Event> decode_record<RecordKind::kJoin>(const RecordView& record) {
  auto body = ByteView(record.bytes).read<image::JoinRecord>(0);
  if (!body) return bad_bytes("ends inside a list of strings");
  JoinStrings joined{.site = record.id, .strings = {}};
  std::string_view rest = record.bytes.substr(sizeof *body);
  for (std::uint64_t i = 0; i < body->string_count; ++i) {
    std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return bad_bytes("ends inside a string");
    joined.strings.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return Event{std::move(joined)};
}

template <>
Result<Event> decode_record<RecordKind::kRuntimeError>(const RecordView& record) {
  auto body = ByteView(record.bytes).read<image::RuntimeErrorRecord>(0);
  if (!body) return bad_bytes("ends inside a runtime error");
  return Event{RuntimeFault{.site = record.id, .detail = body->detail}};
}

template <>
Result<Event> decode_record<RecordKind::kPrintMap>(const RecordView& record) {
  return Event{PrintMap{.site = record.id, .map = record.site.map}};
}

template <>
Result<Event> decode_record<RecordKind::kClearMap>(const RecordView& record) {
  return Event{ClearMap{.map = record.site.map}};
}

template <>
Result<Event> decode_record<RecordKind::kZeroMap>(const RecordView& record) {
  return Event{ZeroMap{.map = record.site.map}};
}

template <>
Result<Event> decode_record<RecordKind::kExit>(const RecordView& record) {
  auto body = ByteView(record.bytes).read<image::ExitRecord>(0);
  if (!body) return bad_bytes("ends inside an exit");
  return Event{Exit{.code = body->code}};
}

Result<Event> decode(std::string_view bytes, const image::Manifest& manifest) {
  auto header = ByteView(bytes).read<image::RecordHeader>(0);
  if (!header) return bad_bytes("is shorter than its header");
  if (header->site >= manifest.sites.size()) return bad_bytes("of an unknown site");
  if (header->size < sizeof(image::RecordHeader) || header->size > bytes.size())
    return bad_bytes("states a wrong size");
  auto id = static_cast<image::SiteId>(header->site);
  const image::Site& site = manifest.sites[id];
  CHECK(to_index(site.kind) < std::size(kHooks));
  return kHooks[to_index(site.kind)](
      {.manifest = manifest, .id = id, .site = site, .bytes = bytes.substr(0, header->size)});
}

}  // namespace sonde::events
