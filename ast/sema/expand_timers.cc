// EXPAND of what fires by itself or by counting: begin, end, interval, profile, software, hardware.
#include "ast/sema/expansion.h"
#include "ast/sema/nearest.h"
#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde::sema {
namespace {

void expand_alone(Expansion& expansion) {
  const auto& parts = expansion.parts();
  bool lone_star = parts.size() == 1 && parts[0].text == "*";
  if (!parts.empty() && !lone_star) return expansion.wrong_part_count();
  expansion.add({}, std::string(expansion.type_name()));
}

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;  // 0: firings a second
};
constexpr Unit kUnits[] = {{"hz", 0}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}};

// `what_of` is "rate of" or "count of".
std::optional<std::uint64_t> read_positive(Expansion& expansion, std::string_view what_of,
                                           const std::string& text) {
  NumberReading number = read_number(text);
  if (number.read() && number.value > 0) return number.value;
  bool is_too_big = number.outcome == NumberReading::Outcome::kTooBig;
  expansion.malformed(concat("invalid ", what_of, " `", expansion.type_name(), "`: `", text,
                             is_too_big ? "` is too large" : "` is no positive number"));
  return std::nullopt;
}

// `interval:1ms`: a duration or a number of nanoseconds.
void expand_duration(Expansion& expansion) {
  constexpr std::uint64_t kNanosecondsPerMicrosecond = 1000;
  auto nanoseconds = read_positive(expansion, "rate of", expansion.parts()[0].text);
  if (!nanoseconds) return;
  std::uint64_t microseconds = *nanoseconds / kNanosecondsPerMicrosecond;
  if (microseconds == 0) {
    expansion
        .malformed(concat('`', expansion.type_name(), "` every ", *nanoseconds,
                          " ns is too often: the minimum is 1000 ns, or 1us"))
        .hint(concat("give a unit: `", expansion.type_name(), ":hz:", *nanoseconds, '`'));
    return;
  }
  FoundPoint found;
  found.point.period = microseconds * kNanosecondsPerMicrosecond;
  expansion.add(std::move(found), concat(expansion.type_name(), ":us:", microseconds));
}

void expand_timer(Expansion& expansion) {
  const auto& parts = expansion.parts();
  if (parts.size() == 1) return expand_duration(expansion);
  if (parts.size() != 2) return expansion.wrong_part_count();
  const Unit* unit = nullptr;
  for (const Unit& known : kUnits)
    if (known.name == parts[0].text) unit = &known;
  if (!unit) {
    expansion.malformed(concat('`', parts[0].text, "` is not an accepted unit of time"))
        .note("units are hz, s, ms and us");
    return;
  }
  auto count = read_positive(expansion, "rate of", parts[1].text);
  if (!count) return;
  FoundPoint found;
  found.point.is_frequency = unit->nanoseconds == 0;
  found.point.period = *count;
  if (!found.point.is_frequency &&
      __builtin_mul_overflow(*count, unit->nanoseconds, &found.point.period)) {
    expansion.malformed(concat("invalid rate of `", expansion.type_name(), "`: `", parts[1].text,
                               "` is too large"));
    return;
  }
  expansion.add(std::move(found), concat(expansion.type_name(), ':', unit->name, ':', *count));
}

// `event`, `event:`, `event:*`: as often as the event's row says; `event:count`.
void expand_counter(Expansion& expansion) {
  const auto& parts = expansion.parts();
  if (parts.empty() || parts.size() > 2 || parts[0].text.empty())
    return expansion.wrong_part_count();
  const std::string& name = parts[0].text;
  auto event = find_perf_event(expansion.type(), name);
  if (!event) {
    std::vector<std::string_view> names;
    for (PerfEvent known : perf_events_of(expansion.type()))
      names.push_back(perf_event_row(known).name);
    auto report = expansion.malformed(concat(name, " is not a ", expansion.type_name(), " probe"));
    if (std::string hint = did_you_mean(name, names); !hint.empty()) report.hint(std::move(hint));
    return;
  }
  FoundPoint found;
  found.point.function = name;
  found.point.period = perf_event_row(*event).count;
  if (parts.size() == 2 && !parts[1].text.empty() && parts[1].text != "*") {
    auto count = read_positive(expansion, "count of", parts[1].text);
    if (!count) return;
    found.point.period = *count;
  }
  std::string full_name = concat(expansion.type_name(), ':', name, ':', found.point.period);
  expansion.add(std::move(found), std::move(full_name));
}

}  // namespace

template <>
void expand_point<ProbeType::kBegin>(Expansion& expansion) {
  expand_alone(expansion);
}
template <>
void expand_point<ProbeType::kEnd>(Expansion& expansion) {
  expand_alone(expansion);
}
template <>
void expand_point<ProbeType::kInterval>(Expansion& expansion) {
  expand_timer(expansion);
}
template <>
void expand_point<ProbeType::kProfile>(Expansion& expansion) {
  expand_timer(expansion);
}

template <>
void expand_point<ProbeType::kSoftware>(Expansion& expansion) {
  expand_counter(expansion);
}
template <>
void expand_point<ProbeType::kHardware>(Expansion& expansion) {
  expand_counter(expansion);
}

}  // namespace sonde::sema
