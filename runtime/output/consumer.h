// Consumer: takes the records of a run in their order and does what they say: shows what is to be
// shown, prints, clears and zeroes maps, remembers an exit. It also turns the counters of lost
// events into reports.
//
// Invariant: records take effect in the order in which they are given, so a print sees what a clear
// before it left.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codegen/image/image.h"
#include "lexer/base/result.h"
#include "runtime/events/event.h"
#include "runtime/kernel/map_store.h"
#include "runtime/output/output.h"
#include "runtime/symbolize/stack_texts.h"

namespace sonde::output {

// kExit: the record was an exit; what was queued behind it is not to be consumed.
enum class Consumed : bool { kDone, kExit };

class Consumer {
 public:
  // Everything outlives the consumer.
  // `cat_limit`: the most bytes shown of a file.
  Consumer(const image::Manifest& manifest, kernel::MapStore& store, symbolize::StackTexts& stacks,
           Output& output, std::uint64_t cat_limit = kDefaultCatLimit)
      : manifest_(manifest),
        store_(store),
        stacks_(stacks),
        output_(output),
        cat_limit_(cat_limit),
        seen_(manifest.losses.size()) {}

  // An error means that the run cannot go on: output that cannot be written, a record that makes no
  // sense.
  Result<Consumed> consume(std::string_view record);
  // Of the latest exit record: one in an `end` body replaces that of the run.
  std::optional<std::int64_t> exit_code() const { return exit_code_; }

  // `counters` are the ControlBlock's, one for each row of Manifest::losses. Reports those that
  // have grown.
  Result<void> report_losses(std::span<const std::uint64_t> counters);
  // Records that were still in the ring when time was up.
  Result<void> report_unread(std::uint64_t count);
  // At the end; nothing when nothing was lost.
  Result<void> report_total_loss();

  // The maps at exit, in the order of their names. A map that cannot be read is reported and left
  // out.
  Result<void> print_all_maps();
  // For a run whose maps are not printed: what stands where they would begin.
  Result<void> end_run() { return output_.begin_maps(); }

 private:
  static constexpr std::uint64_t kDefaultCatLimit = 10240;

  Result<void> perform(const events::Printf& event);
  Result<void> perform(const events::PrintValue& event);
  Result<void> perform(const events::Message& event);
  Result<void> perform(const events::ShowFile& event);
  Result<void> perform(const events::RunCommand& event);
  Result<void> perform(const events::ShowTime& event);
  Result<void> perform(const events::JoinStrings& event);
  Result<void> perform(const events::PrintMap& event);
  Result<void> perform(const events::ClearMap& event);
  Result<void> perform(const events::ZeroMap& event);
  Result<void> perform(const events::Exit& event);
  Result<void> perform(const events::RuntimeFault& event);
  Result<void> print_map(image::ScriptMapId map, const MapPrint& print);

  const image::Manifest& manifest_;
  kernel::MapStore& store_;
  symbolize::StackTexts& stacks_;
  Output& output_;
  std::uint64_t cat_limit_;
  std::optional<std::int64_t> exit_code_;
  IdVector<image::LossId, std::uint64_t> seen_;
  std::uint64_t lost_ = 0;
};

}  // namespace sonde::output
