// Texts for numbers: error numbers, signals, system calls. Each kind has a table in read-only
// memory, an entry of fixed size for each number, which is part of the image only where a script
// asks for it. A number without an entry gets the kind's own text for that.
#include "codegen/lower/builtins.h"
#include "lexer/base/concat.h"

namespace sonde::codegen {
namespace {

constexpr std::uint32_t kEntrySize = 64;

struct Row {
  std::uint32_t number;
  std::string_view text;
};
constexpr Row kErrorNumbers[] = {
#define ERROR_NUMBER(number, text) {number, text},
#include "stdlib/errnos.def"
#undef ERROR_NUMBER
};
constexpr Row kSystemCalls[] = {
#define SYSTEM_CALL(number, name) {number, #name},
#include "stdlib/syscalls.def"
#undef SYSTEM_CALL
};
constexpr Row kSignals[] = {
#define SIGNAL(number, name, text) {number, text},
#include "stdlib/signals.def"
#undef SIGNAL
};
constexpr std::uint32_t kFirstRealTimeSignal = 34;
constexpr std::uint32_t kLastSignal = 64;

class Table {
 public:
  void set(std::uint32_t number, std::string_view text) {
    CHECK(text.size() < kEntrySize);
    if (bytes_.size() < (number + 1) * kEntrySize) bytes_.resize((number + 1) * kEntrySize, '\0');
    bytes_.replace(number * kEntrySize, text.size(), text);
  }
  template <std::size_t N>
  void set_all(const Row (&rows)[N]) {
    for (const Row& row : rows) set(row.number, row.text);
  }
  // Gaps between entries get this text.
  void fill(std::string_view text) {
    for (std::uint32_t i = 0; i < count(); ++i)
      if (bytes_[i * kEntrySize] == '\0') set(i, text);
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(bytes_.size() / kEntrySize); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

void store_entry(Body& body, const Table& table, const std::string& name, llvm::Value* number,
                 std::string_view otherwise, Place destination) {
  Builder& builder = body.builder();
  Place entries = body.image().table(name, table.bytes());
  number = builder.opaque(number);
  builder.if_else(
      builder.ir().CreateICmpULT(number, builder.word(table.count())),
      [&] {
        copy_memory(builder, destination, builder.at(entries, number, kEntrySize), kEntrySize);
      },
      [&] { store_text(builder, destination, otherwise, kEntrySize); });
}

}  // namespace

LOWER(kStrerror) {
  constexpr std::string_view kUnknown = "Unknown error";
  Builder& builder = body.builder();
  llvm::IRBuilder<>& ir = builder.ir();
  Table table;
  table.set_all(kErrorNumbers);
  table.fill(kUnknown);
  llvm::Value* number = builder.narrow(body.scalar(use.arguments.front()), 4, true);
  llvm::Value* is_negative = ir.CreateICmpSLT(number, builder.word(0));
  number = ir.CreateSelect(is_negative, ir.CreateNeg(number), number);
  store_entry(body, table, "error_numbers", number, kUnknown, use.destination);
  return nullptr;
}

LOWER(kSignalName) {
  Table table;
  table.set_all(kSignals);
  for (std::uint32_t number = kFirstRealTimeSignal; number <= kLastSignal; ++number)
    table.set(number, concat("Real-time signal ", number - kFirstRealTimeSignal));
  for (std::uint32_t number : {0u, kFirstRealTimeSignal - 2, kFirstRealTimeSignal - 1})
    table.set(number, concat("Unknown signal ", number));
  store_entry(body, table, "signals", body.scalar(use.arguments.front()), "N/A", use.destination);
  return nullptr;
}

LOWER(kSyscallName) {
  constexpr std::string_view kUnknown = "Unknown syscall";
  Table table;
  table.set_all(kSystemCalls);
  table.fill(kUnknown);
  store_entry(body, table, "system_calls", body.scalar(use.arguments.front()), kUnknown,
              use.destination);
  return nullptr;
}

}  // namespace sonde::codegen
