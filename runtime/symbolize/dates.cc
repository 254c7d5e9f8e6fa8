// `%%` is passed over, so that the letter behind it is not taken for a conversion.
#include "runtime/symbolize/dates.h"

#include <time.h>

#include "lexer/base/concat.h"

namespace sonde::symbolize {
namespace {

constexpr std::uint64_t kPerSecond = 1'000'000'000;

std::string digits(std::uint64_t value, std::size_t count) {
  std::string text = concat(value);
  return std::string(count - text.size(), '0') + text;
}

}  // namespace

std::optional<std::string> date_text(const std::string& format, std::uint64_t epoch_nanoseconds,
                                     std::size_t most) {
  auto seconds = static_cast<time_t>(epoch_nanoseconds / kPerSecond);
  tm local{};
  if (::localtime_r(&seconds, &local) == nullptr) return std::nullopt;
  std::string text(most, '\0');
  std::size_t size = ::strftime(text.data(), text.size(), format.c_str(), &local);
  if (size == 0) return std::nullopt;
  text.resize(size);
  return text;
}

std::string with_fractions(std::string_view format, std::uint64_t nanoseconds) {
  std::uint64_t fraction = nanoseconds % kPerSecond;
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    char letter = format[++i];
    if (letter == 'f')
      out += digits(fraction / 1000, 6);
    else if (letter == 'l')
      out += digits(fraction / 1'000'000, 3);
    else if (letter == 'k')
      out += digits(fraction, 9);
    else
      out += {'%', letter};
  }
  return out;
}

}  // namespace sonde::symbolize
