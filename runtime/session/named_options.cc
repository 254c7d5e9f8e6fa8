// A value is everything behind the first `=`; a word without one means true. The last word of a
// name counts. Numbers are read as in a script, with a sign where the default has one.
#include "runtime/session/named_options.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde::session {
namespace {

using image::NamedOption;
using Kind = NamedOption::Kind;

struct Word {
  std::string_view name;
  std::optional<std::string_view> value;
};

Word split(std::string_view word) {
  word.remove_prefix(2);  // the dashes
  std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {word, std::nullopt};
  return {word.substr(0, equals), word.substr(equals + 1)};
}

const NamedOption* find(const std::vector<NamedOption>& options, std::string_view name) {
  auto found = std::ranges::find(options, name, &NamedOption::name);
  return found == options.end() ? nullptr : &*found;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Error unfit(const NamedOption& option, std::string_view reason, std::string_view value) {
  return {.message = concat("program command line option --", option.name, ' ', reason,
                            " (value: ", value, ')')};
}

std::string bytes_of(std::uint64_t number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

Result<std::string> read_bool(const NamedOption& option, std::string_view text) {
  std::string word = lower(text);
  for (std::string_view yes : {"true", "1", "on", "yes"})
    if (word == yes) return bytes_of(1);
  for (std::string_view no : {"false", "0", "off", "no"})
    if (word == no) return bytes_of(0);
  return unfit(option, "expects a boolean (e.g. 'true')", text);
}

Result<std::string> read_integer(const NamedOption& option, std::string_view text) {
  bool is_negative = text.starts_with('-');
  std::string_view digits = is_negative ? text.substr(1) : text;
  if (digits.empty() || digits.front() < '0' || digits.front() > '9')
    return unfit(option, "invalid integer", text);
  NumberReading number = read_number(digits);
  if (number.outcome == NumberReading::Outcome::kTooBig)
    return unfit(option, "value is out of range", text);
  if (!number.read()) return unfit(option, "invalid trailing bytes", text);
  constexpr std::uint64_t kLowest = std::uint64_t{1} << 63;
  bool is_signed = option.kind == Kind::kSigned;
  std::uint64_t most = !is_signed ? ~std::uint64_t{0} : is_negative ? kLowest : kLowest - 1;
  if (number.value > most || (is_negative && !is_signed && number.value > 0))
    return unfit(option, "value is out of range", text);
  return bytes_of(is_negative ? 0 - number.value : number.value);
}

Result<std::string> read_value(const NamedOption& option, std::optional<std::string_view> value) {
  switch (option.kind) {
    case Kind::kBool:
      return read_bool(option, value.value_or("true"));
    case Kind::kText:
      if (!value) return unfit(option, "expects a string", "true");
      return std::string(value->substr(0, option.size));
    case Kind::kUnsigned:
    case Kind::kSigned:
      if (!value) return unfit(option, "expects an integer", "true");
      return read_integer(option, *value);
    case Kind::kCount:
      break;
  }
  CHECK(false);
}

Error unknown(const std::vector<NamedOption>& options, std::string_view names) {
  Error error{.message = concat("unexpected program command line options: ", names)};
  std::string expected;
  for (const NamedOption& option : options)
    expected += concat(expected.empty() ? "--" : ", --", option.name);
  error.hint = expected.empty() ? "no custom program options defined"
                                : concat("expected program options: ", expected);
  return error;
}

}  // namespace

Result<std::vector<std::string>> read_named_options(const std::vector<NamedOption>& options,
                                                    const std::vector<std::string>& words) {
  std::vector<std::string> values;
  for (const NamedOption& option : options)
    values.push_back(option.kind == Kind::kText ? option.text : bytes_of(option.number));
  std::string unexpected;
  for (const std::string& each : words) {
    Word word = split(each);
    const NamedOption* option = find(options, word.name);
    if (!option) {
      unexpected += concat(unexpected.empty() ? "--" : ", --", word.name);
      continue;
    }
    TRY(values[static_cast<std::size_t>(option - options.data())], read_value(*option, word.value));
  }
  if (!unexpected.empty()) return unknown(options, unexpected);
  return values;
}

bool asks_for_help(const std::vector<NamedOption>& options, const std::vector<std::string>& words) {
  if (find(options, "help")) return false;
  return std::ranges::any_of(words, [](std::string_view word) { return word == "--help"; });
}

std::string named_options_help(const std::vector<NamedOption>& options) {
  if (options.empty()) return "HINT: no custom program options defined.\n";
  std::string out = "HINT: expected program options:\n";
  for (const NamedOption& option : options)
    out +=
        concat("--", option.name, option.description.empty() ? "" : ": ", option.description, '\n');
  return out;
}

}  // namespace sonde::session
