// Arbitrary bytes as a saved image, and as records of a run. Whatever image is accepted must be
// safe to decode and print by, and records are never believed. The first byte divides the input: so
// many 16-byte units are the image's payload.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "codegen/image/envelope.h"
#include "codegen/image/image.h"
#include "runtime/events/decode.h"
#include "runtime/output/format.h"
#include "runtime/output/json_value.h"
#include "runtime/output/value_text.h"

namespace {

using namespace sonde;

class NoStacks final : public symbolize::StackTexts {
 public:
  const std::string& text(const events::Stack&, symbolize::FrameSpaces) override { return text_; }
  std::string text(const events::Lookup&) override { return {}; }

 private:
  std::string text_ = "\n";
};

// A site for each kind of record, with values of every kind in it.
image::Manifest standing_manifest() {
  image::Manifest manifest;
  auto number = manifest.types.push_back({.kind = image::ValueKind::kInteger, .size = 4});
  auto word = manifest.types.push_back({.kind = image::ValueKind::kString, .size = 8});
  auto stack = manifest.types.push_back({.kind = image::ValueKind::kUserStack, .size = 24});
  auto list = manifest.types.push_back({.kind = image::ValueKind::kArray,
                                        .size = 12,
                                        .members = {{.name = "", .offset = 0, .type = number}}});
  auto bytes = manifest.types.push_back({.kind = image::ValueKind::kBuffer, .size = 12});
  auto inet = manifest.types.push_back({.kind = image::ValueKind::kInet, .size = 24});
  auto mac = manifest.types.push_back({.kind = image::ValueKind::kMacAddress, .size = 6});
  auto symbol = manifest.types.push_back({.kind = image::ValueKind::kUserSymbol, .size = 16});
  auto date = manifest.types.push_back({.kind = image::ValueKind::kTimestamp, .size = 16});
  auto pair = manifest.types.push_back({.kind = image::ValueKind::kRecord,
                                        .size = 104,
                                        .members = {{.name = "a", .offset = 0, .type = word},
                                                    {.name = "b", .offset = 8, .type = list},
                                                    {.name = "c", .offset = 20, .type = bytes},
                                                    {.name = "d", .offset = 40, .type = inet},
                                                    {.name = "e", .offset = 64, .type = mac},
                                                    {.name = "f", .offset = 72, .type = symbol},
                                                    {.name = "g", .offset = 88, .type = date}}});
  auto storage = manifest.bpf_maps.push_back({.name = "m", .key_size = 4, .value_size = 16});
  auto map = manifest.script_maps.push_back({.name = "@m", .storage = storage, .value = number});
  for (std::size_t kind = 0; kind < to_index(image::RecordKind::kCount); ++kind) {
    image::Site site{.kind = static_cast<image::RecordKind>(kind), .format = "%s %d %s %p|%-9s"};
    site.fields = {{.type = pair, .offset = 8}};
    if (site.kind == image::RecordKind::kPrintf)
      site.fields = {{.type = word, .offset = 8, .in_tail = true},
                     {.type = number, .offset = 12},
                     {.type = stack, .offset = 16},
                     {.type = number, .offset = 40},
                     {.type = word, .offset = 44, .in_tail = true}};
    site.fixed_size = 48;
    site.map = map;
    manifest.sites.push_back(site);
  }
  return manifest;
}

void show(const events::Value& value, const output::TextStyle& style) {
  std::string out;
  output::append_text(out, value, style);
  output::append_key_text(out, value, style);
  output::append_json(out, value, style);
  output::append_json_key(out, value, style);
}

void decode_all(std::string_view bytes, const image::Manifest& manifest) {
  static NoStacks stacks;
  const output::TextStyle style{.stacks = stacks, .cut_mark = ".."};
  constexpr std::size_t kStride = 64;
  for (std::size_t at = 0; at < bytes.size(); at += kStride) {
    auto event = events::decode(bytes.substr(at), manifest);
    if (!event) continue;
    if (const auto* printf = std::get_if<events::Printf>(&*event)) {
      std::string out;
      output::append_formatted(out, parse_format(manifest.sites[printf->site].format),
                               printf->values, style);
      for (const events::Value& value : printf->values) show(value, style);
    }
    if (const auto* print = std::get_if<events::PrintValue>(&*event)) show(print->value, style);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  constexpr std::size_t kUnit = 16;
  std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  std::string_view payload = input.substr(0, bytes[0] * kUnit);
  std::string_view records = input.substr(payload.size());
  static const image::Manifest standing = standing_manifest();
  decode_all(records, standing);
  auto image = image::deserialize(image::seal(payload));
  if (image) decode_all(records, image->manifest);
  auto raw = image::deserialize(payload);
  if (raw) decode_all(records, raw->manifest);
  return 0;
}
