// Settings of a run as rows (options.def) and their values. Precedence: environment, then the
// script's config block, then the default. Keys are compared without regard to case and may carry
// the prefix that they have in the environment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/ids.h"

namespace sonde {

enum class OptionKind : std::uint8_t { kNumber, kBool, kText, kWord, kExactWord, kFlag };

struct OptionRow {
  std::string_view key;
  OptionKind kind;
  std::string_view initial;
  std::string_view choices;
  std::string_view meaning;
};
const OptionRow& option_row(Option option);
std::optional<Option> find_option(std::string_view key);
std::vector<std::string_view> option_keys();

// Every option's value. Numbers and bools are numbers; words, flags and texts are texts. A flag is
// `enable`, `warn` or `error`, however it was written.
class Settings {
 public:
  Settings();
  std::uint64_t number(Option option) const { return values_[index(option)].number; }
  bool flag(Option option) const { return number(option) != 0; }
  const std::string& text(Option option) const { return values_[index(option)].text; }
  // Reads `text` as the option's kind wants it; on failure says what would be right: "expected an
  // integer".
  std::optional<std::string> set(Option option, std::string_view text);

 private:
  struct Value {
    std::uint64_t number = 0;
    std::string text;
  };
  static std::size_t index(Option option) { return static_cast<std::size_t>(option); }
  std::array<Value, static_cast<std::size_t>(Option::kCount)> values_;
};

}  // namespace sonde
