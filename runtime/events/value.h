// Value: one value of the script as user space sees it, a passive tree. It says what was measured
// and nothing about how it is shown; numbers carry their width and sign, strings whether they were
// cut, stacks the handle that finds their frames.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "codegen/image/image.h"
#include "codegen/image/wire.h"

namespace sonde::events {

struct Value;

struct NoValue {
  bool operator==(const NoValue&) const = default;
};
struct Integer {
  std::uint64_t bits = 0;  // sign- or zero-extended from `size` bytes
  std::uint8_t size = 8;   // 1, 2, 4 or 8
  bool is_signed = false;
  std::string name{};  // of the enum's constant with this value; empty for none
  bool is_enum = false;
  bool operator==(const Integer&) const = default;
};
struct Bool {
  bool is_true = false;
  bool operator==(const Bool&) const = default;
};
struct Pointer {
  std::uint64_t address = 0;
  bool operator==(const Pointer&) const = default;
};
struct String {
  std::string bytes;    // up to the NUL
  bool is_cut = false;  // it filled its capacity: no NUL was found
  bool operator==(const String&) const = default;
};
struct Stack {
  image::StackHandle handle{};
  bool is_kernel = false;
  image::StackMode mode{};
};
struct Buffer {
  std::string bytes;
  bool operator==(const Buffer&) const = default;
};
struct Inet {
  image::InetAddress address{};
};
struct MacAddress {
  std::uint8_t bytes[image::kMacAddressSize] = {};
};
// What user space looks up when it is printed.
struct UserName {
  std::uint64_t id = 0;
};
struct KernelSymbol {
  std::uint64_t address = 0;
};
struct Lookup {
  std::variant<UserName, KernelSymbol, image::UserAddress, image::Timestamp, image::CgroupPath> of;
};
struct Tuple {
  std::vector<Value> members;
};
struct Record {
  std::vector<std::string> names;  // beside `members`
  std::vector<Value> members;
};
struct Array {
  std::vector<Value> elements;
};

struct Value {
  std::variant<NoValue, Integer, Bool, Pointer, String, Stack, Buffer, Inet, MacAddress, Lookup,
               Tuple, Record, Array>
      is;
};

// Calls the function of `cases` that takes what the value is; every alternative needs one.
template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
decltype(auto) match(const Value& value, Cases... cases) {
  return std::visit(Overloaded<Cases...>{std::move(cases)...}, value.is);
}

}  // namespace sonde::events
