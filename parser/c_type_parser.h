// The parser behind parse_c_types(): one pass over each declaration's tokens. After a mistake,
// which is reported once, the rest of its declaration counts as read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/c_layout.h"
#include "parser/c_types.h"

namespace sonde::parser {

class CTypeParser {
 public:
  CTypeParser(World& world, Diagnostics& diagnostics) : world_(world), diagnostics_(diagnostics) {}

  void read(const ast::CDeclaration& declaration);
  CDefinitions take() && { return std::move(definitions_); }

 private:
  using Token = ast::CToken;
  struct Specifiers {
    CType type;
    CAttributes attributes;
    bool is_typedef = false;
    bool has_type = false;
  };
  struct Declarator {
    std::string name;
    Span span;
    CType type;
    CAttributes attributes;
  };

  // ---- tokens ----
  bool at_end() const { return next_ >= tokens_->size(); }
  const Token& peek(std::size_t ahead = 0) const;
  bool sees(std::string_view text, std::size_t ahead = 0) const;
  bool accept(std::string_view text);
  void expect(std::string_view text);
  Token take_token();
  void fail(Span span, std::string message);
  // Counts how deep the text nests while it lives, and ends what nests too deep.
  class Deeper {
   public:
    explicit Deeper(CTypeParser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDeepest) parser_.fail(parser_.peek().span, "this nests too deep");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    static constexpr int kDeepest = 200;
    CTypeParser& parser_;
  };
  void skip_group();  // from an opening parenthesis behind its closing one

  // ---- declarations (c_types.cc) ----
  Specifiers specifiers();
  bool take_word(Specifiers& found, std::string& words);
  void finish_words(Specifiers& found, const std::string& words, Span span);
  CType named_type(const Token& name);
  CType tagged_type(CKind kind, CAttributes& attributes);
  CType define_structure(CKind kind, const Token& keyword, const std::string& tag,
                         CAttributes attributes);
  void member_declaration(LayoutBuilder& layout);
  void member(LayoutBuilder& layout, const Specifiers& specifiers);
  CType define_enum(const Token& keyword, const std::string& tag, CAttributes attributes,
                    std::optional<CType> underlying);
  std::vector<CEnumerator> enumerators();
  void read_attributes(CAttributes& attributes);
  void read_attribute(CAttributes& attributes);
  Declarator declarator(CType base);
  CType suffixed(CType base);
  CType array_of(CType element, std::uint64_t length, Span span);
  CType completed(CType type, Span span);
  bool begins_type() const;
  std::map<std::string, CType, std::less<>>& tags(CKind kind);
  CType register_definition(CKind kind, const Token& keyword, const std::string& tag,
                            CLayout layout, CType type);

  // ---- constant expressions (c_constants.cc) ----
  std::int64_t constant() { return ternary(); }
  std::int64_t ternary();
  std::int64_t binary(int level);
  std::int64_t unary();
  std::int64_t primary();
  std::int64_t size_of();
  CType type_name();

  World& world_;
  Diagnostics& diagnostics_;
  CDefinitions definitions_;
  const std::vector<Token>* tokens_ = nullptr;
  std::size_t next_ = 0;
  Token end_;
  bool failed_ = false;
  int depth_ = 0;
};

}  // namespace sonde::parser
