// CHECK of the aggregations: they stand directly on the right of a map's `=`, and all that a map
// receives is of one kind with the same parameters.
#include <algorithm>

#include "ast/sema/calls.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

constexpr std::uint32_t kMostBits = 5;
constexpr std::uint64_t kMostBuckets = 1000;
constexpr std::uint64_t kMostIntervals = 1'000'000;

// What a series may make of several values goes by the names of the aggregations that do so.
struct FoldRow {
  Builtin like;
  SeriesFold fold;
};
constexpr FoldRow kFolds[] = {{Builtin::kAvg, SeriesFold::kAvg},
                              {Builtin::kMax, SeriesFold::kMax},
                              {Builtin::kMin, SeriesFold::kMin},
                              {Builtin::kSum, SeriesFold::kSum}};

// Notes what the map receives; false when it holds something else.
bool receive(BuiltinUse& use, MapState& map, Aggregation aggregation) {
  bool has_other = map.aggregation != Aggregation::kNone && map.aggregation != aggregation;
  if (map.has_plain_value || has_other) {
    use.report(DiagnosticKind::kAggregationMix, use.span(),
               concat('`', map.name,
                      map.has_plain_value ? "` holds plain values" : "` holds another aggregation",
                      " and receives `", use.name(), "()` here"))
        .also_at(map.first_value_at, "first assigned here");
    return false;
  }
  if (map.aggregation == Aggregation::kNone) {
    map.aggregation = aggregation;
    map.first_value_at = use.span();
    use.checker().analysis().changed = true;
  }
  return true;
}

// The map that the call is assigned to, with its arguments checked; none after a report.
MapState* aggregate(BuiltinUse& use, Aggregation aggregation) {
  MapId target = use.checker().take_aggregation_target();
  bool fits = use.follow_row();
  use.give({});
  if (target == MapId::kNone) {
    use.report(DiagnosticKind::kAggregationPlace, use.span(),
               concat('`', use.name(), "()` must be assigned directly to a map"))
        .hint(concat("write `@name = ", use.name(), "(…);`"));
    use.give(use.checker().poison());
    return nullptr;
  }
  MapState& map = use.checker().analysis().maps[target];
  if (!receive(use, map, aggregation) || !fits) return nullptr;
  if (!use.arguments().empty())
    use.checker().analysis().join_into(map.argument, use.checker().joined(use.argument(0)));
  return &map;
}

void share_shape(BuiltinUse& use, MapState& map, const BucketShape& shape) {
  if (!map.buckets) map.buckets = shape;
  if (*map.buckets == shape) return;
  use.report(DiagnosticKind::kAggregationMix, use.span(),
             concat('`', map.name, "` has other parameters of `", use.name(), "()` elsewhere"))
      .also_at(map.first_value_at, "first assigned here");
}

}  // namespace

template <>
void check_builtin<Builtin::kCountEvents>(BuiltinUse& use) {
  aggregate(use, Aggregation::kCount);
}
template <>
void check_builtin<Builtin::kSum>(BuiltinUse& use) {
  aggregate(use, Aggregation::kSum);
}
template <>
void check_builtin<Builtin::kMin>(BuiltinUse& use) {
  aggregate(use, Aggregation::kMin);
}
template <>
void check_builtin<Builtin::kMax>(BuiltinUse& use) {
  aggregate(use, Aggregation::kMax);
}
template <>
void check_builtin<Builtin::kAvg>(BuiltinUse& use) {
  aggregate(use, Aggregation::kAvg);
}

template <>
void check_builtin<Builtin::kStats>(BuiltinUse& use) {
  aggregate(use, Aggregation::kStats);
}

template <>
void check_builtin<Builtin::kHist>(BuiltinUse& use) {
  MapState* map = aggregate(use, Aggregation::kHist);
  if (!map) return;
  std::uint64_t bits = use.number_at(1).value_or(0);
  if (bits > kMostBits) {
    use.report(DiagnosticKind::kArgRange, use.checker().span(use.argument(1)),
               concat('`', use.name(), "` splits buckets by 0 to ", kMostBits, " bits, and ", bits,
                      " are given"));
    return;
  }
  share_shape(use, *map, {.bits = static_cast<std::uint32_t>(bits)});
}

template <>
void check_builtin<Builtin::kLhist>(BuiltinUse& use) {
  MapState* map = aggregate(use, Aggregation::kLhist);
  if (!map) return;
  auto low = use.number_at(1), high = use.number_at(2), step = use.number_at(3);
  if (!low || !high || !step) return;
  std::string problem;
  if (*step == 0) {
    problem = "the step must be at least 1";
  } else if (*low > *high) {
    problem = "the low bound is above the high one";
  } else if (*high - *low < *step) {
    problem = "the step is larger than the range";
  } else if ((*high - *low) / *step > kMostBuckets) {
    problem = concat("this gives ", (*high - *low) / *step, " buckets, and at most ", kMostBuckets,
                     " are possible");
  }
  if (!problem.empty()) {
    use.report(DiagnosticKind::kArgRange, use.span(), problem)
        .note(concat("signature: ", use.row().signature.text));
    return;
  }
  share_shape(use, *map,
              {.low = static_cast<std::int64_t>(*low),
               .high = static_cast<std::int64_t>(*high),
               .step = static_cast<std::int64_t>(*step)});
}

template <>
void check_builtin<Builtin::kTseries>(BuiltinUse& use) {
  MapState* map = aggregate(use, Aggregation::kTseries);
  std::string feature = concat('`', use.name(), '`');
  if (!use.checker().allow_unstable(Option::kUnstableTseries, use.span(), feature) || !map) return;
  auto interval = use.number_at(1), intervals = use.number_at(2);
  if (!interval || !intervals) return;
  auto refuse = [&](std::size_t parameter, std::string problem) {
    use.report(DiagnosticKind::kArgRange, use.checker().span(use.argument(parameter)),
               std::move(problem))
        .note(concat("signature: ", use.row().signature.text));
  };
  if (*interval == 0) return refuse(1, "an interval must have a length");
  if (*intervals == 0 || *intervals > kMostIntervals)
    return refuse(2, concat('`', use.name(), "` keeps 1 to ", kMostIntervals, " intervals, and ",
                            *intervals, " are asked for"));
  SeriesFold fold = SeriesFold::kLast;
  if (ast::exists(use.argument(3))) {
    const auto& how = std::get<std::string>(use.facts(3).constant);
    auto known = std::ranges::find(kFolds, how,
                                   [](const FoldRow& row) { return builtin_row(row.like).name; });
    if (known == std::end(kFolds))
      return refuse(3, concat('`', use.name(),
                              "` makes one value of several by avg, max, min or "
                              "sum, not by `",
                              how, '`'));
    fold = known->fold;
  }
  share_shape(
      use, *map,
      {.interval = *interval, .intervals = static_cast<std::uint32_t>(*intervals), .fold = fold});
}

}  // namespace sonde::sema
