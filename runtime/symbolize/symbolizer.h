// Symbolizer: from a stack's handle to the text of its frames. The addresses are in the image's
// table of stacks, names come from kallsyms for the kernel and from mappings and ELF files for
// processes. Everything is read at the first use and once: a script that prints no stack reads no
// symbol table.
//
// Invariant: what was once known about a process stays known, so its stacks resolve after it has
// ended. A process is its pid and start time together; a pid that was given to another process
// resolves nothing of the first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "codegen/image/image.h"
#include "runtime/kernel/map_store.h"
#include "runtime/symbolize/stack_texts.h"
#include "runtime/world/elf.h"
#include "runtime/world/kallsyms.h"
#include "runtime/world/proc.h"
#include "runtime/world/users.h"

namespace sonde::symbolize {

struct SymbolizerOptions {
  std::string root{};               // put in front of /proc, "" for the running system
  bool demangles = true;            // C++ symbols
  std::size_t longest_date = 1024;  // bytes, the NUL included
  // A form of dates that cannot be printed, once.
  std::function<void(const Error&)> on_trouble{};
};

class Symbolizer final : public StackTexts {
 public:
  Symbolizer(const image::Manifest& manifest, kernel::MapStore& store, SymbolizerOptions options);

  // Reads the mappings of a living process now, and again when called again: what is gone stays
  // known.
  void note_process(std::uint32_t pid);
  // A mapping that was seen to come into being, whether or not the process still lives.
  void note_mapping(std::uint32_t pid, const world::Mapping& mapping);

  const std::string& text(const events::Stack& stack, FrameSpaces spaces) override;
  std::string text(const events::Lookup& lookup) override;

 private:
  struct Process {
    std::optional<std::uint64_t> start_ticks;  // none when only its mappings were seen
    std::vector<world::Mapping> mappings;      // by start address, none overlaps another
    std::unordered_map<std::uint64_t, std::string> frames;  // address -> "symbol+offset"
  };
  struct Frame {
    std::string place;   // "symbol+offset" or "0x…"
    std::string module;  // of a user frame: path as the process sees it, or "[unknown]"
  };

  // The bytes of a stack in the table of stacks, empty where there is none.
  std::string trace(const image::StackHandle& handle);
  std::vector<std::uint64_t> addresses(const image::StackHandle& handle);
  void append_build_ids(std::string& out, const image::StackHandle& handle, FrameSpaces spaces);
  const world::KernelSymbols* kernel_symbols();
  std::string symbol(const events::KernelSymbol& symbol);
  std::string symbol(const image::UserAddress& symbol);
  std::string look_up_symbol(const image::UserAddress& symbol);
  std::string user_name(const events::UserName& user);
  std::string date(const image::Timestamp& timestamp);
  std::string group_path(const image::CgroupPath& group);
  std::string readable(std::string_view symbol) const;
  // None without a process.
  static const world::Mapping* mapping_at(Process* process, std::uint64_t address);
  Frame kernel_frame(std::uint64_t address);
  Frame user_frame(Process* process, std::uint32_t pid, std::uint64_t address);
  std::string user_place(std::uint32_t pid, const world::Mapping& mapping, std::uint64_t address);
  Process* find_process(const image::StackHandle& handle);
  const world::ElfSymbols* file_symbols(std::uint32_t pid, const std::string& path);
  void append_frame(std::string& out, const Frame& frame, std::uint64_t address,
                    const events::Stack& stack, FrameSpaces spaces) const;

  const image::Manifest& manifest_;
  kernel::MapStore& store_;
  SymbolizerOptions options_;
  std::optional<std::optional<world::KernelSymbols>> kernel_;  // outer: was it tried
  std::unordered_map<std::uint64_t, std::string> kernel_frames_;
  std::map<std::uint32_t, std::vector<Process>> processes_;  // of one pid, the latest last
  std::map<std::string, std::optional<world::ElfSymbols>> files_;
  using TextKey =
      std::tuple<std::uint64_t, std::uint64_t, std::uint32_t, bool, image::StackMode, FrameSpaces>;
  std::map<TextKey, std::string> texts_;
  std::map<std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>, std::string> user_symbols_;
  std::optional<world::UserNames> users_;
  // Sorting asks for the same path over and over; groups come and go meanwhile.
  struct GroupPath {
    std::string text;
    std::chrono::steady_clock::time_point until;
  };
  std::map<std::pair<std::uint64_t, std::uint32_t>, GroupPath> group_paths_;
  std::optional<std::uint64_t> epoch_offset_;  // of the clock that counts from boot
  std::set<image::TextId> told_dates_;         // forms that are known to fail
};

}  // namespace sonde::symbolize
