// What the rules of lexer.re do with their matches. The rules see one token at a time; here is the
// memory: which root-level item is open, how many brackets, whether a predicate is being read. An
// item that is left open at the end of the file is closed with braces of no width, so that later
// passes meet balanced braces.
#include "lexer/scanner.h"

#include <algorithm>
#include <array>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"

namespace sonde {
namespace {

struct Keyword {
  std::string_view word;
  TokenKind kind;
};
constexpr Keyword kBodyKeywords[] = {
    {"true", TokenKind::kTrue},         {"false", TokenKind::kFalse},
    {"sizeof", TokenKind::kSizeOf},     {"offsetof", TokenKind::kOffsetOf},
    {"typeof", TokenKind::kTypeOf},     {"typeinfo", TokenKind::kTypeInfo},
    {"comptime", TokenKind::kComptime}, {"if", TokenKind::kIf},
    {"else", TokenKind::kElse},         {"while", TokenKind::kWhile},
    {"for", TokenKind::kFor},           {"unroll", TokenKind::kUnroll},
    {"let", TokenKind::kLet},           {"import", TokenKind::kImport},
    {"break", TokenKind::kBreak},       {"continue", TokenKind::kContinue},
    {"return", TokenKind::kReturn},     {"struct", TokenKind::kStruct},
    {"union", TokenKind::kUnion},       {"enum", TokenKind::kEnum},
};

bool is_space(unsigned char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Scanner::Scanner(FileId file, const SourceMap& sources, Diagnostics& diagnostics, Resync resync)
    : file_(file), diagnostics_(diagnostics), resync_(resync), buffer_(file) {
  std::string_view text = sources.text(file);
  begin_ = reinterpret_cast<const Byte*>(text.data());
  limit_ = begin_ + text.size();
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // as some editors begin a file
  cursor_ = start_ = begin_ + (text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  if (text.starts_with("#!")) {
    cursor_ = std::find(begin_, limit_, '\n');
    std::string_view line = text.substr(0, static_cast<std::size_t>(cursor_ - begin_));
    if (line.ends_with('\r')) line.remove_suffix(1);
    buffer_.set_shebang(line);
  }
}

Scanner::Outcome Scanner::scan() && {
  std::size_t most_errors = diagnostics_.error_count() + kMaxErrors;
  while (step() && !gave_up_) {
    if (diagnostics_.error_count() < most_errors) continue;
    gave_up_ = true;
    buffer_.push_damage(static_cast<std::uint32_t>(cursor_ - begin_));
  }
  bool left_open = !open_braces_.empty() && mode_ == Mode::kBody;
  finish();
  return {std::move(buffer_), left_open};
}

// ---- text ----

std::string_view Scanner::matched() const {
  return {reinterpret_cast<const char*>(start_), static_cast<std::size_t>(cursor_ - start_)};
}
std::string_view Scanner::rest() const {
  return {reinterpret_cast<const char*>(cursor_), static_cast<std::size_t>(limit_ - cursor_)};
}
Span Scanner::span_from(const Byte* begin, const Byte* end) const {
  return {file_, static_cast<std::uint32_t>(begin - begin_),
          static_cast<std::uint32_t>(end - begin_)};
}
Span Scanner::span_of_match() const {
  return span_from(start_, cursor_);
}

const Scanner::Byte* Scanner::skip_trivia(const Byte* from) const {
  while (from < limit_) {
    if (is_space(*from)) {
      ++from;
    } else if (limit_ - from >= 2 && from[0] == '/' && from[1] == '/') {
      from = std::find(from, limit_, '\n');
    } else if (limit_ - from >= 2 && from[0] == '/' && from[1] == '*') {
      from = skip_block_comment(from);
    } else {
      break;
    }
  }
  return from;
}

const Scanner::Byte* Scanner::skip_block_comment(const Byte* from) const {
  constexpr std::array<Byte, 2> kEnd = {'*', '/'};
  const Byte* end = std::search(from + 2, limit_, kEnd.begin(), kEnd.end());
  return end == limit_ ? limit_ : end + 2;
}

// ---- tokens ----

void Scanner::push(TokenKind kind) {
  buffer_.push({kind, span_of_match(), 0});
}

void Scanner::push_comment() {
  const Byte* end = cursor_;
  while (end > start_ && end[-1] == '\r') --end;
  buffer_.push_comment(span_from(start_, end));
}

void Scanner::push_number() {
  NumberReading reading = read_number(matched());
  if (!reading.read()) {
    bool too_big = reading.outcome == NumberReading::Outcome::kTooBig;
    diagnostics_.report(too_big ? DiagnosticKind::kNumberTooBig : DiagnosticKind::kBadNumber,
                        span_from(start_ + reading.problem_begin, start_ + reading.problem_end),
                        reading.problem);
  }
  buffer_.push({TokenKind::kInteger, span_of_match(), reading.value});
}

void Scanner::push_positional() {
  std::string_view digits = matched().substr(1);
  std::uint64_t index = 0;
  bool fits = true;
  for (char c : digits) {
    auto digit = static_cast<std::uint64_t>(c - '0');
    fits = fits && c >= '0' && c <= '9' && index <= (INT64_MAX - digit) / 10;
    if (fits) index = index * 10 + digit;
  }
  if (!fits) {
    diagnostics_
        .report(DiagnosticKind::kBadParameter, span_of_match(),
                concat("`", matched(), "` is no positional parameter"))
        .note("parameters are `$1` and up, variables begin with a letter");
  } else if (index == 0) {
    diagnostics_.report(DiagnosticKind::kBadParameter, span_of_match(),
                        concat("there is no parameter `", matched(), "`, the first is `$1`"));
  }
  buffer_.push({TokenKind::kPositional, span_of_match(), std::max<std::uint64_t>(index, 1)});
}

void Scanner::push_word() {
  if (resync_ == Resync::kAtHeaders && looks_like_header()) {
    diagnostics_
        .report(DiagnosticKind::kUnterminatedBlock, span_of_match(),
                "a new definition begins here, but a block is still open")
        .also_at(open_braces_.front(), "opened here");
    close_open_braces();
    end_item();
    root_word();
    return;
  }
  for (const Keyword& keyword : kBodyKeywords)
    if (keyword.word == matched()) return push(keyword.kind);
  push(TokenKind::kIdentifier);
}

void Scanner::push_string() {
  std::string_view text = matched();
  auto offset = static_cast<std::uint32_t>(start_ - begin_) + 1;
  buffer_.push_string(span_of_match(), unescape(text.substr(1, text.size() - 2), offset));
  if (item_ == Item::kStatement && open_braces_.empty() && open_parentheses_ == 0)
    end_item_unless_semicolon();
}

// `offset` is where `text` stands in the file.
std::string Scanner::unescape(std::string_view text, std::uint32_t offset) {
  auto digit = [&](std::size_t i, unsigned base) -> int {
    if (i >= text.size()) return -1;
    char c = text[i];
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : 99;
    return value < static_cast<int>(base) ? value : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i++];
      continue;
    }
    char letter = text[i + 1];
    std::size_t begin = i;
    i += 2;
    unsigned base = letter == 'x' || letter == 'X' ? 16 : letter >= '0' && letter <= '7' ? 8 : 0;
    constexpr std::string_view kLetters = "ntr\"\\";
    std::size_t plain = kLetters.find(letter);
    bool good = true;
    if (plain != std::string_view::npos) {
      out += "\n\t\r\"\\"[plain];
    } else if (base == 0) {
      good = false;
    } else {
      unsigned value = 0;
      std::size_t first = base == 16 ? i : --i;
      while (i - first < (base == 16 ? 2 : 3) && digit(i, base) >= 0)
        value = value * base + static_cast<unsigned>(digit(i++, base));
      good = i > first && value <= 255;
      out += static_cast<char>(value);
    }
    if (!good) report_bad_escape(text.substr(begin, i - begin), offset + begin);
  }
  return out;
}

void Scanner::report_bad_escape(std::string_view escape, std::size_t offset) {
  auto begin = static_cast<std::uint32_t>(offset);
  diagnostics_
      .report(DiagnosticKind::kBadEscape,
              {file_, begin, begin + static_cast<std::uint32_t>(escape.size())},
              concat("unknown escape `", escape, "` in a string"))
      .note("escapes are \\n \\t \\r \\\" \\\\, octal \\0 to \\377 and hex \\x0 to \\xff");
}

// The line end is what is wrong, so the report stands behind it.
void Scanner::report_open_quote(const Byte* quote) {
  buffer_.push_damage(span_of_match().begin);
  const Byte* next_line = std::min(cursor_ + 1, limit_);
  diagnostics_
      .report(DiagnosticKind::kUnterminatedString,
              span_from(next_line, std::min(next_line + 1, limit_)),
              "the string of the line before is not closed")
      .also_at(span_from(quote, quote + 1), "opened here");
}

void Scanner::unterminated_string() {
  report_open_quote(start_);
  buffer_.push_string(span_of_match(), std::string(matched().substr(1)));
}

void Scanner::unterminated_comment() {
  diagnostics_
      .report(DiagnosticKind::kUnterminatedComment, span_of_match(), "this comment is not closed")
      .hint("close it with `*/`");
  cursor_ = limit_;
}

void Scanner::bad_character() {
  if (*start_ == '\'') {
    const Byte* end = std::find(cursor_, std::min(cursor_ + 4, limit_), '\'');
    bool closed = end != limit_ && *end == '\'';
    if (closed) cursor_ = end + 1;
    diagnostics_
        .report(DiagnosticKind::kBadCharacter, span_of_match(), "there are no character literals")
        .hint("write the number, or index a string: `\"A\"[0]`");
    if (closed) push(TokenKind::kInteger);
    return;
  }
  buffer_.push_damage(span_of_match().begin);
  while (cursor_ < limit_ && *start_ >= 0x80 && (*cursor_ & 0xc0) == 0x80) ++cursor_;
  bool printable = *start_ >= 0x20 && *start_ != 0x7f;
  diagnostics_.report(DiagnosticKind::kBadCharacter, span_of_match(),
                      printable ? concat("`", matched(), "` begins nothing here")
                                : concat("byte 0x", hex(*start_), " begins nothing here"));
}

// ---- brackets ----

void Scanner::open_brace() {
  if (item_ == Item::kNone) begin_item(Item::kProbe, Mode::kBody);
  mode_ = Mode::kBody;
  if (open_braces_.empty()) parentheses_outside_ = open_parentheses_;
  open_braces_.push_back(span_of_match());
  push(TokenKind::kLeftBrace);
}

void Scanner::close_brace() {
  push(TokenKind::kRightBrace);
  if (!open_braces_.empty()) open_braces_.pop_back();
  if (!open_braces_.empty()) return;
  // A block expression in a predicate or a signature goes on with an operator or a parenthesis;
  // anything else means that the bracket around it was not closed.
  open_parentheses_ = parentheses_outside_;
  const Byte* next = skip_trivia(cursor_);
  constexpr std::string_view kGoesOn = "/*+-%<>=!&|^?:.[),";
  bool goes_on = (in_predicate_ || open_parentheses_ > 0) && next != limit_ &&
                 kGoesOn.find(static_cast<char>(*next)) != std::string_view::npos;
  if (!goes_on) end_item();
}

void Scanner::close_parenthesis() {
  push(TokenKind::kRightParen);
  if (open_parentheses_ > 0) --open_parentheses_;
  if (item_ == Item::kStatement && open_braces_.empty() && open_parentheses_ == 0)
    end_item_unless_semicolon();
}

void Scanner::semicolon() {
  push(TokenKind::kSemicolon);
  if (open_braces_.empty() && (item_ == Item::kBraced || item_ == Item::kStatement)) end_item();
}

void Scanner::body_slash() {
  const Byte* next = skip_trivia(cursor_);
  bool closes = in_predicate_ && open_braces_.empty() && next != limit_ && *next == '{';
  if (!closes) return push(TokenKind::kSlash);
  push(TokenKind::kPredicateClose);
  in_predicate_ = false;
  mode_ = Mode::kRoot;
}

void Scanner::close_open_braces() {
  for (; !open_braces_.empty(); open_braces_.pop_back())
    buffer_.push({TokenKind::kRightBrace, span_from(start_, start_), 0});
}

// ---- items ----

void Scanner::begin_item(Item item, Mode mode) {
  item_ = item;
  mode_ = mode;
  open_parentheses_ = 0;
  in_predicate_ = false;
}

void Scanner::end_item() {
  std::uint32_t end = buffer_.size() == 0 ? 0 : buffer_.last().span.end;
  buffer_.push({TokenKind::kItemEnd, {file_, end, end}, 0});
  begin_item(Item::kNone, Mode::kRoot);
}

void Scanner::end_item_unless_semicolon() {
  const Byte* next = skip_trivia(cursor_);
  if (next == limit_ || *next != ';') end_item();
}

void Scanner::finish() {
  start_ = cursor_ = limit_;
  if (!open_braces_.empty() && !gave_up_)
    diagnostics_
        .report(DiagnosticKind::kUnterminatedBlock, span_of_match(),
                "the file ends, but a block is still open")
        .also_at(open_braces_.front(), "opened here");
  if (mode_ == Mode::kDefinition) {
    if (open_braces_.empty() && !gave_up_)
      diagnostics_
          .report(DiagnosticKind::kUnterminatedBlock, span_of_match(),
                  "the file ends inside of a C definition")
          .also_at(span_from(definition_begin_, definition_begin_ + 1), "begun here");
    buffer_.push({TokenKind::kCDefinition, span_from(definition_begin_, limit_), 0});
  } else {
    close_open_braces();
  }
  if (item_ != Item::kNone) end_item();
  push(TokenKind::kEnd);
}

}  // namespace sonde
