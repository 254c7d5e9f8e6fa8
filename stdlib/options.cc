// The rows of options.def as a table, and how a value is read from text.
#include "stdlib/options.h"

#include <algorithm>
#include <charconv>

#include "lexer/base/concat.h"
#include "lexer/base/dense_id.h"

namespace sonde {
namespace {

using enum OptionKind;
constexpr OptionRow kRows[] = {
#define OPTION(id, key, kind, initial, choices, meaning) {key, kind, initial, choices, meaning},
#include "stdlib/options.def"
#undef OPTION
};

constexpr std::string_view kPrefixes[] = {"sonde_", "bpftrace_"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

std::optional<std::uint64_t> read_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.begin(), text.end(), number, base);
  if (text.empty() || error != std::errc() || end != text.end()) return std::nullopt;
  return number;
}

std::optional<bool> read_bool(std::string_view text) {
  std::string word = lower(text);
  for (std::string_view yes : {"1", "true", "on", "yes"})
    if (word == yes) return true;
  for (std::string_view no : {"0", "false", "off", "no"})
    if (word == no) return false;
  return std::nullopt;
}

bool is_choice(std::string_view choices, std::string_view word) {
  while (!choices.empty()) {
    std::size_t bar = choices.find('|');
    if (choices.substr(0, bar) == word) return true;
    if (bar == std::string_view::npos) break;
    choices.remove_prefix(bar + 1);
  }
  return false;
}

}  // namespace

const OptionRow& option_row(Option option) {
  CHECK(to_index(option) < std::size(kRows));
  return kRows[to_index(option)];
}

std::optional<Option> find_option(std::string_view key) {
  std::string wanted = lower(key);
  for (std::string_view prefix : kPrefixes)
    if (wanted.starts_with(prefix)) wanted.erase(0, prefix.size());
  for (std::size_t i = 0; i < std::size(kRows); ++i)
    if (kRows[i].key == wanted) return static_cast<Option>(i);
  return std::nullopt;
}

std::vector<std::string_view> option_keys() {
  std::vector<std::string_view> keys;
  for (const OptionRow& row : kRows) keys.push_back(row.key);
  return keys;
}

Settings::Settings() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    auto complaint = set(static_cast<Option>(i), kRows[i].initial);
    CHECK(!complaint);
  }
}

std::optional<std::string> Settings::set(Option option, std::string_view text) {
  const OptionRow& row = option_row(option);
  Value& value = values_[index(option)];
  switch (row.kind) {
    case kNumber: {
      auto number = read_number(text);
      if (!number) return concat("`", row.key, "` takes a number, not `", text, "`");
      value.number = *number;
      return std::nullopt;
    }
    case kBool: {
      auto flag = read_bool(text);
      if (!flag) return concat("`", row.key, "` takes true or false, not `", text, "`");
      value.number = *flag ? 1 : 0;
      return std::nullopt;
    }
    case kWord:
    case kExactWord: {
      std::string word = row.kind == kWord ? lower(text) : std::string(text);
      if (!is_choice(row.choices, word))
        return concat("`", row.key, "` takes one of ", row.choices, ", not `", text, "`");
      value.text = std::move(word);
      return std::nullopt;
    }
    case kFlag: {
      std::string word = lower(text);
      auto flag = read_bool(word);
      if (flag) word = *flag ? "enable" : "error";
      if (!is_choice("enable|warn|error", word))
        return concat("`", row.key, "` takes enable, warn or error, not `", text, "`");
      value.text = std::move(word);
      return std::nullopt;
    }
    case kText:
      value.text = std::string(text);
      return std::nullopt;
  }
  CHECK(false);
}

}  // namespace sonde
