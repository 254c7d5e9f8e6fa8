// CExpressionReader: tokens of C code in order, and the integer constant expressions among them -
// array lengths, widths of bit-fields, values of enum constants, conditions of the preprocessor.
// They are worked out in 64 bits and wrap; C's narrower types matter to none of those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ast/c_source.h"

namespace sonde::parser {

class CExpressionReader {
 public:
  CExpressionReader(const CExpressionReader&) = delete;
  CExpressionReader& operator=(const CExpressionReader&) = delete;

 protected:
  using Token = ast::CToken;
  CExpressionReader() = default;
  virtual ~CExpressionReader() = default;

  // From here on `tokens` are read, which must outlive that; `end` is the place behind them.
  void begin(const std::vector<Token>& tokens, Span end);

  bool at_end() const { return next_ >= tokens_->size(); }
  const Token& peek(std::size_t ahead = 0) const;
  bool sees(std::string_view text, std::size_t ahead = 0) const;
  bool accept(std::string_view text);
  void expect(std::string_view text);
  Token take_token();
  void skip_group();  // from an opening parenthesis behind its closing one
  // The first mistake is passed on, and the rest of the tokens counts as read.
  void fail(Span span, std::string message);
  bool has_failed() const { return failed_; }
  std::size_t position() const { return next_; }
  void go_to(std::size_t position) { next_ = position; }

  // Counts how deep the text nests while it lives, and ends what nests too deep.
  class Deeper {
   public:
    explicit Deeper(CExpressionReader& reader) : reader_(reader) {
      if (++reader_.depth_ > kDeepest) reader_.fail(reader_.peek().span, "this nests too deep");
    }
    ~Deeper() { --reader_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    static constexpr int kDeepest = 200;
    CExpressionReader& reader_;
  };

  std::int64_t constant();
  std::int64_t unary();

 private:
  virtual void report(Span span, std::string message) = 0;
  // What only the caller knows: names, `sizeof`, casts. None when the next token begins none of
  // these.
  virtual std::optional<std::int64_t> own_operand() = 0;

  std::int64_t binary(int level);
  std::int64_t primary();

  const std::vector<Token>* tokens_ = nullptr;
  std::size_t next_ = 0;
  Token end_;
  bool failed_ = false;
  int depth_ = 0;
};

}  // namespace sonde::parser
