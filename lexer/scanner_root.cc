// The scanner between items: is a word a keyword or does it begin an attach point (spec/language.md
// §2.8), where does an attach point's raw text end, and which bytes belong to a preprocessor line
// or a C definition (§1.2). C text is only delimited here, never read.
#include <algorithm>

#include "lexer/base/concat.h"
#include "lexer/scanner.h"

namespace sonde {
namespace {

bool is_space(unsigned char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

enum class Shape : std::uint8_t { kBraced, kStatement, kDefinition };
struct ItemKeyword {
  std::string_view word;
  TokenKind kind;
  Shape shape;
  std::string_view next;  // bytes that may follow without white space
};
constexpr ItemKeyword kItemKeywords[] = {
    {"config", TokenKind::kConfig, Shape::kBraced, "="},
    {"macro", TokenKind::kMacro, Shape::kBraced, ""},
    {"fn", TokenKind::kFn, Shape::kBraced, ""},
    {"import", TokenKind::kImport, Shape::kStatement, "\""},
    {"let", TokenKind::kLet, Shape::kStatement, "@$"},
    {"struct", TokenKind::kCDefinition, Shape::kDefinition, "{"},
    {"union", TokenKind::kCDefinition, Shape::kDefinition, "{"},
    {"enum", TokenKind::kCDefinition, Shape::kDefinition, "{:"},
};

const ItemKeyword* find_item_keyword(std::string_view word) {
  auto keyword = std::find_if(std::begin(kItemKeywords), std::end(kItemKeywords),
                              [&](const ItemKeyword& candidate) { return candidate.word == word; });
  return keyword == std::end(kItemKeywords) ? nullptr : keyword;
}

}  // namespace

void Scanner::root_word() {
  const ItemKeyword* keyword = find_item_keyword(matched());
  bool may_begin_item = item_ == Item::kNone || header_is_complete();
  if (!keyword || !may_begin_item || cursor_ == limit_) return attach_text();
  bool stands_alone = is_space(*cursor_) || *cursor_ == '/' ||
                      keyword->next.find(static_cast<char>(*cursor_)) != std::string_view::npos;
  if (keyword->kind == TokenKind::kConfig) {
    // `config=kprobe:f` is a probe with a label.
    const Byte* next = skip_trivia(cursor_);
    bool label = next == cursor_ && limit_ - next > 1 && !is_space(next[1]) && next[1] != '{';
    // No probe has that name: without `=` it is the block all the same.
    stands_alone = next != limit_ && ((*next == '=' && !label) || *next == '{');
  }
  if (!stands_alone) return attach_text();
  if (item_ != Item::kNone) end_item();
  if (keyword->shape == Shape::kDefinition) {
    definition_begin_ = start_;
    mode_ = Mode::kDefinition;
    return;
  }
  push(keyword->kind);
  begin_item(keyword->shape == Shape::kBraced ? Item::kBraced : Item::kStatement, Mode::kBody);
}

// Behind an attach point only a comma, a predicate or the body can follow: what looks like another
// item is one, and the body is missing.
bool Scanner::header_is_complete() const {
  return item_ == Item::kProbe && buffer_.last().kind == TokenKind::kAttachPoint;
}

void Scanner::root_slash() {
  if (item_ == Item::kNone) begin_item(Item::kProbe, Mode::kRoot);
  push(TokenKind::kPredicateOpen);
  in_predicate_ = true;
  open_parentheses_ = 0;
  mode_ = Mode::kBody;
}

// From start_ up to `{`, `,`, white space or, as long as there was no `:`, `/`. A quoted part is
// taken whole.
void Scanner::attach_text() {
  if (item_ == Item::kNone) begin_item(Item::kProbe, Mode::kRoot);
  bool seen_colon = false;
  for (cursor_ = start_; cursor_ < limit_; ++cursor_) {
    Byte c = *cursor_;
    if (c == '{' || c == ',' || is_space(c) || (c == '/' && !seen_colon)) break;
    if (c == ':') seen_colon = true;
    if (c != '"') continue;
    const Byte* end = cursor_ + 1;
    while (end < limit_ && *end != '"' && *end != '\n')
      end += *end == '\\' && limit_ - end > 1 && end[1] != '\n' ? 2 : 1;
    if (end == limit_ || *end == '\n') {
      const Byte* quote = cursor_;
      cursor_ = end;
      report_open_quote(quote);
      break;
    }
    cursor_ = end;
  }
  push(TokenKind::kAttachPoint);
}

// Would a new item begin with the word that was just matched, if the open braces were closed? Only
// asked about files in which a closing brace is missing.
bool Scanner::looks_like_header() const {
  bool in_column_one = start_ == begin_ || start_[-1] == '\n';
  if (!in_column_one || open_braces_.empty() || cursor_ == limit_) return false;
  constexpr std::string_view kNotHeaders[] = {"if", "else", "while", "for", "unroll", "return"};
  if (std::find(std::begin(kNotHeaders), std::end(kNotHeaders), matched()) != std::end(kNotHeaders))
    return false;
  const Byte* next = skip_trivia(cursor_);
  if (next == limit_) return false;
  const ItemKeyword* keyword = find_item_keyword(matched());
  if (keyword && keyword->shape == Shape::kBraced) return next > cursor_;
  bool named_event = *cursor_ == ':' && limit_ - cursor_ > 1 && !is_space(cursor_[1]);
  return named_event || *next == '{';
}

// ---- C text ----

void Scanner::directive() {
  if (item_ != Item::kNone && !header_is_complete()) return attach_text();
  if (item_ != Item::kNone) end_item();
  skip_directive();
  push(TokenKind::kCDefinition);
}

void Scanner::directive_in_body() {
  bool begins_line = true;
  for (const Byte* before = start_; before > begin_ && before[-1] != '\n'; --before)
    begins_line = begins_line && is_space(before[-1]);
  if (!begins_line) return bad_character();
  skip_directive();
  diagnostics_
      .report(DiagnosticKind::kMisplacedItem, span_of_match(),
              "a preprocessor line may not stand inside of a block")
      .hint("move it to the top of the script");
}

// To the end of the line, which a backslash or a block comment moves to a later one.
void Scanner::skip_directive() {
  while (cursor_ < limit_ && *cursor_ != '\n') {
    std::string_view ahead = rest();
    if (ahead.starts_with("\\\r\n")) {
      cursor_ += 3;
    } else if (ahead.starts_with("\\\n")) {
      cursor_ += 2;
    } else if (ahead.starts_with("/*")) {
      cursor_ = skip_block_comment(cursor_);
    } else if (ahead.starts_with("//")) {
      while (cursor_ < limit_ && *cursor_ != '\n')
        cursor_ += *cursor_ == '\\' && rest().size() > 1 ? 2 : 1;
    } else if (*cursor_ == '"') {
      do cursor_ += *cursor_ == '\\' && rest().size() > 1 && cursor_[1] != '\n' ? 2 : 1;
      while (cursor_ < limit_ && *cursor_ != '"' && *cursor_ != '\n');
      if (cursor_ < limit_ && *cursor_ == '"') ++cursor_;
    } else {
      ++cursor_;
    }
  }
  while (cursor_ > start_ && is_space(cursor_[-1])) --cursor_;
}

void Scanner::definition_brace(bool open) {
  if (open) return open_braces_.push_back(span_of_match());
  if (!open_braces_.empty()) open_braces_.pop_back();
  if (open_braces_.empty()) finish_definition();
}

void Scanner::definition_semicolon() {
  if (open_braces_.empty()) finish_definition();
}

// Behind the closing brace or the semicolon of a declaration.
void Scanner::finish_definition() {
  if (cursor_[-1] == '}') {
    skip_attributes();
    const Byte* next = skip_trivia(cursor_);
    if (next != limit_ && *next == ';') cursor_ = next + 1;
  }
  start_ = definition_begin_;
  push(TokenKind::kCDefinition);
  mode_ = Mode::kRoot;
}

void Scanner::skip_attributes() {
  constexpr std::string_view kAttribute = "__attribute__";
  for (;;) {
    const Byte* next = skip_trivia(cursor_);
    std::string_view ahead(reinterpret_cast<const char*>(next),
                           static_cast<std::size_t>(limit_ - next));
    if (!ahead.starts_with(kAttribute)) return;
    const Byte* attribute = next;
    next = skip_trivia(next + kAttribute.size());
    unsigned depth = 0;
    do {
      if (next == limit_) {
        cursor_ = limit_;
        diagnostics_.report(DiagnosticKind::kUnterminatedBlock, span_from(attribute, cursor_),
                            "the parentheses of this attribute are not closed");
        return;
      }
      depth += *next == '(';
      depth -= *next == ')' && depth > 0;
      ++next;
    } while (depth > 0);
    cursor_ = next;
  }
}

}  // namespace sonde
