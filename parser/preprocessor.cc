// Macros are replaced while declarations are read, with the definitions that hold there; a name
// inside its own replacement stays as it is, as in C. The macros that a script may use are those
// left at the end. A condition is an integer expression in which names that nothing defines are 0.
#include "parser/preprocessor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "lexer/base/concat.h"
#include "parser/c_expression.h"
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

// A condition as an integer expression in which names that nothing defines, called or not, are 0.
class Condition : private parser::CExpressionReader {
 public:
  // None when it is no constant expression.
  std::optional<std::int64_t> read(const Tokens& tokens) {
    begin(tokens, {});
    std::int64_t value = constant();
    if (!at_end() || has_failed()) return std::nullopt;
    return value;
  }

 private:
  // Where the condition stands is told once, by whoever asked.
  void report(Span, std::string) override {}

  std::optional<std::int64_t> own_operand() override {
    if (peek().kind != Kind::kName) return std::nullopt;
    take_token();
    if (sees("(")) skip_group();
    return 0;
  }
};

// ---- the preprocessor ----

// No text may exhaust the stack or the memory.
constexpr std::size_t kDeepestMacro = 200;
constexpr std::size_t kMostReplaced = 1 << 18;  // tokens

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

  // Appends `token` with macros replaced.
  void append_replaced(const CToken& token, Tokens& out) {
    auto found = token.kind == Kind::kName ? definitions_.find(token.text) : definitions_.end();
    bool is_replaced = found != definitions_.end() && !found->second.is_function_like &&
                       std::ranges::find(active_, found->first) == active_.end();
    if (!is_replaced) {
      out.push_back(token);
      return;
    }
    if (active_.size() == kDeepestMacro || replaced_ > kMostReplaced) {
      if (!std::exchange(has_told_limit_, true))
        report(token.span, "the macros of this C code nest too deep, or make too much of it");
      return;
    }
    active_.push_back(found->first);
    for (CToken part : found->second.text) {
      ++replaced_;
      part.span = token.span;
      append_replaced(part, out);
    }
    active_.pop_back();
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
    for (std::size_t i = 0; i < line.size(); ++i) {
      const CToken& token = line[i].token;
      if (!is(token, "defined")) {
        append_replaced(token, tokens);
        continue;
      }
      bool has_paren = i + 1 < line.size() && is(line[i + 1].token, "(");
      std::size_t name = i + (has_paren ? 2 : 1);
      if (name >= line.size()) break;
      bool is_defined = definitions_.contains(line[name].token.text);
      tokens.push_back({Kind::kNumber, is_defined ? "1" : "0", token.span});
      i = name + (has_paren ? 1 : 0);
    }
    auto value = Condition().read(tokens);
    if (!value && !has_told_limit_)
      report(span, "this condition is no constant expression of integers");
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
    append_replaced(token, declaration_);
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
  std::vector<std::string_view> active_;  // the macros being replaced, from the outermost
  std::size_t replaced_ = 0;              // tokens out of macros so far
  bool has_told_limit_ = false;
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
