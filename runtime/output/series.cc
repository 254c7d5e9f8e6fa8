// The graph is 53 columns wide, its ends included. Positions are worked out in 128 bits, because
// the distance between two 64-bit values needs 65 and is multiplied by the width. Times of a series
// by atomic time are shown as the wall clock shows them: in leap seconds both differ by what the
// kernel has been told.
#include "runtime/output/series.h"

#include <time.h>

#include <algorithm>

#include "lexer/base/concat.h"
#include "runtime/output/json_value.h"

namespace sonde::output {
namespace {

using maps::Interval;
using Wide = __int128;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::size_t kInside = 51;  // columns between the ends
constexpr Wide kLastColumn = 52, kColumns = 53;
constexpr std::size_t kLowWidth = 21, kHighWidth = 32;

// A second or a part of it: how finely the times of a series are written.
struct Unit {
  std::uint64_t nanoseconds;
  std::size_t digits;  // of the fraction
  std::string_view header;
};
constexpr Unit kUnits[] = {{kSecond, 0, "hh:mm:ss"},
                           {1'000'000, 3, "hh:mm:ss.ms"},
                           {1'000, 6, "hh:mm:ss.\u03bcs"},
                           {1, 9, "hh:mm:ss.ns"}};

const Unit& unit_of(const image::ScriptMap& map, const std::vector<Interval>& intervals) {
  const Unit& finest = kUnits[std::size(kUnits) - 1];
  if (intervals.size() == 1) return finest;
  for (const Unit& unit : kUnits)
    if (map.interval >= unit.nanoseconds) return unit;
  return finest;
}

Wide wide(std::uint64_t bits, bool is_signed) {
  return is_signed ? Wide{static_cast<std::int64_t>(bits)} : Wide{bits};
}

std::string decimal(Wide value) {
  bool is_negative = value < 0;
  return concat(is_negative ? "-" : "", static_cast<std::uint64_t>(is_negative ? -value : value));
}

// What atomic time is ahead of the wall clock, in whole seconds.
std::uint64_t leap_seconds() {
  static const std::uint64_t seconds = [] {
    timespec atomic{}, wall{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    ::clock_gettime(CLOCK_TAI, &atomic);
    std::int64_t ahead =
        (atomic.tv_sec - wall.tv_sec) * std::int64_t{kSecond} + (atomic.tv_nsec - wall.tv_nsec);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(ahead, 0)) / kSecond;
  }();
  return seconds;
}

struct Moment {
  time_t seconds;
  std::uint64_t nanoseconds;
};

Moment start_of(const image::ScriptMap& map, std::uint64_t epoch) {
  std::uint64_t at = epoch * map.interval;
  std::uint64_t ahead = map.is_atomic_time ? leap_seconds() * kSecond : 0;
  at -= std::min(at, ahead);
  return {.seconds = static_cast<time_t>(at / kSecond), .nanoseconds = at % kSecond};
}

std::string fraction(std::uint64_t nanoseconds, std::size_t digits) {
  std::string text = concat(nanoseconds);
  text.insert(0, 9 - std::min<std::size_t>(text.size(), 9), '0');
  return text.substr(0, digits);
}

std::string formatted(const char* format, const tm& parts) {
  char text[64];
  return {text, ::strftime(text, sizeof text, format, &parts)};
}

std::string row_time(const Moment& moment, const Unit& unit) {
  tm parts{};
  ::localtime_r(&moment.seconds, &parts);
  std::string text = formatted("%H:%M:%S", parts);
  if (unit.digits > 0) text += concat('.', fraction(moment.nanoseconds, unit.digits));
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

struct Scale {
  Wide low, high;
};

Scale scale_of(const std::vector<Interval>& intervals, bool is_signed) {
  Scale scale{wide(intervals.front().value, is_signed), wide(intervals.front().value, is_signed)};
  for (const Interval& interval : intervals) {
    Wide value = wide(interval.value, is_signed);
    scale = {std::min(scale.low, value), std::max(scale.high, value)};
  }
  if (scale.low == scale.high) return {scale.low - 1, scale.high + 1};
  return scale;
}

std::string empty_line(const Scale& scale) {
  std::string line = concat('|', std::string(kInside, ' '), '|');
  if (scale.low < 0 && scale.high > 0)
    line[static_cast<std::size_t>(kColumns * scale.low / (scale.low - scale.high))] = '.';
  return line;
}

std::string bounds_line(const Scale& scale, std::size_t indent) {
  std::string high = decimal(scale.high);
  if (high.size() < kHighWidth) high.insert(0, kHighWidth - high.size(), ' ');
  return concat(std::string(indent, ' '), padded(decimal(scale.low), kLowWidth), high, '\n');
}

}  // namespace

void append_series(std::string& out, const image::ScriptMap& map,
                   const std::vector<Interval>& intervals, std::uint64_t newest, bool is_signed) {
  if (intervals.empty()) {
    out += "<no data>\n";
    return;
  }
  const Unit& unit = unit_of(map, intervals);
  Scale scale = scale_of(intervals, is_signed);
  std::size_t indent = kUnits[0].header.size() + (unit.digits > 0 ? unit.digits + 1 : 0) + 1;
  std::string bounds = bounds_line(scale, indent);
  out += concat(bounds, padded(std::string(unit.header), indent), '|', std::string(kInside, '_'),
                "|\n");
  auto next = intervals.begin();
  for (std::uint64_t epoch = intervals.front().epoch; epoch <= newest; ++epoch) {
    std::string line = empty_line(scale), text = "-";
    if (next != intervals.end() && next->epoch == epoch) {
      Wide value = wide(next->value, is_signed);
      line[static_cast<std::size_t>(kLastColumn * (value - scale.low) / (scale.high - scale.low))] =
          '*';
      text = decimal(value);
      ++next;
    }
    out += concat(row_time(start_of(map, epoch), unit), ' ', line, ' ', text, '\n');
  }
  out += concat(std::string(indent, ' '), 'v', std::string(kInside, '_'), "v\n", bounds, '\n');
}

void append_json_series(std::string& out, const image::ScriptMap& map,
                        const std::vector<Interval>& intervals, bool is_signed) {
  out += '[';
  for (const Interval& interval : intervals) {
    Moment moment = start_of(map, interval.epoch);
    tm parts{};
    ::gmtime_r(&moment.seconds, &parts);
    if (&interval != &intervals.front()) out += ',';
    out += concat("{\"interval_start\":\"", formatted("%Y-%m-%dT%H:%M:%S", parts), '.',
                  fraction(moment.nanoseconds, 9), "\",\"value\":");
    append_json_integer(out, {.bits = interval.value, .is_signed = is_signed});
    out += '}';
  }
  out += ']';
}

}  // namespace sonde::output
