// The expression is ECMAScript's and the library's are POSIX extended ones, because std::regex
// reports what is wrong by throwing. The two differ in how classes of characters are written, and a
// search for whether anything matches cannot tell a lazy repetition from a greedy one, so a
// translation of the text is enough; what has no counterpart (look-ahead) is refused.
#include "ast/sema/probe_filter.h"

#include <cerrno>
#include <optional>
#include <string_view>

#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

struct ClassEscape {
  char letter;
  std::string_view inside;  // as members of a bracket expression; empty: cannot stand in one
  std::string_view alone;
};
constexpr ClassEscape kClasses[] = {{'d', "0-9", "[0-9]"},
                                    {'D', "", "[^0-9]"},
                                    {'w', "[:alnum:]_", "[[:alnum:]_]"},
                                    {'W', "", "[^[:alnum:]_]"},
                                    {'s', "[:space:]", "[[:space:]]"},
                                    {'S', "", "[^[:space:]]"}};

const ClassEscape* find_class(char letter) {
  for (const ClassEscape& known : kClasses)
    if (known.letter == letter) return &known;
  return nullptr;
}

class Translator {
 public:
  explicit Translator(std::string_view text) : text_(text) {}

  Result<std::string> translate() {
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '\\') {
        TRY_DO(take_escape());
      } else if (c == '[') {
        TRY_DO(take_brackets());
      } else if (c == '(' && text_.substr(at_, 1) == "?") {
        if (text_.substr(at_, 2) != "?:") return wrong("look-ahead is not supported");
        at_ += 2;
        out_ += '(';
      } else if (c == '?' && repeats_) {
        repeats_ = false;  // lazy
        continue;
      } else {
        out_ += c;
      }
      repeats_ = c == '*' || c == '+' || c == '?' || c == '}';
    }
    return std::move(out_);
  }

 private:
  static Error wrong(std::string message) {
    return {.message = std::move(message), .code = EINVAL, .hint = {}};
  }

  Result<void> take_escape() {
    if (at_ == text_.size()) return wrong("a backslash at the end");
    char c = text_[at_++];
    if (const ClassEscape* found = find_class(c))
      out_ += found->alone;
    else
      out_ += concat('\\', c);
    return {};
  }

  // In a POSIX bracket expression a backslash is itself, `]` stands first and `-` last.
  Result<void> take_brackets() {
    bool is_negated = text_.substr(at_, 1) == "^";
    if (is_negated) ++at_;
    std::string members;
    bool has_bracket = false, has_dash = false;
    for (; at_ < text_.size() && text_[at_] != ']'; ++at_) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
        if (const ClassEscape* found = find_class(c)) {
          if (found->inside.empty()) return wrong("a negated class inside brackets");
          members += found->inside;
        } else if (c == ']') {
          has_bracket = true;
        } else if (c == '-') {
          has_dash = true;
        } else {
          members += c;
        }
      } else {
        members += c;
      }
    }
    if (at_ == text_.size()) return wrong("a bracket that is not closed");
    ++at_;
    out_ += concat('[', is_negated ? "^" : "", has_bracket ? "]" : "", members, has_dash ? "-" : "",
                   ']');
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  bool repeats_ = false;  // what came last is a repetition
};

}  // namespace

void ProbeFilter::Free::operator()(regex_t* compiled) const {
  ::regfree(compiled);
  delete compiled;
}

Result<ProbeFilter> ProbeFilter::compile(const std::string& expression) {
  TRY(std::string translated, Translator(expression).translate());
  auto compiled = std::make_unique<regex_t>();
  int code = ::regcomp(compiled.get(), translated.c_str(), REG_EXTENDED | REG_NOSUB);
  if (code != 0) {
    char reason[128];
    ::regerror(code, compiled.get(), reason, sizeof reason);
    return Error{.message = reason, .code = EINVAL, .hint = {}};
  }
  return ProbeFilter(std::unique_ptr<regex_t, Free>(compiled.release()));
}

bool ProbeFilter::matches(const std::string& name) const {
  return ::regexec(compiled_.get(), name.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace sonde::sema
