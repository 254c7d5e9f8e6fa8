// Text: what the script prints goes to the output, everything else to standard error. Before a
// message the output is written out, so that both stand in the order in which they happened where
// they share a terminal.
#include "lexer/base/concat.h"
#include "runtime/output/divide.h"
#include "runtime/output/format.h"
#include "runtime/output/formats.h"
#include "runtime/output/histogram.h"
#include "runtime/output/messages.h"
#include "runtime/output/output.h"
#include "runtime/output/print_map.h"
#include "runtime/output/series.h"

namespace sonde::output {
namespace {

class TextOutput final : public Output {
 public:
  explicit TextOutput(OutputSetup setup) : setup_(std::move(setup)), formats_(setup_.manifest) {}

  Result<void> attached(std::size_t probes) override {
    return tell(concat("Attached ", probes, probes == 1 ? " probe\n" : " probes\n"));
  }
  Result<void> formatted(const events::Printf& event) override {
    text_.clear();
    append_formatted(text_, formats_.of(event.site), event.values, setup_.style);
    return setup_.out.write(text_);
  }
  Result<void> printed(const events::PrintValue& event) override {
    text_.clear();
    append_text(text_, event.value, setup_.style);
    text_ += '\n';
    return setup_.out.write(text_);
  }
  Result<void> message(const events::Message& event) override {
    const image::Site& site = setup_.manifest.sites[event.site];
    if (site.kind == image::RecordKind::kWarnf && !setup_.shows_warnings) return {};
    return tell(
        message_text(site, text_of(event.site, event.values), setup_.sources, setup_.color));
  }
  Result<void> shown(image::SiteId site, std::string_view text) override {
    image::RecordKind kind = setup_.manifest.sites[site].kind;
    bool adds_line_end = kind == image::RecordKind::kJoin || kind == image::RecordKind::kSystem;
    return setup_.out.write(concat(text, adds_line_end ? "\n" : ""));
  }
  std::string text_of(image::SiteId site, const std::vector<events::Value>& values) override {
    std::string text;
    append_formatted(text, formats_.of(site), values, setup_.style);
    return text;
  }
  Result<void> map(const maps::Snapshot& map, const MapPrint& print) override;
  Result<void> runtime_fault(const events::RuntimeFault& event) override {
    if (!setup_.shows_warnings) return {};
    return tell(fault_text(event, setup_.manifest, setup_.sources, setup_.color));
  }
  Result<void> lost(const image::Loss& loss, std::uint64_t count) override {
    return tell(lost_text(loss, count, setup_.sources));
  }
  Result<void> lost_in_total(std::uint64_t count) override {
    return tell(lost_total_text(count, setup_.color));
  }
  Result<void> begin_maps() override { return setup_.out.write("\n\n"); }
  Result<void> trouble(const Error& error) override {
    return tell(trouble_text(error, setup_.color));
  }
  Result<void> settle() override { return setup_.out.settle(); }
  Result<void> flush() override {
    TRY_DO(setup_.out.flush());
    return setup_.messages.flush();
  }

 private:
  Result<void> tell(std::string_view text) {
    TRY_DO(setup_.out.flush());
    TRY_DO(setup_.messages.write(text));
    return setup_.messages.flush();
  }
  void append_element(const maps::Snapshot& map, std::size_t place, const MapPrint& print);

  OutputSetup setup_;
  FormatCache formats_;
  std::string text_;
};

void TextOutput::append_element(const maps::Snapshot& map, std::size_t place,
                                const MapPrint& print) {
  text_ += map.map().name;
  if (map.is_keyed()) {
    text_ += '[';
    append_key_text(text_, map.key(place), setup_.style);
    text_ += ']';
  }
  if (is_series(map)) {
    text_ += ":\n";
    return append_series(text_, map.map(), map.intervals(place), map.newest_epoch(),
                         setup_.manifest.types[map.map().value].is_signed);
  }
  if (image::has_buckets(map.map())) {
    text_ += ":\n";
    append_histogram(text_, element_rows(map, place, print));
  } else {
    text_ += ": ";
    append_text(text_, element_value(map, place, print), setup_.style);
  }
  text_ += '\n';
}

Result<void> TextOutput::map(const maps::Snapshot& map, const MapPrint& print) {
  text_.clear();
  if (shows_zero(map, print)) {
    text_ += concat(map.map().name, ": ");
    append_text(text_, events::zero_value(setup_.manifest, map.map().value), setup_.style);
    text_ += '\n';
  }
  for (std::size_t place = first_place(map, print); place < map.size(); ++place) {
    append_element(map, place, print);
    if (text_.size() < kChunkBytes) continue;
    TRY_DO(setup_.out.write(text_));
    text_.clear();
  }
  return text_.empty() ? Result<void>() : setup_.out.write(text_);
}

}  // namespace

std::unique_ptr<Output> make_text_output(OutputSetup setup) {
  return std::make_unique<TextOutput>(std::move(setup));
}

}  // namespace sonde::output
