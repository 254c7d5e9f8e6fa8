// Trouble with a map (the kernel refuses to read it) is told to the user and the run goes on;
// trouble with the output or the records ends it.
#include "runtime/output/consumer.h"

#include <time.h>

#include <algorithm>

#include "lexer/base/concat.h"
#include "runtime/events/decode.h"
#include "runtime/maps/change.h"
#include "runtime/maps/snapshot.h"
#include "runtime/output/shell.h"
#include "runtime/symbolize/dates.h"

namespace sonde::output {

using namespace events;

Result<Consumed> Consumer::consume(std::string_view record) {
  TRY(Event event, decode(record, manifest_));
  TRY_DO(std::visit([this](const auto& what) { return perform(what); }, event));
  return std::holds_alternative<Exit>(event) ? Consumed::kExit : Consumed::kDone;
}

Result<void> Consumer::perform(const Printf& event) {
  return output_.formatted(event);
}
Result<void> Consumer::perform(const PrintValue& event) {
  return output_.printed(event);
}
Result<void> Consumer::perform(const Message& event) {
  return output_.message(event);
}

Result<void> Consumer::perform(const ShowFile& event) {
  auto text = read_start_of_file(output_.text_of(event.site, event.values), cat_limit_);
  return text ? output_.shown(event.site, *text) : output_.trouble(text.error());
}

// What was printed before the command is written out first, since the command may print elsewhere.
Result<void> Consumer::perform(const RunCommand& event) {
  TRY_DO(output_.flush());
  auto text = run_in_shell(output_.text_of(event.site, event.values));
  return text ? output_.shown(event.site, *text) : output_.trouble(text.error());
}

Result<void> Consumer::perform(const ShowTime& event) {
  constexpr std::size_t kMostBytes = 64;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::string& format = manifest_.sites[event.site].format;
  auto text = symbolize::date_text(format, static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000,
                                   kMostBytes);
  if (text) return output_.shown(event.site, *text);
  return output_.trouble(
      {.message = concat("the time in the form \"", format, "\" is empty or longer than ",
                         kMostBytes - 1, " bytes"),
       .code = 0,
       .hint = {}});
}

Result<void> Consumer::perform(const JoinStrings& event) {
  std::string text;
  for (std::size_t i = 0; i < event.strings.size(); ++i) {
    if (i > 0) text += manifest_.sites[event.site].format;
    text += event.strings[i];
  }
  return output_.shown(event.site, text);
}

Result<void> Consumer::perform(const RuntimeFault& event) {
  return output_.runtime_fault(event);
}

Result<void> Consumer::perform(const PrintMap& event) {
  const image::Site& site = manifest_.sites[event.site];
  return print_map(event.map, {.top = site.top, .div = site.div, .is_requested = true});
}

Result<void> Consumer::perform(const ClearMap& event) {
  auto done = maps::clear(manifest_, event.map, store_);
  return done ? Result<void>() : output_.trouble(done.error());
}

Result<void> Consumer::perform(const ZeroMap& event) {
  auto done = maps::zero(manifest_, event.map, store_);
  return done ? Result<void>() : output_.trouble(done.error());
}

Result<void> Consumer::perform(const Exit& event) {
  exit_code_ = event.code;
  return {};
}

Result<void> Consumer::print_map(image::ScriptMapId id, const MapPrint& print) {
  auto snapshot = maps::Snapshot::read(manifest_, id, store_, stacks_);
  if (!snapshot) return output_.trouble(snapshot.error());
  return output_.map(*snapshot, print);
}

Result<void> Consumer::report_losses(std::span<const std::uint64_t> counters) {
  std::size_t known = std::min(counters.size(), seen_.size());
  for (std::size_t i = 0; i < known; ++i) {
    auto id = static_cast<image::LossId>(i);
    const image::Loss& loss = manifest_.losses[id];
    // Each refused update has its own runtime error.
    if (loss.kind == image::LossKind::kMap) continue;
    std::uint64_t grown = counters[i] - seen_[id];
    if (grown == 0) continue;
    seen_[id] = counters[i];
    lost_ += grown;
    TRY_DO(output_.lost(loss, grown));
  }
  return {};
}

Result<void> Consumer::report_unread(std::uint64_t count) {
  lost_ += count;
  return output_.lost({.kind = image::LossKind::kRing}, count);
}

Result<void> Consumer::report_total_loss() {
  return lost_ == 0 ? Result<void>() : output_.lost_in_total(lost_);
}

Result<void> Consumer::print_all_maps() {
  TRY_DO(end_run());
  std::vector<image::ScriptMapId> by_name;
  for (std::size_t i = 0; i < manifest_.script_maps.size(); ++i)
    by_name.push_back(static_cast<image::ScriptMapId>(i));
  std::ranges::sort(by_name, {}, [this](image::ScriptMapId id) -> const std::string& {
    return manifest_.script_maps[id].name;
  });
  for (image::ScriptMapId id : by_name) TRY_DO(print_map(id, {}));
  return {};
}

}  // namespace sonde::output
