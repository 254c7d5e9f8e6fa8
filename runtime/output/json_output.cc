// JSON: one record per line on the output, events of every kind in the order in which they
// happened. A record is one line however large its map is; it is written in pieces.
#include "lexer/base/concat.h"
#include "lexer/base/json.h"
#include "runtime/output/format.h"
#include "runtime/output/formats.h"
#include "runtime/output/json_value.h"
#include "runtime/output/messages.h"
#include "runtime/output/output.h"
#include "runtime/output/print_map.h"
#include "runtime/output/series.h"
#include "stdlib/builtins.h"

namespace sonde::output {
namespace {

std::string_view record_type(const image::ScriptMap& map) {
  switch (map.aggregation) {
    case image::Aggregation::kHist:
    case image::Aggregation::kLhist:
      return "hist";
    case image::Aggregation::kAvg:
    case image::Aggregation::kStats:
      return "stats";
    case image::Aggregation::kTseries:
      return "tseries";
    case image::Aggregation::kNone:
    case image::Aggregation::kCount:
    case image::Aggregation::kSum:
    case image::Aggregation::kMin:
    case image::Aggregation::kMax:
      return "map";
  }
  return "map";
}

// What a record of shown text is called.
std::string_view shown_type(image::RecordKind kind) {
  switch (kind) {
    case image::RecordKind::kTime:
      return builtin_row(Builtin::kTime).name;
    case image::RecordKind::kJoin:
      return builtin_row(Builtin::kJoin).name;
    case image::RecordKind::kSystem:
      return "syscall";
    default:
      return builtin_row(Builtin::kCat).name;
  }
}

class JsonOutput final : public Output {
 public:
  explicit JsonOutput(OutputSetup setup) : setup_(std::move(setup)), formats_(setup_.manifest) {}

  Result<void> attached(std::size_t probes) override {
    return setup_.out.write(concat("{\"type\": \"attached_probes\", \"count\": ", probes,
                                   ", \"data\": {\"probes\": ", probes, "}}\n"));
  }
  Result<void> formatted(const events::Printf& event) override {
    std::string text;
    append_formatted(text, formats_.of(event.site), event.values, setup_.style);
    text_ = "{\"type\": \"printf\", \"data\": ";
    append_json_string(text_, text);
    text_ += "}\n";
    return setup_.out.write(text_);
  }
  Result<void> printed(const events::PrintValue& event) override {
    text_ = "{\"type\": \"value\", \"data\": ";
    append_json(text_, event.value, setup_.style);
    text_ += "}\n";
    return setup_.out.write(text_);
  }
  Result<void> message(const events::Message& event) override {
    const image::Site& site = setup_.manifest.sites[event.site];
    if (site.kind == image::RecordKind::kWarnf && !setup_.shows_warnings) return {};
    return setup_.out.write(message_json(site, text_of(event.site, event.values), setup_.sources));
  }
  Result<void> shown(image::SiteId site, std::string_view text) override {
    text_ = "{\"type\": ";
    append_json_string(text_, shown_type(setup_.manifest.sites[site].kind));
    text_ += ", \"data\": ";
    append_json_string(text_, text);
    text_ += "}\n";
    return setup_.out.write(text_);
  }
  std::string text_of(image::SiteId site, const std::vector<events::Value>& values) override {
    std::string text;
    append_formatted(text, formats_.of(site), values, setup_.style);
    return text;
  }
  Result<void> map(const maps::Snapshot& map, const MapPrint& print) override;
  Result<void> runtime_fault(const events::RuntimeFault& event) override {
    if (!setup_.shows_warnings) return {};
    return setup_.out.write(fault_json(event, setup_.manifest, setup_.sources));
  }
  Result<void> lost(const image::Loss&, std::uint64_t count) override {
    return setup_.out.write(concat("{\"type\": \"lost_events\", \"count\": ", count,
                                   ", \"data\": {\"events\": ", count, "}}\n"));
  }
  // The records of the losses say it all.
  Result<void> lost_in_total(std::uint64_t) override { return {}; }
  Result<void> begin_maps() override { return {}; }
  Result<void> trouble(const Error& error) override {
    TRY_DO(setup_.messages.write(trouble_text(error, setup_.color)));
    return setup_.messages.flush();
  }
  Result<void> settle() override { return setup_.out.settle(); }
  Result<void> flush() override {
    TRY_DO(setup_.out.flush());
    return setup_.messages.flush();
  }

 private:
  void append_element(const maps::Snapshot& map, std::size_t place, const MapPrint& print);

  OutputSetup setup_;
  FormatCache formats_;
  std::string text_;
};

void JsonOutput::append_element(const maps::Snapshot& map, std::size_t place,
                                const MapPrint& print) {
  if (map.is_keyed()) {
    append_json_key(text_, map.key(place), setup_.style);
    text_ += ": ";
  }
  if (is_series(map))
    append_json_series(text_, map.map(), map.intervals(place),
                       setup_.manifest.types[map.map().value].is_signed);
  else if (image::has_buckets(map.map()))
    append_json_histogram(text_, element_rows(map, place, print));
  else
    append_json(text_, element_value(map, place, print), setup_.style);
}

Result<void> JsonOutput::map(const maps::Snapshot& map, const MapPrint& print) {
  bool is_zero = shows_zero(map, print);
  bool shows_empty = map.map().aggregation == image::Aggregation::kAvg ||
                     map.map().aggregation == image::Aggregation::kStats;
  if (map.size() == 0 && !is_zero && !shows_empty) return {};
  bool is_object = map.is_keyed() || (map.size() == 0 && !is_zero);
  text_ = concat("{\"type\": \"", record_type(map.map()), "\", \"data\": {");
  append_json_string(text_, map.map().name);
  text_ += is_object ? ": {" : ": ";
  if (is_zero)
    append_json(text_, events::zero_value(setup_.manifest, map.map().value), setup_.style);
  std::size_t first = first_place(map, print);
  for (std::size_t place = first; place < map.size(); ++place) {
    if (place > first) text_ += ", ";
    append_element(map, place, print);
    if (text_.size() < kChunkBytes) continue;
    TRY_DO(setup_.out.write(text_));
    text_.clear();
  }
  text_ += is_object ? "}}}\n" : "}}\n";
  return setup_.out.write(text_);
}

}  // namespace

std::unique_ptr<Output> make_json_output(OutputSetup setup) {
  return std::make_unique<JsonOutput>(std::move(setup));
}

}  // namespace sonde::output
