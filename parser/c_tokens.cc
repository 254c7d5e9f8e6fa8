// One pass over the bytes. Punctuation is taken by the longest match, so that `<<=` is one token;
// a byte that C does not know is a token of its own, which whoever reads it refuses.
#include "parser/c_tokens.h"

#include <algorithm>
#include <string_view>

namespace sonde::parser {
namespace {

using Kind = ast::CToken::Kind;

constexpr std::string_view kPunctuation[] = {"...", "<<=", ">>=", "->", "++", "--", "<<", ">>",
                                             "<=",  ">=",  "==",  "!=", "&&", "||", "*=", "/=",
                                             "%=",  "+=",  "-=",  "&=", "^=", "|=", "##"};

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool continues_name(char c) {
  return begins_name(c) || is_digit(c);
}

class Reader {
 public:
  Reader(Span piece, const SourceMap& sources, Diagnostics& diagnostics)
      : piece_(piece), text_(sources.text(piece)), diagnostics_(diagnostics) {}

  std::vector<RawCToken> run() {
    while (true) {
      std::size_t before = at_;
      skip_blanks();
      if (at_ >= text_.size()) return std::move(tokens_);
      if (at_ > before) follows_directly_ = false;
      read_token();
    }
  }

 private:
  bool ahead(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  char current() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool skip_joined_line() {
    for (std::string_view join : {"\\\n", "\\\r\n"}) {
      if (!ahead(join)) continue;
      at_ += join.size();
      return true;
    }
    return false;
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\n') begins_line_ = true;
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
        ++at_;
      } else if (ahead("//")) {
        while (at_ < text_.size() && text_[at_] != '\n')
          if (!skip_joined_line()) ++at_;
      } else if (ahead("/*")) {
        std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos)
          diagnostics_.report(DiagnosticKind::kUnterminatedComment, place(at_, at_ + 2),
                              "this comment is not closed");
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (!skip_joined_line()) {
        return;
      }
    }
  }

  void read_token() {
    std::size_t begin = at_;
    char c = text_[at_];
    if (begins_name(c)) {
      while (continues_name(current())) ++at_;
      push(Kind::kName, begin);
    } else if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      read_number();
      push(Kind::kNumber, begin);
    } else if (c == '"' || c == '\'') {
      read_quoted(c);
      push(c == '"' ? Kind::kString : Kind::kCharacter, begin);
    } else {
      at_ += punctuation_size();
      push(Kind::kPunctuation, begin);
    }
  }

  // Digits, letters and points; a sign only behind an exponent's letter.
  void read_number() {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (continues_name(c) || c == '.') continue;
      char before = text_[at_ - 1];
      bool is_exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
      bool is_hex = text_.substr(0, at_).ends_with("0xe") || text_.substr(0, at_).ends_with("0xE");
      if (!(is_exponent && !is_hex && (c == '+' || c == '-'))) return;
    }
  }

  void read_quoted(char quote) {
    std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n')
      at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1;
    if (current() == quote) {
      ++at_;
      return;
    }
    diagnostics_.report(DiagnosticKind::kUnterminatedString, place(begin, begin + 1),
                        "this quote is not closed");
  }

  std::size_t punctuation_size() const {
    for (std::string_view known : kPunctuation)
      if (ahead(known)) return known.size();
    return 1;
  }

  Span place(std::size_t begin, std::size_t end) const {
    return {piece_.file, piece_.begin + static_cast<std::uint32_t>(begin),
            piece_.begin + static_cast<std::uint32_t>(end)};
  }

  void push(Kind kind, std::size_t begin) {
    at_ = std::min(at_, text_.size());
    tokens_.push_back({{kind, std::string(text_.substr(begin, at_ - begin)), place(begin, at_)},
                       begins_line_,
                       follows_directly_});
    begins_line_ = false;
    follows_directly_ = true;
  }

  Span piece_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  bool begins_line_ = true;
  bool follows_directly_ = false;
  std::vector<RawCToken> tokens_;
};

}  // namespace

std::vector<RawCToken> read_c_tokens(Span piece, const SourceMap& sources,
                                     Diagnostics& diagnostics) {
  return Reader(piece, sources, diagnostics).run();
}

}  // namespace sonde::parser
