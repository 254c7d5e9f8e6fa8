// Decisions are made from left to right and rest on one question: is an operand expected here, or
// has one just ended? The rules for a parenthesis that may be a cast are those of spec/language.md
// §3.7.
#include "lexer/classify.h"

#include "stdlib/type_names.h"

namespace sonde {
namespace {

class Classifier {
 public:
  Classifier(TokenBuffer& buffer, const SourceMap& sources)
      : buffer_(buffer), sources_(sources), partners_(match_brackets(buffer)) {}

  void run() {
    for (position_ = 0; position_ < buffer_.size(); ++position_) {
      classify_one();
      note(kind(position_));
    }
  }

 private:
  // What may come next.
  enum class Expect : std::uint8_t {
    kStatement,  // at the beginning of a statement
    kOperand,    // behind an operator, an opening bracket, a comma
    kOperator,   // behind an operand
  };
  struct TypeReading {
    std::size_t end = 0;   // behind the type; 0 when there is none
    bool plain = false;    // a single name
    bool certain = false;  // cannot be an expression
  };

  TokenKind kind(std::size_t i) const {
    return i < buffer_.size() ? buffer_[static_cast<TokenId>(i)].kind : TokenKind::kEnd;
  }
  void set(std::size_t i, TokenKind new_kind) {
    buffer_.reclassify(static_cast<TokenId>(i), new_kind);
  }
  std::string_view text(std::size_t i) const {
    return sources_.text(buffer_[static_cast<TokenId>(i)].span);
  }
  // The token behind the partner of the bracket at `i`; 0 when it has none.
  std::size_t behind_partner(std::size_t i) const {
    return i < partners_.size() && partners_[i] ? to_index(*partners_[i]) + 1 : 0;
  }
  TokenKind previous() const { return position_ == 0 ? TokenKind::kEnd : kind(position_ - 1); }
  bool is_name(std::size_t i) const {
    return kind(i) == TokenKind::kIdentifier || is_keyword(kind(i));
  }

  void classify_one() {
    if (is_keyword(kind(position_)) && is_only_a_name()) set(position_, TokenKind::kIdentifier);
    switch (kind(position_)) {
      case TokenKind::kLeftParen:
        return classify_parenthesis();
      case TokenKind::kLeftBrace:
        return classify_brace();
      case TokenKind::kIf:
        if (expect_ == Expect::kOperand) set(position_, TokenKind::kIfExpression);
        return;
      case TokenKind::kFn:
        return find_function_body();
      default:
        return;
    }
  }

  // A field, a member of a record, the beginning of a path in offsetof.
  bool is_only_a_name() const {
    if (previous() == TokenKind::kDot || previous() == TokenKind::kArrow) return true;
    if (open_.empty()) return false;
    TokenKind opener = kind(open_.back());
    bool begins_part = previous() == TokenKind::kComma || previous() == TokenKind::kRecordParen;
    if (opener == TokenKind::kRecordParen)
      return begins_part && kind(position_ + 1) == TokenKind::kAssign;
    bool in_offsetof = open_.back() > 0 && kind(open_.back() - 1) == TokenKind::kOffsetOf;
    return in_offsetof && previous() == TokenKind::kComma;
  }

  void classify_parenthesis() {
    TokenKind before = previous();
    if (before == TokenKind::kSizeOf || before == TokenKind::kOffsetOf ||
        before == TokenKind::kTypeOf || before == TokenKind::kTypeInfo) {
      TokenKind closer =
          before == TokenKind::kOffsetOf ? TokenKind::kComma : TokenKind::kRightParen;
      TypeReading type = read_type(position_ + 1);
      if (type.end != 0 && kind(type.end) == closer) set(position_, TokenKind::kTypeParen);
    } else if (expect_ == Expect::kOperator || before == TokenKind::kFor) {
      return;
    } else if (is_name(position_ + 1) && kind(position_ + 2) == TokenKind::kAssign) {
      set(position_, TokenKind::kRecordParen);
    } else if (opens_cast()) {
      set(position_, TokenKind::kCastParen);
    }
  }

  bool opens_cast() const {
    TypeReading type = read_type(position_ + 1);
    if (type.end == 0 || kind(type.end) != TokenKind::kRightParen) return false;
    TokenKind next = kind(type.end + 1);
    switch (next) {
      case TokenKind::kLeftParen:
      case TokenKind::kMinus:
      case TokenKind::kBang:
      case TokenKind::kTilde:
      case TokenKind::kStar:
      case TokenKind::kAnd:
      case TokenKind::kInteger:
      case TokenKind::kString:
      case TokenKind::kIdentifier:
      case TokenKind::kVariable:
      case TokenKind::kMap:
      case TokenKind::kPositional:
      case TokenKind::kParameterCount:
        return true;
      case TokenKind::kPlusPlus:
      case TokenKind::kMinusMinus:
        return type.certain;
      default:
        return token_row(next).group == TokenGroup::kOperandKeyword;
    }
  }

  // Reads what is a type by its form: spec/language.md §5.2.
  TypeReading read_type(std::size_t i) const {
    TypeReading type;
    switch (kind(i)) {
      case TokenKind::kStruct:
      case TokenKind::kUnion:
      case TokenKind::kEnum:
        if (kind(i + 1) != TokenKind::kIdentifier) return {};
        type = {i + 2, false, true};
        break;
      case TokenKind::kTypeOf:
        type = {behind_partner(i + 1), false, true};
        break;
      case TokenKind::kIdentifier:
        type = read_named_type(i);
        break;
      default:
        return {};
    }
    while (type.end != 0) {
      if (kind(type.end) == TokenKind::kStar) {
        type = {type.end + 1, false, true};
      } else if (kind(type.end) == TokenKind::kLeftBracket) {
        bool empty = kind(type.end + 1) == TokenKind::kRightBracket;
        bool number = kind(type.end + 1) == TokenKind::kInteger &&
                      kind(type.end + 2) == TokenKind::kRightBracket;
        if (!empty && !number && !type.certain) return {};
        type = {behind_partner(type.end), false, type.certain || empty};
      } else {
        break;
      }
    }
    return type;
  }

  TypeReading read_named_type(std::size_t i) const {
    auto class_at = [&](std::size_t at) {
      return kind(at) == TokenKind::kIdentifier ? classify_name(text(at)) : NameClass::kNeverType;
    };
    std::size_t end = i;
    while (class_at(end) == NameClass::kCQualifier) ++end;
    NameClass name_class = class_at(end);
    if (name_class == NameClass::kNeverType) return {};
    ++end;
    if (name_class == NameClass::kCTypeWord)
      while (class_at(end) == NameClass::kCTypeWord) ++end;
    return {end, end == i + 1, name_class != NameClass::kOther || end > i + 1};
  }

  // A block is an expression where an operand may stand; a body stands behind an operand, a header
  // or another statement.
  void classify_brace() {
    bool after_header = function_body_ == position_ || previous() == TokenKind::kPredicateClose ||
                        previous() == TokenKind::kAttachPoint || previous() == TokenKind::kElse;
    bool config = previous() == TokenKind::kAssign && position_ >= 2 &&
                  kind(position_ - 2) == TokenKind::kConfig;
    bool trailing_comma = open_.empty() && previous() == TokenKind::kComma;
    if (expect_ == Expect::kOperand && !after_header && !config && !trailing_comma)
      set(position_, TokenKind::kExpressionBrace);
  }

  // `fn f() : int8* {` ends in a star, which elsewhere asks for an operand.
  void find_function_body() {
    std::size_t i = position_ + 1;
    while (kind(i) != TokenKind::kLeftBrace && kind(i) != TokenKind::kItemEnd &&
           kind(i) != TokenKind::kEnd) {
      std::size_t behind = kind(i) == TokenKind::kLeftParen ? behind_partner(i) : 0;
      i = behind != 0 ? behind : i + 1;
    }
    function_body_ = i;
  }

  // Remembers the token just classified, for the question what may come next.
  void note(TokenKind now) {
    switch (now) {
      case TokenKind::kLeftBrace:
      case TokenKind::kExpressionBrace:
      case TokenKind::kLeftParen:
      case TokenKind::kCastParen:
      case TokenKind::kRecordParen:
      case TokenKind::kTypeParen:
      case TokenKind::kLeftBracket:
        open_.push_back(position_);
        break;
      case TokenKind::kItemEnd:
        open_.clear();
        break;
      default:
        break;
    }
    expect_ = expectation_behind(now);
  }

  Expect expectation_behind(TokenKind now) {
    switch (now) {
      case TokenKind::kLeftBrace:
      case TokenKind::kExpressionBrace:
      case TokenKind::kSemicolon:
      case TokenKind::kElse:
      case TokenKind::kItemEnd:
        return Expect::kStatement;
      case TokenKind::kRightBrace: {
        std::optional<std::size_t> opener = close(position_);
        bool expression = opener && kind(*opener) == TokenKind::kExpressionBrace;
        return expression ? Expect::kOperator : Expect::kStatement;
      }
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket: {
        std::optional<std::size_t> opener = close(position_);
        bool cast = opener && kind(*opener) == TokenKind::kCastParen;
        return cast ? Expect::kOperand : Expect::kOperator;
      }
      case TokenKind::kPlusPlus:
      case TokenKind::kMinusMinus:
        return expect_ == Expect::kOperator ? Expect::kOperator : Expect::kOperand;
      case TokenKind::kInteger:
      case TokenKind::kString:
      case TokenKind::kIdentifier:
      case TokenKind::kVariable:
      case TokenKind::kMap:
      case TokenKind::kPositional:
      case TokenKind::kParameterCount:
      case TokenKind::kTrue:
      case TokenKind::kFalse:
      case TokenKind::kBreak:
      case TokenKind::kContinue:
      case TokenKind::kAttachPoint:
        return Expect::kOperator;
      default:
        return Expect::kOperand;
    }
  }

  // Closes the bracket whose partner is at `i`, and what was left open inside of it.
  std::optional<std::size_t> close(std::size_t i) {
    if (!partners_[i]) return std::nullopt;
    std::size_t opener = to_index(*partners_[i]);
    while (!open_.empty() && open_.back() >= opener) open_.pop_back();
    return opener;
  }

  TokenBuffer& buffer_;
  const SourceMap& sources_;
  std::vector<std::optional<TokenId>> partners_;
  std::vector<std::size_t> open_;
  std::size_t position_ = 0;
  std::size_t function_body_ = 0;
  Expect expect_ = Expect::kStatement;
};

}  // namespace

void classify(TokenBuffer& buffer, const SourceMap& sources) {
  Classifier(buffer, sources).run();
}

}  // namespace sonde
