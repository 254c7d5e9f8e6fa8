// Aggregations: count, sum, min, max, avg, stats, hist, lhist into slots per CPU (spec/language.md
// §11). A program may be interrupted by another one between reading a slot and writing it back, so
// slots change by atomic instructions. A new element is made by inserting zeros where nothing
// stands and looking it up again: whoever made it first, nobody's addition is lost.
#include <algorithm>

#include "codegen/lower/body.h"

namespace sonde::codegen {
namespace {

// Flags of bpf_map_update_elem.
constexpr std::uint64_t kNewElement = 1;  // BPF_NOEXIST
// Rounds of min and max: one that replaces the value, one that finds it in place, and others for
// when they are interrupted.
constexpr std::uint64_t kExchangeAttempts = 5;

}  // namespace

void Body::aggregate(const Element& element, ast::NodeId call, Span at) {
  const MapLayout& map = image_.map(element.map);
  const auto* node = program().get_if<ast::Call>(call);
  bool has_argument = node && !node->arguments.empty();
  SlotUpdate update{.at = at};
  if (has_argument) update.value = scalar(node->arguments.front());
  if (map.facts->aggregation == sema::Aggregation::kTseries) update.time = series_clock(at);
  llvm::Value* bucket =
      map.bucket_count ? bucket_of(map, node->arguments.front(), update) : nullptr;
  llvm::Value* slot = slot_for_update(element, bucket, at);
  builder_.if_true(builder_.ir().CreateIsNotNull(slot),
                   [&] { update_slot(map, Place{slot}, update); });
}

// The slot of this CPU, null when there is no room for it.
llvm::Value* Body::slot_for_update(const Element& element, llvm::Value* bucket, Span at) {
  const MapLayout& map = image_.map(element.map);
  if (map.facts->is_scalar) {
    if (!bucket) return look_up(element.map, frame_.zero_key());
    Place key = frame_.take(sizeof(std::uint32_t));
    builder_.store(key, 4, bucket);
    return look_up(element.map, key.pointer);
  }
  llvm::Value* key = key_of(element);
  if (bucket) builder_.store(builder_.at(Place{key}, map.bucket_offset), 8, bucket);
  llvm::Value* slot = look_up(element.map, key);
  slot = builder_.choose(
      builder_.is_null(slot),
      [&] {
        Place zeros = frame_.take(map.value_size);
        clear_memory(builder_, zeros, map.value_size);
        llvm::Value* result = builder_.call(
            Helper::kMapUpdate, {map.global, key, zeros.pointer, builder_.word(kNewElement)});
        llvm::Value* made = look_up(element.map, key);
        builder_.if_true(builder_.is_null(made), [&] {
          report(RuntimeError::kMapFull, at, result);
          count_loss(image::LossKind::kMap, at);
        });
        return made;
      },
      [&] { return slot; });
  if (map.key_index)
    builder_.if_true(builder_.ir().CreateIsNotNull(slot), [&] { note_key(map, key); });
  return slot;
}

void Body::update_slot(const MapLayout& map, Place slot, const SlotUpdate& update) {
  switch (map.facts->aggregation) {
    case sema::Aggregation::kNone:
      CHECK(false);
    case sema::Aggregation::kCount:
      builder_.atomic_add(builder_.field(slot, WIRE_FIELD(image::CountSlot, count)),
                          builder_.word(1));
      break;
    case sema::Aggregation::kSum:
      builder_.atomic_add(builder_.field(slot, WIRE_FIELD(image::SumSlot, sum)), update.value);
      break;
    case sema::Aggregation::kMin:
    case sema::Aggregation::kMax:
      update_extreme(map, slot, update);
      break;
    case sema::Aggregation::kAvg:
    case sema::Aggregation::kStats:
      builder_.atomic_add(builder_.field(slot, WIRE_FIELD(image::AvgSlot, total)), update.value);
      builder_.atomic_add(builder_.field(slot, WIRE_FIELD(image::AvgSlot, count)),
                          builder_.word(1));
      break;
    case sema::Aggregation::kHist:
    case sema::Aggregation::kLhist:
      builder_.atomic_add(builder_.field(slot, WIRE_FIELD(image::BucketSlot, count)),
                          builder_.word(1));
      return mark_bucket(map, slot, WIRE_FIELD(image::BucketSlot, present));
    case sema::Aggregation::kTseries:
      update_series(map, slot, update);
      return mark_bucket(map, slot, WIRE_FIELD(image::SeriesSlot, present));
  }
  if (map.facts->is_scalar) mark_present(map, slot);
}

// The flag of entry 0 speaks for the whole map; each entry has one so that this is done once.
void Body::mark_bucket(const MapLayout& map, Place slot, image::WireField present) {
  llvm::Value* is_marked = builder_.is_true(builder_.load_field(slot, present));
  builder_.if_true(builder_.ir().CreateNot(is_marked), [&] {
    builder_.store_field(slot, present, builder_.word(1));
    if (!map.facts->is_scalar) return;
    llvm::Value* first = builder_.call(Helper::kMapLookup, {map.global, frame_.zero_key()});
    builder_.if_true(builder_.ir().CreateIsNotNull(first),
                     [&] { mark_present(map, Place{first}); });
  });
}

// An update is done only when a round finds the slot set and its value no worse than this one. The
// round after a successful exchange looks too: a program that interrupts between the exchange and
// the flag takes the slot for empty and replaces what it finds. Reading goes from the value to the
// flag and to the value again, since both may be set in between. Interrupted in every round, the
// update is counted as lost.
void Body::update_extreme(const MapLayout& map, Place slot, const SlotUpdate& update) {
  llvm::IRBuilder<>& ir = builder_.ir();
  constexpr image::WireField kIsSet = WIRE_FIELD(image::ExtremeSlot, is_set);
  Place place = builder_.field(slot, WIRE_FIELD(image::ExtremeSlot, value));
  bool is_min = map.facts->aggregation == sema::Aggregation::kMin;
  bool is_signed = types().at(map.facts->value).is_signed;
  llvm::BasicBlock* finished = builder_.new_block("finished");
  builder_.repeat(builder_.word(kExchangeAttempts), [&](llvm::Value*, llvm::BasicBlock*) {
    llvm::BasicBlock *exchange = builder_.new_block("exchange"), *keep = builder_.new_block("keep"),
                     *won = builder_.new_block("won"), *again = builder_.new_block("again");
    llvm::Value* old = builder_.load_volatile(place, 8);
    llvm::Value* is_set = builder_.load_volatile(builder_.field(slot, kIsSet), kIsSet.size);
    llvm::Value* replaces = ir.CreateOr(ir.CreateNot(builder_.is_true(is_set)),
                                        is_better(builder_, update.value, old, is_min, is_signed));
    ir.CreateCondBr(replaces, exchange, keep);
    builder_.enter(keep);
    ir.CreateCondBr(ir.CreateICmpEQ(builder_.load_volatile(place, 8), old), finished, again);
    builder_.enter(exchange);
    llvm::Value* seen = builder_.compare_exchange(place, old, update.value);
    ir.CreateCondBr(ir.CreateICmpEQ(seen, old), won, again);
    builder_.enter(won);
    builder_.store_volatile(builder_.field(slot, kIsSet), kIsSet.size, builder_.word(1));
    builder_.jump(again);
    builder_.enter(again);
  });
  count_loss(image::LossKind::kUpdate, update.at);
  builder_.jump(finished);
  builder_.enter(finished);
}

llvm::Value* Body::bucket_of(const MapLayout& map, ast::NodeId argument, const SlotUpdate& update) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const sema::BucketShape& shape = map.facts->buckets;
  bool is_signed = type_of(argument).is_signed;
  if (update.time) {
    llvm::Value* epoch = ir.CreateUDiv(update.time, builder_.word(shape.interval));
    return ir.CreateURem(epoch, builder_.word(shape.intervals));
  }
  return map.facts->aggregation == sema::Aggregation::kHist
             ? hist_bucket(shape, update.value, is_signed)
             : lhist_bucket(shape, update.value, is_signed);
}

// spec/language.md §11.3
llvm::Value* Body::hist_bucket(const sema::BucketShape& shape, llvm::Value* value, bool is_signed) {
  llvm::IRBuilder<>& ir = builder_.ir();
  std::uint64_t bits = shape.bits, per_power = 1ull << bits;
  // The logarithm by halving: each step tells one bit of it. BPF has no instruction for it.
  llvm::Value *rest = value, *log = builder_.word(0);
  for (std::uint64_t step : {32, 16, 8, 4, 2, 1}) {
    llvm::Value* is_above = ir.CreateICmpUGE(rest, builder_.word(1ull << step));
    llvm::Value* by = ir.CreateSelect(is_above, builder_.word(step), builder_.word(0));
    rest = ir.CreateLShr(rest, by);
    log = ir.CreateOr(log, by);
  }
  llvm::Value* shift = ir.CreateAnd(ir.CreateSub(log, builder_.word(bits)), 63);
  llvm::Value* within = ir.CreateAnd(ir.CreateLShr(value, shift), builder_.word(per_power - 1));
  llvm::Value* power = ir.CreateShl(ir.CreateAdd(shift, builder_.word(1)), bits);
  llvm::Value* index = ir.CreateAdd(ir.CreateAdd(power, within), builder_.word(1));
  llvm::Value* is_small = ir.CreateICmpULT(value, builder_.word(per_power));
  index = ir.CreateSelect(is_small, ir.CreateAdd(value, builder_.word(1)), index);
  if (!is_signed) return index;
  return ir.CreateSelect(ir.CreateICmpSLT(value, builder_.word(0)), builder_.word(0), index);
}

// spec/language.md §11.4
llvm::Value* Body::lhist_bucket(const sema::BucketShape& shape, llvm::Value* value,
                                bool is_signed) {
  llvm::IRBuilder<>& ir = builder_.ir();
  llvm::Value* low = builder_.word(static_cast<std::uint64_t>(shape.low));
  llvm::Value* high = builder_.word(static_cast<std::uint64_t>(shape.high));
  auto step = static_cast<std::uint64_t>(shape.step);
  auto last = static_cast<std::uint64_t>(shape.high - shape.low) / step + 1;
  llvm::Value* is_below = is_signed ? ir.CreateICmpSLT(value, low) : ir.CreateICmpULT(value, low);
  llvm::Value* is_above = is_signed ? ir.CreateICmpSGT(value, high) : ir.CreateICmpUGT(value, high);
  llvm::Value* inside =
      ir.CreateAdd(ir.CreateUDiv(ir.CreateSub(value, low), builder_.word(step)), builder_.word(1));
  llvm::Value* index = ir.CreateSelect(is_above, builder_.word(last), inside);
  return ir.CreateSelect(is_below, builder_.word(0), index);
}

void Body::for_each_cpu(sema::MapId map, llvm::Value* key, llvm::function_ref<void(Place)> visit) {
  constexpr image::WireField kCpus = WIRE_FIELD(image::Constants, possible_cpus);
  llvm::Value* cpus = builder_.load_volatile(builder_.field(image_.constants(), kCpus), kCpus.size);
  builder_.repeat(cpus, [&](llvm::Value* cpu, llvm::BasicBlock*) {
    llvm::Value* slot = builder_.call(Helper::kMapLookupPerCpu, {image_.map(map).global, key, cpu});
    builder_.if_true(builder_.ir().CreateIsNotNull(slot), [&] { visit(Place{slot}); });
  });
}

// The value over all CPUs, by the sign of the map's value.
llvm::Value* Body::reduce(sema::MapId id, llvm::Value* key, Span at) {
  const MapLayout& map = image_.map(id);
  auto [first, second] = total_slots(id, key, at);
  if (map.facts->aggregation != sema::Aggregation::kAvg) return first;
  return average(builder_, first, second, types().at(map.facts->value).is_signed);
}

void Body::store_statistics(const Element& element, Place destination, Span at) {
  const Type& record = types().at(image_.map(element.map).facts->value);
  bool is_signed = types().at(record.members.back().type).is_signed;
  auto [total, count] = total_slots(element.map, key_of(element), at);
  builder_.store_field(destination, WIRE_FIELD(image::StatsRow, count), count);
  builder_.store_field(destination, WIRE_FIELD(image::StatsRow, average),
                       average(builder_, total, count, is_signed));
  builder_.store_field(destination, WIRE_FIELD(image::StatsRow, total), total);
}

// The two words of a slot over all CPUs. An AvgSlot's are added up; of an ExtremeSlot the first
// becomes the best of those that are set, and the second whether any is.
std::pair<llvm::Value*, llvm::Value*> Body::total_slots(sema::MapId id, llvm::Value* key, Span at) {
  image_.require(Capability::kLookupPercpu, at, "map_lookup_percpu_elem");
  llvm::IRBuilder<>& ir = builder_.ir();
  const MapLayout& map = image_.map(id);
  const Type& value = types().at(map.facts->value);
  sema::Aggregation aggregation = map.facts->aggregation;
  bool is_extreme =
      aggregation == sema::Aggregation::kMin || aggregation == sema::Aggregation::kMax;
  bool has_count =
      aggregation == sema::Aggregation::kAvg || aggregation == sema::Aggregation::kStats;
  if (options().reports_failed_reads && !map.facts->is_scalar) report_missing(look_up(id, key), at);
  llvm::AllocaInst *first = frame_.word(), *second = frame_.word();
  ir.CreateStore(builder_.word(0), first);
  ir.CreateStore(builder_.word(0), second);
  for_each_cpu(id, key, [&](Place slot) {
    llvm::Value* here = builder_.load(slot, 8, false);
    llvm::Value* so_far = ir.CreateLoad(ir.getInt64Ty(), first);
    if (!is_extreme) {
      ir.CreateStore(ir.CreateAdd(so_far, here), first);
      if (!has_count) return;
      llvm::Value* count = builder_.load_field(slot, WIRE_FIELD(image::AvgSlot, count));
      ir.CreateStore(ir.CreateAdd(ir.CreateLoad(ir.getInt64Ty(), second), count), second);
      return;
    }
    llvm::Value* is_set =
        builder_.is_true(builder_.load_field(slot, WIRE_FIELD(image::ExtremeSlot, is_set)));
    llvm::Value* has_any = builder_.is_true(ir.CreateLoad(ir.getInt64Ty(), second));
    llvm::Value* better =
        is_better(builder_, here, so_far, aggregation == sema::Aggregation::kMin, value.is_signed);
    llvm::Value* takes = ir.CreateAnd(is_set, ir.CreateOr(ir.CreateNot(has_any), better));
    ir.CreateStore(ir.CreateSelect(takes, here, so_far), first);
    ir.CreateStore(builder_.from_bool(ir.CreateOr(is_set, has_any)), second);
  });
  return {ir.CreateLoad(ir.getInt64Ty(), first), ir.CreateLoad(ir.getInt64Ty(), second)};
}

llvm::Value* Body::remove_per_cpu(const Element& element) {
  llvm::IRBuilder<>& ir = builder_.ir();
  const MapLayout& map = image_.map(element.map);
  llvm::AllocaInst* removed = frame_.word();
  ir.CreateStore(builder_.word(0), removed);
  Place key = frame_.take(sizeof(std::uint32_t));
  builder_.repeat(
      builder_.word(std::max(map.bucket_count, 1u)), [&](llvm::Value* bucket, llvm::BasicBlock*) {
        builder_.store(key, 4, bucket);
        for_each_cpu(element.map, key.pointer, [&](Place slot) {
          llvm::Value* present = builder_.load(builder_.at(slot, map.present_offset), 8, false);
          llvm::Value* before = ir.CreateLoad(ir.getInt64Ty(), removed);
          ir.CreateStore(ir.CreateOr(before, present), removed);
          clear_memory(builder_, slot, map.value_size);
        });
      });
  return ir.CreateLoad(ir.getInt64Ty(), removed);
}

}  // namespace sonde::codegen
