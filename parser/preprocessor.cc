// Macros are replaced while declarations are read, with the definitions that hold there; a name
// inside its own replacement stays as it is, as in C. The macros that a script may use are those
// left at the end. A condition is an integer expression in which names that nothing defines are 0.
#include "parser/preprocessor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "lexer/base/concat.h"
#include "lexer/base/number.h"
#include "parser/c_tokens.h"

namespace sonde {
namespace {

using ast::CToken;
using parser::RawCToken;
using Kind = CToken::Kind;
using Tokens = std::vector<CToken>;

struct Definition {
  CToken name;
  Tokens text;
  bool is_function_like = false;
  std::size_t order = 0;
};
using Definitions = std::map<std::string, Definition, std::less<>>;

bool is(const CToken& token, std::string_view text) {
  return token.kind != Kind::kString && token.kind != Kind::kCharacter && token.text == text;
}

// Appends `token` with macros replaced. `active` are the names being replaced.
void append_replaced(const CToken& token, const Definitions& definitions,
                     std::vector<std::string_view>& active, Tokens& out) {
  auto found = token.kind == Kind::kName ? definitions.find(token.text) : definitions.end();
  bool is_replaced = found != definitions.end() && !found->second.is_function_like &&
                     std::ranges::find(active, found->first) == active.end();
  if (!is_replaced) {
    out.push_back(token);
    return;
  }
  active.push_back(found->first);
  for (CToken part : found->second.text) {
    part.span = token.span;
    append_replaced(part, definitions, active, out);
  }
  active.pop_back();
}

// ---- conditions ----

struct OperatorRow {
  std::string_view text;
  int level;
  std::int64_t (*apply)(std::int64_t, std::int64_t);
};
// Shifts and sums go through unsigned integers, where they are defined.
std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}
constexpr OperatorRow kOperators[] = {
    {"||", 1, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a || b; }},
    {"&&", 2, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a && b; }},
    {"|", 3, [](std::int64_t a, std::int64_t b) { return a | b; }},
    {"^", 4, [](std::int64_t a, std::int64_t b) { return a ^ b; }},
    {"&", 5, [](std::int64_t a, std::int64_t b) { return a & b; }},
    {"==", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a == b; }},
    {"!=", 6, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a != b; }},
    {"<", 7, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a < b; }},
    {">", 7, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a > b; }},
    {"<=", 7, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a <= b; }},
    {">=", 7, [](std::int64_t a, std::int64_t b) -> std::int64_t { return a >= b; }},
    {"<<", 8,
     [](std::int64_t a, std::int64_t b) {
       return static_cast<std::int64_t>(bits(a) << (bits(b) & 63));
     }},
    {">>", 8, [](std::int64_t a, std::int64_t b) { return a >> (bits(b) & 63); }},
    {"+", 9,
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) + bits(b)); }},
    {"-", 9,
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) - bits(b)); }},
    {"*", 10,
     [](std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(bits(a) * bits(b)); }},
    {"/", 10, [](std::int64_t a, std::int64_t b) { return b == -1 ? 0 - a : a / b; }},
    {"%", 10, [](std::int64_t a, std::int64_t b) { return b == -1 ? 0 : a % b; }},
};

// Reads a constant expression; none when it is not one. Nesting is limited, so that no text can
// exhaust the stack.
class Condition {
 public:
  explicit Condition(const Tokens& tokens) : tokens_(tokens) {}

  std::optional<std::int64_t> run() {
    std::int64_t value = ternary();
    if (failed_ || at_ != tokens_.size()) return std::nullopt;
    return value;
  }

 private:
  static constexpr int kMaxDepth = 200;

  bool take(std::string_view text) {
    if (at_ >= tokens_.size() || !is(tokens_[at_], text)) return false;
    ++at_;
    return true;
  }
  std::int64_t fail() {
    failed_ = true;
    return 0;
  }

  std::int64_t ternary() {
    if (++depth_ > kMaxDepth) return fail();
    std::int64_t value = binary(1);
    if (!failed_ && take("?")) {
      std::int64_t when_true = ternary();
      if (!take(":")) return fail();
      std::int64_t when_false = ternary();
      value = value ? when_true : when_false;
    }
    --depth_;
    return value;
  }

  std::int64_t binary(int level) {
    std::int64_t left = unary();
    while (!failed_ && at_ < tokens_.size()) {
      auto row = std::ranges::find_if(
          kOperators, [&](const OperatorRow& known) { return is(tokens_[at_], known.text); });
      if (row == std::end(kOperators) || row->level < level) break;
      ++at_;
      std::int64_t right = binary(row->level + 1);
      bool divides = row->text == "/" || row->text == "%";
      if (failed_ || (divides && right == 0)) return fail();
      left = row->apply(left, right);
    }
    return left;
  }

  std::int64_t unary() {
    if (++depth_ > kMaxDepth) return fail();
    std::int64_t value = 0;
    if (take("!")) {
      value = !unary();
    } else if (take("~")) {
      value = ~unary();
    } else if (take("-")) {
      value = static_cast<std::int64_t>(0 - bits(unary()));
    } else if (take("+")) {
      value = unary();
    } else {
      value = primary();
    }
    --depth_;
    return value;
  }

  std::int64_t primary() {
    if (take("(")) {
      std::int64_t value = ternary();
      return take(")") ? value : fail();
    }
    if (at_ >= tokens_.size()) return fail();
    const CToken& token = tokens_[at_++];
    if (token.kind == Kind::kNumber) {
      NumberReading number = read_number(token.text);
      return number.read() ? static_cast<std::int64_t>(number.value) : fail();
    }
    if (token.kind == Kind::kCharacter && token.text.size() == 3) return token.text[1];
    if (token.kind != Kind::kName) return fail();
    // A name that nothing defines, called or not.
    if (take("(")) skip_call();
    return 0;
  }

  void skip_call() {
    for (int depth = 1; depth > 0; ++at_) {
      if (at_ >= tokens_.size()) {
        fail();
        return;
      }
      if (is(tokens_[at_], "(")) ++depth;
      if (is(tokens_[at_], ")")) --depth;
    }
  }

  const Tokens& tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

// ---- the preprocessor ----

class Preprocessor {
 public:
  Preprocessor(const SourceMap& sources, Diagnostics& diagnostics)
      : sources_(sources), diagnostics_(diagnostics) {}

  void predefine(std::string_view name) {
    CToken word{Kind::kName, std::string(name), {}};
    define({word, {{Kind::kNumber, "1", {}}}});
  }

  void read(Span piece) {
    std::vector<RawCToken> tokens = parser::read_c_tokens(piece, sources_, diagnostics_);
    for (std::size_t i = 0; i < tokens.size();) {
      bool is_directive = tokens[i].begins_line && is(tokens[i].token, "#");
      if (!is_directive) {
        if (is_live()) read_declaration_token(tokens[i].token);
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < tokens.size() && !tokens[end].begins_line) ++end;
      directive({tokens.data() + i, end - i});
      i = end;
    }
    end_declaration();
  }

  ast::CSource finish() {
    for (const Branch& branch : branches_)
      report(branch.opened_at, "this condition is not closed").hint("end it with `#endif`");
    std::vector<const Definition*> kept;
    for (const auto& [name, definition] : definitions_)
      if (!definition.is_function_like && definition.name.span.has_place())
        kept.push_back(&definition);
    std::ranges::sort(kept, {}, &Definition::order);
    for (const Definition* definition : kept) {
      Span text = definition->name.span;
      text.begin = text.end;
      if (!definition->text.empty())
        text = cover(definition->text.front().span, definition->text.back().span);
      source_.macros.push_back({definition->name.text, definition->name.span, text});
    }
    return std::move(source_);
  }

 private:
  // An open `#if`.
  struct Branch {
    Span opened_at;
    bool was_live = false;  // around the condition
    bool is_live = false;
    bool any_taken = false;
    bool seen_else = false;
  };
  using Line = std::span<const RawCToken>;

  bool is_live() const { return branches_.empty() || branches_.back().is_live; }

  Diagnostics::Report report(Span span, std::string message) {
    return diagnostics_.report(DiagnosticKind::kCCode, span, std::move(message));
  }

  void define(Definition definition) {
    auto [place, is_new] = definitions_.try_emplace(definition.name.text);
    definition.order = is_new ? next_order_++ : place->second.order;
    place->second = std::move(definition);
  }

  void directive(Line line) {
    if (line.size() == 1) return;
    const CToken& word = line[1].token;
    Span span = cover(line.front().token.span, line.back().token.span);
    Line rest = line.subspan(2);
    if (is(word, "if") || is(word, "ifdef") || is(word, "ifndef")) return open(word, span, rest);
    if (is(word, "elif") || is(word, "else")) return next_branch(word, span, rest);
    if (is(word, "endif")) {
      if (branches_.empty())
        report(span, "there is no condition that this could end");
      else
        branches_.pop_back();
      return;
    }
    if (!is_live()) return;
    if (is(word, "define")) return read_define(span, rest);
    if (is(word, "undef")) {
      if (!rest.empty()) definitions_.erase(rest.front().token.text);
    } else if (is(word, "include")) {
      read_include(span, rest);
    } else if (is(word, "error")) {
      Span text = span;
      text.begin = rest.empty() ? text.end : rest.front().token.span.begin;
      report(span, concat("the script's own `#error`: ", sources_.text(text)));
    } else if (!is(word, "pragma") && !is(word, "line") && !is(word, "warning")) {
      report(span, concat("`#", word.text, "` is no directive of the preprocessor"));
    }
  }

  void open(const CToken& word, Span span, Line rest) {
    Branch branch{.opened_at = span, .was_live = is_live()};
    if (branch.was_live) {
      if (is(word, "if")) {
        branch.is_live = holds(span, rest);
      } else if (rest.empty()) {
        report(span, "a name is missing");
      } else {
        branch.is_live = definitions_.contains(rest.front().token.text) == is(word, "ifdef");
      }
    }
    branch.any_taken = branch.is_live;
    branches_.push_back(branch);
  }

  void next_branch(const CToken& word, Span span, Line rest) {
    if (branches_.empty() || branches_.back().seen_else) {
      report(span, concat("there is no condition that this `#", word.text, "` could go on"));
      return;
    }
    Branch& branch = branches_.back();
    branch.seen_else = is(word, "else");
    bool may_be_taken = branch.was_live && !branch.any_taken;
    branch.is_live = may_be_taken && (branch.seen_else || holds(span, rest));
    branch.any_taken = branch.any_taken || branch.is_live;
  }

  bool holds(Span span, Line line) {
    Tokens tokens;
    std::vector<std::string_view> active;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const CToken& token = line[i].token;
      if (!is(token, "defined")) {
        append_replaced(token, definitions_, active, tokens);
        continue;
      }
      bool has_paren = i + 1 < line.size() && is(line[i + 1].token, "(");
      std::size_t name = i + (has_paren ? 2 : 1);
      if (name >= line.size()) break;
      bool is_defined = definitions_.contains(line[name].token.text);
      tokens.push_back({Kind::kNumber, is_defined ? "1" : "0", token.span});
      i = name + (has_paren ? 1 : 0);
    }
    auto value = Condition(tokens).run();
    if (!value) report(span, "this condition is no constant expression of integers");
    return value.value_or(0) != 0;
  }

  void read_define(Span span, Line rest) {
    if (rest.empty() || rest.front().token.kind != Kind::kName) {
      report(span, "a name to define is missing");
      return;
    }
    Definition definition{.name = rest.front().token, .text = {}};
    definition.is_function_like =
        rest.size() > 1 && rest[1].follows_directly && is(rest[1].token, "(");
    for (const RawCToken& token : rest.subspan(1)) definition.text.push_back(token.token);
    define(std::move(definition));
  }

  void read_include(Span span, Line rest) {
    bool is_quoted = !rest.empty() && rest.front().token.kind == Kind::kString;
    bool is_system = !rest.empty() && is(rest.front().token, "<") && is(rest.back().token, ">");
    if (!is_quoted && !is_system) {
      report(span, "the name of a header is missing");
      return;
    }
    Span place = cover(rest.front().token.span, rest.back().token.span);
    std::string_view text = sources_.text(place);
    source_.includes.push_back({std::string(text.substr(1, text.size() - 2)), is_system, place});
  }

  // ---- declarations ----

  void read_declaration_token(const CToken& token) {
    std::size_t begin = declaration_.size();
    std::vector<std::string_view> active;
    append_replaced(token, definitions_, active, declaration_);
    for (std::size_t i = begin; i < declaration_.size(); ++i) {
      const CToken& part = declaration_[i];
      if (is(part, "{")) has_parameters_ = has_parameters_ || (depth_ == 0 && seen_parenthesis_);
      if (is(part, "(") && depth_ == 0)
        seen_parenthesis_ =
            seen_parenthesis_ || (i > 0 && !is(declaration_[i - 1], "__attribute__"));
      if (is(part, "{") || is(part, "(") || is(part, "[")) ++depth_;
      if (is(part, "}") || is(part, ")") || is(part, "]")) --depth_;
    }
    if (declaration_.empty() || depth_ > 0) return;
    if (is(declaration_.back(), ";")) {
      declaration_.pop_back();
      end_declaration();
    } else if (has_parameters_ && is(declaration_.back(), "}")) {
      end_declaration();
    }
  }

  // Variables and functions, which only a header has, define nothing that a script can use.
  void end_declaration() {
    auto first = std::ranges::find_if(declaration_, [](const CToken& token) {
      return !is(token, "__extension__") && !is(token, "const") && !is(token, "static") &&
             !is(token, "extern");
    });
    bool defines_type = first != declaration_.end() && !has_parameters_ &&
                        (is(*first, "struct") || is(*first, "union") || is(*first, "enum") ||
                         is(*first, "typedef"));
    if (defines_type) {
      Span span = cover(declaration_.front().span, declaration_.back().span);
      source_.declarations.push_back({span, std::move(declaration_)});
    }
    declaration_.clear();
    depth_ = 0;
    seen_parenthesis_ = has_parameters_ = false;
  }

  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  Definitions definitions_;
  std::size_t next_order_ = 0;
  std::vector<Branch> branches_;
  ast::CSource source_;
  // The declaration being read, and what its brackets say about it.
  Tokens declaration_;
  int depth_ = 0;
  bool seen_parenthesis_ = false;
  bool has_parameters_ = false;  // a function's body follows them
};

}  // namespace

ast::CSource preprocess(const std::vector<Span>& pieces,
                        const std::vector<std::string_view>& predefined, const SourceMap& sources,
                        Diagnostics& diagnostics) {
  Preprocessor preprocessor(sources, diagnostics);
  for (std::string_view name : predefined) preprocessor.predefine(name);
  for (Span piece : pieces) preprocessor.read(piece);
  return preprocessor.finish();
}

}  // namespace sonde
