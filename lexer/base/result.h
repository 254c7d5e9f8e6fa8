// Result<T>: the outcome of something the environment decides (files, the kernel, other processes).
// An Error carries errno (0 when there is none), a message that reads *subject: action: reason*,
// and an optional hint with a way out. TRY propagates it; `.context("map @x")` puts a subject in
// front of it. Mistakes in the user's program go to Diagnostics instead, ours to CHECK.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "lexer/base/check.h"

namespace sonde {

struct Error {
  std::string message;
  int code = 0;           // errno of the failing call, 0 when none applies
  std::string hint = {};  // a way out, empty when there is none

  [[nodiscard]] Error context(std::string_view subject) && {
    message = std::string(subject) + ": " + message;
    return std::move(*this);
  }
};

// The way out of EMFILE: each program, map and probe takes a descriptor.
inline constexpr const char* kDescriptorHint = "`ulimit -n 65536` in the shell allows more";

// `action: strerror(code)` with the code kept.
[[nodiscard]] Error system_error(std::string_view action, int code);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & {
    CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() & {
    CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  const Error& error() const& {
    CHECK(!has_value());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    CHECK(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }
  T value_or(T fallback) && { return has_value() ? std::move(*this).value() : std::move(fallback); }
  Result context(std::string_view subject) && {
    if (has_value()) return std::move(*this);
    return std::move(*std::get_if<1>(&state_)).context(subject);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  void value() const { CHECK(has_value()); }
  void operator*() const { value(); }
  Error& error() & {
    CHECK(failed_);
    return error_;
  }
  const Error& error() const& {
    CHECK(failed_);
    return error_;
  }
  Error&& error() && {
    CHECK(failed_);
    return std::move(error_);
  }
  Result context(std::string_view subject) && {
    if (!failed_) return {};
    return std::move(error_).context(subject);
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace sonde

#define SONDE_JOIN_(a, b) a##b
#define SONDE_JOIN(a, b) SONDE_JOIN_(a, b)
#define SONDE_TRY_VALUE(result, declaration, ...) \
  auto result = (__VA_ARGS__);                    \
  if (!result) [[unlikely]]                       \
    return std::move(result).error();             \
  declaration = *std::move(result)
#define SONDE_TRY_VOID(result, ...)     \
  do {                                  \
    auto result = (__VA_ARGS__);        \
    if (!result) [[unlikely]]           \
      return std::move(result).error(); \
  } while (false)

// TRY(auto x, f()) declares x or returns f's error from the enclosing function.
#define TRY(declaration, ...) \
  SONDE_TRY_VALUE(SONDE_JOIN(try_result_, __COUNTER__), declaration, __VA_ARGS__)
// TRY_DO(f()) does the same for a Result<void>.
#define TRY_DO(...) SONDE_TRY_VOID(SONDE_JOIN(try_result_, __COUNTER__), __VA_ARGS__)
