// What tokens become which nodes. Trees are compared by their shape (kinds, values, no places),
// written on one line.
#include "parser/parse.h"

#include <gtest/gtest.h>

#include "ast/dump.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde {
namespace {

struct Parsed {
  SourceMap sources;
  Diagnostics diagnostics;
  TokenBuffer tokens;
  ast::Program program;
  explicit Parsed(std::string text)
      : tokens(lex(sources.add("t.bt", std::move(text)), sources, diagnostics)),
        program(parse(tokens, sources, diagnostics)) {}

  std::string errors() const {
    std::string out;
    for (const Diagnostic* diagnostic : diagnostics.sorted()) {
      LineColumn place = sources.locate(diagnostic->span.file, diagnostic->span.begin);
      out +=
          concat(place.line, ':', place.column, ' ', diagnostic_row(diagnostic->kind).name, '\n');
    }
    return out;
  }
};

// A node and its children as Kind(child, child), leaves by their text.
std::string shape(const ast::Program& program, ast::NodeId id) {
  ast::NodeList children;
  append_children(program, id, children);
  std::string name;
  if (const auto* unary = program.get_if<ast::Unary>(id)) {
    bool behind =
        unary->op == ast::UnaryOp::kPostIncrement || unary->op == ast::UnaryOp::kPostDecrement;
    name = concat(behind ? "post" : "", spelling(unary->op));
  } else if (const auto* binary = program.get_if<ast::Binary>(id)) {
    name = spelling(binary->op);
  } else if (const auto* integer = program.get_if<ast::IntegerLiteral>(id)) {
    return concat(integer->value);
  } else if (const auto* variable = program.get_if<ast::Variable>(id)) {
    return variable->name;
  } else if (const auto* map = program.get_if<ast::Map>(id)) {
    return map->name;
  } else if (const auto* identifier = program.get_if<ast::Identifier>(id)) {
    return identifier->name;
  } else if (const auto* call = program.get_if<ast::Call>(id)) {
    name = call->name;
  } else if (const auto* type = program.get_if<ast::TypeName>(id)) {
    name = concat('<', type->name);
    for (const auto& suffix : type->suffixes)
      name += suffix.kind == ast::TypeName::Suffix::Kind::kPointer ? "*" : "[]";
    name += '>';
    if (children.empty()) return name;
  } else if (const auto* field = program.get_if<ast::FieldAccess>(id)) {
    name = concat('.', field->name);
  } else if (const auto* element = program.get_if<ast::TupleAccess>(id)) {
    name = concat('.', element->index);
  } else {
    name = node_kind_name(program.kind(id));
  }
  std::string out = concat(name, '(');
  for (std::size_t i = 0; i < children.size(); ++i)
    out += concat(i > 0 ? ", " : "", shape(program, children[i]));
  return out + ')';
}

std::string shape_of_expression(std::string_view text) {
  Parsed parsed(concat("x{", text, "}"));
  EXPECT_EQ(parsed.errors(), "") << text;
  if (parsed.diagnostics.has_errors()) return "errors";
  const auto& probe = parsed.program.get<ast::Probe>(parsed.program.items().at(0));
  return shape(parsed.program, parsed.program.get<ast::Block>(probe.body).value);
}

struct Case {
  const char* text;
  const char* shape;
};
class Expression : public testing::TestWithParam<Case> {};

TEST_P(Expression, HasShape) {
  EXPECT_EQ(shape_of_expression(GetParam().text), GetParam().shape);
}

INSTANTIATE_TEST_SUITE_P(
    Precedence, Expression,
    testing::Values(Case{"1 + 2 * 3", "+(1, *(2, 3))"}, Case{"1 * 2 + 3", "+(*(1, 2), 3)"},
                    Case{"1 - 2 - 3", "-(-(1, 2), 3)"}, Case{"1 << 2 + 3", "<<(1, +(2, 3))"},
                    Case{"1 < 2 << 3", "<(1, <<(2, 3))"}, Case{"1 == 2 < 3", "==(1, <(2, 3))"},
                    Case{"1 & 2 == 3", "&(1, ==(2, 3))"}, Case{"1 ^ 2 & 3", "^(1, &(2, 3))"},
                    Case{"1 | 2 ^ 3", "|(1, ^(2, 3))"}, Case{"1 && 2 | 3", "&&(1, |(2, 3))"},
                    Case{"1 || 2 && 3", "||(1, &&(2, 3))"},
                    Case{"1 ? 2 : 3 ? 4 : 5", "Ternary(1, 2, Ternary(3, 4, 5))"},
                    Case{"1 || 2 ? 3 : 4", "Ternary(||(1, 2), 3, 4)"},
                    Case{"1 ?: 2 ?: 3", "Ternary(1, Ternary(2, 3))"},
                    Case{"-$a * $b", "*(-($a), $b)"}, Case{"!$a.b", "!(.b($a))"},
                    Case{"*$p++", "*(post++($p))"}, Case{"(t)$a + 1", "+(Cast(<t>, $a), 1)"},
                    Case{"(t*)$a.b", "Cast(<t*>, .b($a))"}, Case{"-(t)-$a", "-(Cast(<t>, -($a)))"},
                    Case{"comptime $a + 1", "+(Comptime($a), 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Forms, Expression,
    testing::Values(
        Case{"()", "Tuple()"}, Case{"(1)", "Paren(1)"}, Case{"(1,)", "Tuple(1)"},
        Case{"(1, 2,)", "Tuple(1, 2)"}, Case{"(a = 1,)", "Record(1)"},
        Case{"@a[1, 2]", "Index(@a, 1, 2)"}, Case{"@[1][2]", "Index(Index(@, 1), 2)"},
        Case{"$t.1.0", ".0(.1($t))"}, Case{"$p.next[2].val", ".val(Index(.next($p), 2))"},
        Case{"a->b.if", ".if(.b(a))"}, Case{"f()", "f()"}, Case{"f(1, $x,)", "f(1, $x)"},
        Case{"f!(1)", "f(1)"}, Case{"f(typeof(t), 1)", "f(TypeOf(<t>), 1)"},
        Case{"sizeof(t[2])", "SizeOf(<t[]>(2))"}, Case{"sizeof($x[2])", "SizeOf(Index($x, 2))"},
        Case{"offsetof(struct s, a.b)", "OffsetOf(<s>)"},
        Case{"(unsigned long*)x", "Cast(<unsigned long*>, x)"},
        Case{"(pid)*tid", "*(Paren(pid), tid)"}, Case{"&$v", "&($v)"},
        Case{"f({ $x = 1; $x })", "f(Block(Assign($x, 1), $x))"},
        Case{"0 + if $a { 1 } else { 2 }", "+(0, If($a, Block(1), Block(2)))"},
        Case{"if (1) { 2 } else if 3 { 4 } else { 5 }",
             "If(1, Block(2), If(3, Block(4), Block(5)))"}));

TEST(Blocks, AnIfWithoutAValueInEveryBranchIsAStatement) {
  for (const char* text :
       {"x{ if (1) { 2 } }", "x{ if (1) { 2 } else { 3; } }", "x{ if (1) { 2 } else { 3 }; }"}) {
    Parsed parsed(text);
    const auto& probe = parsed.program.get<ast::Probe>(parsed.program.items().at(0));
    const auto& body = parsed.program.get<ast::Block>(probe.body);
    EXPECT_EQ(body.statements.size(), 1u) << text;
    EXPECT_FALSE(exists(body.value)) << text;
  }
}

TEST(Conditions, LoseTheirParentheses) {
  Parsed parsed("x{ while ((1)) { } if comptime (2) { } if (comptime 3) { } }");
  const auto& probe = parsed.program.get<ast::Probe>(parsed.program.items().at(0));
  EXPECT_EQ(shape(parsed.program, probe.body),
            "Block(While(Paren(1), Block()), If(2, Block()), If(Comptime(3), Block()))");
}

TEST(Nodes, HaveTheSpansOfTheirText) {
  Parsed parsed("x { $a = f( 1 ) + 2 ; }");
  const auto& probe = parsed.program.get<ast::Probe>(parsed.program.items().at(0));
  const auto& body = parsed.program.get<ast::Block>(probe.body);
  const auto& assign = parsed.program.get<ast::Assign>(body.statements.at(0));
  auto text = [&](ast::NodeId id) { return parsed.sources.text(parsed.program.span(id)); };
  EXPECT_EQ(text(parsed.program.items()[0]), "x { $a = f( 1 ) + 2 ; }");
  EXPECT_EQ(text(probe.body), "{ $a = f( 1 ) + 2 ; }");
  EXPECT_EQ(text(body.statements[0]), "$a = f( 1 ) + 2");
  EXPECT_EQ(text(assign.value), "f( 1 ) + 2");
  EXPECT_EQ(text(parsed.program.get<ast::Binary>(assign.value).left), "f( 1 )");
}

TEST(Nodes, StandBehindTheirChildren) {
  Parsed parsed(
      "macro m(a) { if (a) { 1 } else { 2 } } x /1/ { let $v : int8 = m(3); for $i : 0..1 { } }");
  ast::NodeList children;
  for (std::size_t i = 0; i < parsed.program.node_count(); ++i) {
    children.clear();
    append_children(parsed.program, static_cast<ast::NodeId>(i), children);
    for (ast::NodeId child : children) EXPECT_LT(to_index(child), i);
  }
}

TEST(Program, KeepsTheShebang) {
  EXPECT_EQ(Parsed("#!/bin/x y\r\nbegin{}").program.shebang(), "#!/bin/x y");
}

struct Wrong {
  const char* text;
  const char* errors;
};
class Errors : public testing::TestWithParam<Wrong> {};

TEST_P(Errors, AreAllReportedOnce) {
  EXPECT_EQ(Parsed(GetParam().text).errors(), GetParam().errors);
}

INSTANTIATE_TEST_SUITE_P(
    Recovery, Errors,
    testing::Values(Wrong{"x{ $a = ; $b = 1; $c = ; }", "1:9 syntax\n1:24 syntax\n"},
                    Wrong{"x{ f(1; g(2; }", "1:7 syntax\n1:12 syntax\n"},
                    Wrong{"x{ if (1 { a; } b c; }", "1:10 syntax\n1:19 syntax\n"},
                    Wrong{"x{ if (1) { a b; c; } d e; }", "1:15 syntax\n1:25 syntax\n"},
                    Wrong{"x{ $a = 1\n$b = 2\n$c = 3 }", "2:1 syntax\n3:1 syntax\n"},
                    Wrong{"x y { 1 }\nz { 2 3 }", "1:3 syntax\n2:7 syntax\n"},
                    Wrong{"macro { }\nfn f() { }\nconfig = { a }\nimport 5;\nlet $x;\nx{}",
                          "1:7 syntax\n2:8 syntax\n3:14 syntax\n4:8 syntax\n5:5 syntax\n"},
                    Wrong{"x{ f({ a b; c }, d e) }", "1:10 syntax\n1:20 syntax\n"},
                    Wrong{"x{}\n}\ny{}", "3:1 syntax\n"}, Wrong{"x{ $ }", "1:4 bad-character\n"},
                    Wrong{"x{ \"a\n}", "2:1 unterminated-string\n"},
                    Wrong{"x{ (", "1:5 unterminated-block\n"}, Wrong{"x", "1:2 syntax\n"},
                    Wrong{"x /1/", "1:6 syntax\n"}, Wrong{"x /", "1:4 syntax\n"}));

INSTANTIATE_TEST_SUITE_P(
    Rules, Errors,
    testing::Values(Wrong{"x{ $a.b = 1; }", "1:4 bad-assignment-target\n"},
                    Wrong{"x{ (@a[1])++; }", ""},
                    Wrong{"x{ $a[1]++; }", "1:4 bad-assignment-target\n"},
                    Wrong{"x{ ++f(); }", "1:6 bad-assignment-target\n"},
                    Wrong{"x{ &@a[1] }", "1:5 bad-address\n"},
                    Wrong{"x{ _ = 1; _ += 1; }", "1:11 bad-assignment-target\n"},
                    Wrong{"x{ $a = $b = 1; }", "1:12 syntax\n"},
                    Wrong{"x{ 1.5 }", "1:4 bad-number\n"},
                    Wrong{"macro m { 1 }\nstruct s;", "2:1 misplaced-item\n"},
                    Wrong{"struct s;\nconfig = { }\n#define A\nimport \"a\";\nstruct t;", ""},
                    Wrong{"config = { }\nconfig = { }", "2:1 misplaced-item\n"}));

TEST(Depth, IsLimited) {
  for (auto [open, close] :
       {std::pair("(", ")"), std::pair("{", "}"), std::pair("!", ""), std::pair("f(", ")"),
        std::pair("(int8*)", ""), std::pair("1 ? 2 : ", ""), std::pair("@m[", "]"),
        std::pair("if (1) { } else ", "")}) {
    for (std::size_t depth : {100u, 20000u}) {
      std::string text = "x{ ";
      for (std::size_t i = 0; i < depth; ++i) text += open;
      text += std::string_view(open).starts_with("if") ? "{ }" : "1";
      for (std::size_t i = 0; i < depth; ++i) text += close;
      Parsed parsed(text + " }");
      std::string errors = parsed.errors();
      EXPECT_EQ(errors.find("nesting") != std::string::npos, depth != 100) << open;
      EXPECT_EQ(parsed.diagnostics.error_count(), depth == 100 ? 0u : 1u) << open;
      EXPECT_FALSE(ast::dump(parsed.program, parsed.sources).empty());
    }
  }
}

TEST(Depth, LongChainsAreDeepToo) {
  std::string text = "x{ 1";
  for (int i = 0; i < 20000; ++i) text += " + 1";
  Parsed parsed(text + " }");
  EXPECT_EQ(parsed.diagnostics.error_count(), 1u);
}

TEST(Errors, EndAfterManyOfThem) {
  std::string text = "x{";
  for (int i = 0; i < 5000; ++i) text += " a b;";
  EXPECT_EQ(Parsed(text + "}").diagnostics.error_count(), 200u);
}

}  // namespace
}  // namespace sonde
