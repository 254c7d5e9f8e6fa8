// The parser behind parse_c_types(): one pass over each declaration's tokens. After a mistake,
// which is reported once, the rest of its declaration counts as read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/c_expression.h"
#include "parser/c_layout.h"
#include "parser/c_types.h"

namespace sonde::parser {

class CTypeParser : private CExpressionReader {
 public:
  CTypeParser(World& world, Diagnostics& diagnostics) : world_(world), diagnostics_(diagnostics) {}

  void read(const ast::CDeclaration& declaration);
  CDefinitions take() && { return std::move(definitions_); }

 private:
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

  // ---- declarations (c_types.cc) ----
  Specifiers specifiers();
  bool take_word(Specifiers& found, std::string& words);
  void finish_words(Specifiers& found, const std::string& words, Span span);
  CType named_type(const Token& name);
  CType tagged_type(CKind kind, CAttributes& attributes);
  CType define_structure(CKind kind, const Token& keyword, const std::string& tag,
                         CAttributes attributes);
  // How deep structures lie in these members by value.
  int deepest(const std::vector<CMember>& members) const;
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
  std::map<std::string, CType, std::less<>>& tags(CKind kind);
  CType register_definition(CKind kind, const Token& keyword, const std::string& tag,
                            CLayout layout, CType type);

  // ---- in constant expressions (c_constants.cc) ----
  std::optional<std::int64_t> own_operand() override;
  bool begins_type(std::size_t ahead = 0) const;
  std::int64_t size_of();
  std::int64_t cast();
  CType type_name();

  void report(Span span, std::string message) override {
    diagnostics_.report(DiagnosticKind::kCCode, span, std::move(message));
  }

  World& world_;
  Diagnostics& diagnostics_;
  CDefinitions definitions_;
  std::vector<int> nesting_;  // of structures in one another, by layout
};

}  // namespace sonde::parser
