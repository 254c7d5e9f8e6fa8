// The arithmetic of hist and lhist buckets (spec/language.md §11.3 and §11.4), for the code
// generator that sizes the maps and for the printer that labels the rows. Bucket 0 of a hist holds
// the negatives; with `bits` k, N = 2^k buckets share each power of two. Bucket 0 of an lhist lies
// below `low`, the last one above the last whole step.
#pragma once

#include <bit>
#include <cstdint>

namespace sonde::image {

constexpr std::uint32_t hist_bucket_count(std::uint32_t bits) {
  return ((65 - bits) << bits) + 1;
}

// The bucket of `value`, whose 64 bits are taken as signed or not.
constexpr std::uint32_t hist_bucket(std::uint64_t value, bool is_signed, std::uint32_t bits) {
  if (is_signed && static_cast<std::int64_t>(value) < 0) return 0;
  std::uint64_t per_power = std::uint64_t{1} << bits;
  if (value < per_power) return static_cast<std::uint32_t>(value) + 1;
  std::uint32_t power = static_cast<std::uint32_t>(std::bit_width(value)) - 1 - bits;
  auto within = static_cast<std::uint32_t>((value >> power) & (per_power - 1));
  return ((power + 1) << bits) + within + 1;
}

// A bucket's lower edge as mantissa · 2^power; the edge behind the last bucket is 2^64, which no
// integer holds.
struct HistEdge {
  std::uint64_t mantissa = 0;
  std::uint32_t power = 0;
};

// `bucket` is at least 1 and at most hist_bucket_count(bits).
constexpr HistEdge hist_lower_edge(std::uint32_t bucket, std::uint32_t bits) {
  std::uint32_t per_power = std::uint32_t{1} << bits;
  std::uint32_t place = bucket - 1;
  if (place < per_power) return {place, 0};
  return {per_power + (place & (per_power - 1)), (place >> bits) - 1};
}

constexpr std::uint32_t lhist_bucket_count(std::int64_t low, std::int64_t high, std::int64_t step) {
  return static_cast<std::uint32_t>((high - low) / step) + 2;
}

constexpr std::uint32_t lhist_bucket(std::uint64_t value, bool is_signed, std::int64_t low,
                                     std::int64_t high, std::int64_t step) {
  std::uint32_t overflow = lhist_bucket_count(low, high, step) - 1;
  auto as_signed = static_cast<std::int64_t>(value);
  if (as_signed < 0) return is_signed ? 0 : overflow;
  if (as_signed < low) return 0;
  if (as_signed > high) return overflow;
  return static_cast<std::uint32_t>((as_signed - low) / step) + 1;
}

// `bucket` is at least 1.
constexpr std::int64_t lhist_lower_edge(std::uint32_t bucket, std::int64_t low, std::int64_t step) {
  return low + step * static_cast<std::int64_t>(bucket - 1);
}

}  // namespace sonde::image
