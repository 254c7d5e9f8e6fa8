// Signatures of builtins: the text of a row, parsed while sonde itself is compiled, so that a row
// with a mistake in it does not build. `none print(any value, number top?)` has a result type, a
// name and parameters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sonde {

enum class ParameterKind : std::uint8_t {
  kInt,      // an integer expression
  kPtr,      // a pointer, or an integer taken as an address
  kString,   // a string
  kAny,      // any printable value
  kMap,      // a map as a whole
  kKey,      // a key of the map given before
  kElement,  // a map, or one element of it
  kWord,     // a bare identifier: a clock, a stack mode
  kLiteral,  // a string literal
  kNumber,   // an integer known at compile time
};

struct Parameter {
  ParameterKind kind{};
  std::string_view name;
  bool optional = false;
  bool variadic = false;  // stands for any number of arguments, none included
};

struct Signature {
  static constexpr std::size_t kMaxParameters = 6;
  std::string_view text;
  std::string_view result;
  std::string_view name;
  std::array<Parameter, kMaxParameters> parameters{};
  std::size_t parameter_count = 0;

  constexpr std::size_t required_count() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < parameter_count; ++i)
      if (!parameters[i].optional && !parameters[i].variadic) ++count;
    return count;
  }
  constexpr bool is_variadic() const {
    return parameter_count > 0 && parameters[parameter_count - 1].variadic;
  }
};

// Not constexpr and never defined: reaching it stops the compilation of a wrong row.
void signature_is_malformed();

constexpr ParameterKind parse_parameter_kind(std::string_view word) {
  constexpr std::pair<std::string_view, ParameterKind> kKinds[] = {
      {"int", ParameterKind::kInt},         {"ptr", ParameterKind::kPtr},
      {"string", ParameterKind::kString},   {"any", ParameterKind::kAny},
      {"map", ParameterKind::kMap},         {"key", ParameterKind::kKey},
      {"element", ParameterKind::kElement}, {"word", ParameterKind::kWord},
      {"literal", ParameterKind::kLiteral}, {"number", ParameterKind::kNumber}};
  for (const auto& [name, kind] : kKinds)
    if (name == word) return kind;
  signature_is_malformed();
  return {};
}

constexpr Parameter parse_parameter(std::string_view text) {
  std::size_t space = text.find(' ');
  if (space == std::string_view::npos) signature_is_malformed();
  Parameter parameter;
  parameter.kind = parse_parameter_kind(text.substr(0, space));
  parameter.name = text.substr(space + 1);
  if (parameter.name.ends_with("...")) {
    parameter.variadic = true;
    parameter.name.remove_suffix(3);
  } else if (parameter.name.ends_with('?')) {
    parameter.optional = true;
    parameter.name.remove_suffix(1);
  }
  return parameter;
}

constexpr Signature parse_signature(std::string_view text) {
  Signature signature{.text = text, .result = {}, .name = {}};
  std::size_t space = text.find(' ');
  std::size_t open = text.find('(');
  if (space == std::string_view::npos || open == std::string_view::npos || !text.ends_with(')'))
    signature_is_malformed();
  signature.result = text.substr(0, space);
  signature.name = text.substr(space + 1, open - space - 1);
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  while (!rest.empty()) {
    if (signature.parameter_count == Signature::kMaxParameters) signature_is_malformed();
    std::size_t comma = rest.find(", ");
    signature.parameters[signature.parameter_count++] = parse_parameter(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
  }
  return signature;
}

}  // namespace sonde
