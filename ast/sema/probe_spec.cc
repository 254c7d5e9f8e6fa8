// One pass over the bytes of an attach point. Quotes hide `:`, `@`, `+` and `$`; the text of a
// parameter that is put in hides nothing, so it may bring further parts along, but is not looked at
// for parameters again.
#include "ast/sema/probe_spec.h"

#include <charconv>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde::sema {
namespace {

class SpecReader {
 public:
  SpecReader(std::string_view text, const std::vector<std::string>& parameters, Span span,
             Diagnostics& diagnostics)
      : text_(text), parameters_(parameters), span_(span), diagnostics_(diagnostics) {}

  std::optional<std::vector<SpecPart>> read() {
    parts_.emplace_back();
    while (position_ < text_.size()) {
      char c = text_[position_++];
      if (c == '"') {
        if (!take_quoted()) return std::nullopt;
      } else if (c == '$') {
        if (!take_parameter()) return std::nullopt;
      } else {
        add_plain(c);
      }
    }
    return std::move(parts_);
  }

 private:
  void add_plain(char c) {
    if (c == ':') {
      parts_.emplace_back();
      return;
    }
    if (c == '@') {
      if (parts_.back().text.empty() && !parts_.back().is_at) parts_.pop_back();
      parts_.push_back({.text = "@", .plus = {}, .is_at = true});
      parts_.emplace_back();
      return;
    }
    if (c == '+' && !parts_.back().plus) parts_.back().plus = parts_.back().text.size();
    parts_.back().text += c;
  }

  bool take_quoted() {
    while (position_ < text_.size() && text_[position_] != '"') {
      if (text_[position_] == '\\' && position_ + 1 < text_.size()) ++position_;
      parts_.back().text += text_[position_++];
    }
    if (position_ == text_.size()) {
      diagnostics_.report(DiagnosticKind::kAttachPoint, span_,
                          "a quote in the attach point is not closed");
      return false;
    }
    ++position_;
    return true;
  }

  bool take_parameter() {
    std::uint64_t index = 0;
    std::string_view rest = text_.substr(position_);
    auto [end, error] = std::from_chars(rest.begin(), rest.end(), index);
    if (error != std::errc() || index == 0) {
      diagnostics_
          .report(DiagnosticKind::kAttachPoint, span_,
                  "`$` in an attach point begins a parameter: `$1`, `$2` …")
          .hint("put the part in double quotes when the `$` is meant literally");
      return false;
    }
    position_ += static_cast<std::size_t>(end - rest.begin());
    if (index <= parameters_.size())
      for (char c : parameters_[index - 1]) add_plain(c);
    return true;
  }

  std::string_view text_;
  const std::vector<std::string>& parameters_;
  Span span_;
  Diagnostics& diagnostics_;
  std::size_t position_ = 0;
  std::vector<SpecPart> parts_;
};

}  // namespace

std::optional<AttachPointSpec> read_attach_point(std::string_view text,
                                                 const std::vector<std::string>& parameters,
                                                 Span span, Diagnostics& diagnostics) {
  auto parts = SpecReader(text, parameters, span, diagnostics).read();
  if (!parts) return std::nullopt;
  AttachPointSpec spec;
  spec.provider = parts->front().text;
  std::size_t equals = spec.provider.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < spec.provider.size()) {
    spec.label = spec.provider.substr(0, equals);
    spec.provider.erase(0, equals + 1);
  }
  spec.parts.assign(std::make_move_iterator(parts->begin() + 1),
                    std::make_move_iterator(parts->end()));
  return spec;
}

std::optional<FunctionSpec> read_function(const SpecPart& part, Span span,
                                          Diagnostics& diagnostics) {
  if (!part.plus) return FunctionSpec{.name = part.text};
  std::string digits = part.text.substr(*part.plus + 1);
  NumberReading number = read_number(digits);
  if (!number.read()) {
    diagnostics.report(DiagnosticKind::kAttachPoint, span,
                       concat("invalid offset: `", digits, "`"));
    return std::nullopt;
  }
  return FunctionSpec{
      .name = part.text.substr(0, *part.plus), .has_offset = true, .offset = number.value};
}

}  // namespace sonde::sema
