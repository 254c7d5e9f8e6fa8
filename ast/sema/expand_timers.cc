// EXPAND of what fires without an event of the system: begin, end, interval, profile.
#include "ast/sema/expansion.h"
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

std::optional<std::uint64_t> read_rate(Expansion& expansion, const std::string& text) {
  NumberReading number = read_number(text);
  if (number.read() && number.value > 0) return number.value;
  expansion.malformed(
      concat("invalid rate of `", expansion.type_name(), "`: `", text, "` is no positive number"));
  return std::nullopt;
}

// `interval:1ms`: a duration or a number of nanoseconds.
void expand_duration(Expansion& expansion) {
  constexpr std::uint64_t kNanosecondsPerMicrosecond = 1000;
  auto nanoseconds = read_rate(expansion, expansion.parts()[0].text);
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
  auto count = read_rate(expansion, parts[1].text);
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

}  // namespace sonde::sema
