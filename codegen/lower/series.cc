// tseries: values by the interval of time in which they came (spec/language.md §11.5). A series is
// stored like a histogram, with the interval's number modulo their count as bucket, and a slot
// holds several words that belong together. A program that interrupts another one in the middle of
// a slot finds it busy, gives up and counts the loss; it could not wait.
#include "codegen/lower/body.h"

namespace sonde::codegen {

using image::SeriesSlot;

// Atomic time as the boot clock and a distance measured when the run began tell it, because the
// kernel's own helper for it is younger than 6.1. Tests have a map of the script's tell the time.
llvm::Value* Body::series_clock(Span at) {
  constexpr image::WireField kOffset = WIRE_FIELD(image::Constants, tai_offset_ns);
  sema::MapId map = image_.input().typed.series_clock;
  if (map != sema::MapId::kNone) return element_scalar({map, {}}, at);
  bool has_clock = image_.world().has(Capability::kBootClock);
  llvm::Value* boot = builder_.call(has_clock ? Helper::kClockBoot : Helper::kClockMonotonic, {});
  llvm::Value* offset =
      builder_.load_volatile(builder_.field(image_.constants(), kOffset), kOffset.size);
  return builder_.ir().CreateAdd(boot, offset);
}

void Body::update_series(const MapLayout& map, Place slot, const SlotUpdate& update) {
  constexpr image::WireField kBusy = WIRE_FIELD(SeriesSlot, busy);
  llvm::Value* before =
      builder_.compare_exchange(builder_.field(slot, kBusy), builder_.word(0), builder_.word(1));
  builder_.if_rarely(
      builder_.is_true(before), [&] { count_loss(image::LossKind::kUpdate, update.at); },
      [&] {
        builder_.keep_order();
        fold_into_series(map, slot, update);
        builder_.keep_order();
        builder_.store_volatile(builder_.field(slot, kBusy), kBusy.size, builder_.word(0));
      });
}

// A value of a newer interval begins the slot anew; one of an interval whose slot a newer one has
// taken over is out of the series.
void Body::fold_into_series(const MapLayout& map, Place slot, const SlotUpdate& update) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const sema::BucketShape& shape = map.facts->buckets;
  auto load = [&](image::WireField field) { return builder_.load_field(slot, field); };
  auto store = [&](image::WireField field, llvm::Value* word) {
    builder_.store_field(slot, field, word);
  };
  constexpr image::WireField kValue = WIRE_FIELD(SeriesSlot, value),
                             kCount = WIRE_FIELD(SeriesSlot, count),
                             kEpoch = WIRE_FIELD(SeriesSlot, epoch),
                             kAt = WIRE_FIELD(SeriesSlot, at);
  llvm::Value* epoch = ir.CreateUDiv(update.time, builder_.word(shape.interval));
  llvm::Value *count = load(kCount), *known = load(kEpoch), *value = load(kValue);
  llvm::Value* is_empty = ir.CreateNot(builder_.is_true(count));
  llvm::Value* begins = ir.CreateOr(is_empty, ir.CreateICmpUGT(epoch, known));
  bool is_signed = types().at(map.facts->value).is_signed;
  llvm::Value* folded = update.value;
  switch (shape.fold) {
    case sema::SeriesFold::kLast:
      folded = ir.CreateSelect(ir.CreateICmpUGE(update.time, load(kAt)), update.value, value);
      break;
    case sema::SeriesFold::kAvg:
    case sema::SeriesFold::kSum:
      folded = ir.CreateAdd(value, update.value);
      break;
    case sema::SeriesFold::kMax:
    case sema::SeriesFold::kMin:
      folded = ir.CreateSelect(
          is_better(builder_, update.value, value, shape.fold == sema::SeriesFold::kMin, is_signed),
          update.value, value);
      break;
  }
  builder_.if_true(ir.CreateOr(begins, ir.CreateICmpEQ(epoch, known)), [&] {
    store(kEpoch, epoch);
    store(kAt, update.time);
    store(kValue, ir.CreateSelect(begins, update.value, folded));
    store(kCount, ir.CreateSelect(begins, builder_.word(1), ir.CreateAdd(count, builder_.word(1))));
  });
}

}  // namespace sonde::codegen
