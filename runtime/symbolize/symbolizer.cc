// A frame is looked up once per address and process. A mapping gives the file and the place in it;
// the file's symbols are asked by file offset, so that no load address has to be known. A process
// whose mappings do not hold an address may have loaded a library since: as long as it lives it is
// read once more.
#include "runtime/symbolize/symbolizer.h"

#include <cxxabi.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "codegen/image/wire.h"
#include "lexer/base/byte_view.h"
#include "lexer/base/concat.h"

namespace sonde::symbolize {
namespace {

constexpr std::string_view kIndent = "        ";
constexpr std::string_view kUnknownModule = "[unknown]";
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
// A run of days with ever new stacks is not to fill the memory: with so many, all are made anew.
constexpr std::size_t kMostTexts = 16384;

std::uint64_t start_ticks(std::uint64_t start_time) {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return start_time / (kNanosecondsPerSecond / per_second);
}

std::string hex_address(std::uint64_t address) {
  return concat("0x", hex(address));
}

std::string demangled_name(std::string_view symbol) {
  std::string name(symbol);
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  char* demangled = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
  if (status == 0 && demangled != nullptr) name = demangled;
  std::free(demangled);
  return name;
}

// Newer mappings displace what they overlap: the process has put something else there.
void merge_mapping(std::vector<world::Mapping>& mappings, const world::Mapping& newer) {
  std::erase_if(mappings, [&](const world::Mapping& old) {
    return old.start < newer.end && newer.start < old.end;
  });
  mappings.insert(std::ranges::upper_bound(mappings, newer.start, {}, &world::Mapping::start),
                  newer);
}

}  // namespace

Symbolizer::Symbolizer(const image::Manifest& manifest, kernel::MapStore& store,
                       SymbolizerOptions options)
    : manifest_(manifest), store_(store), options_(std::move(options)) {}

std::string Symbolizer::readable(std::string_view symbol) const {
  return options_.demangles ? demangled_name(symbol) : std::string(symbol);
}

void Symbolizer::note_process(std::uint32_t pid) {
  auto ticks = world::process_start_time(options_.root, pid);
  auto mappings = world::process_mappings(options_.root, pid);
  if (!ticks || !mappings || mappings->empty()) return;
  std::vector<Process>& known = processes_[pid];
  bool is_new = known.empty() || (known.back().start_ticks && known.back().start_ticks != ticks);
  if (is_new) known.emplace_back();
  Process& process = known.back();
  process.start_ticks = ticks;
  for (const world::Mapping& mapping : *mappings) merge_mapping(process.mappings, mapping);
}

void Symbolizer::note_mapping(std::uint32_t pid, const world::Mapping& mapping) {
  std::vector<Process>& known = processes_[pid];
  if (known.empty()) known.emplace_back();
  merge_mapping(known.back().mappings, mapping);
}

Symbolizer::Process* Symbolizer::find_process(const image::StackHandle& handle) {
  std::vector<Process>& known = processes_[handle.pid];
  for (auto process = known.rbegin(); process != known.rend(); ++process) {
    bool is_it = handle.start_time == 0 || !process->start_ticks ||
                 *process->start_ticks == start_ticks(handle.start_time);
    if (is_it) return &*process;
  }
  return nullptr;
}

std::string Symbolizer::trace(const image::StackHandle& handle) {
  if (handle.frame_count == 0 || manifest_.stacks == image::BpfMapId::kNone) return {};
  std::string key(reinterpret_cast<const char*>(&handle.hash), sizeof handle.hash);
  auto bytes = store_.lookup(manifest_.stacks, key);
  return bytes ? *std::move(bytes) : std::string();
}

const world::Mapping* Symbolizer::mapping_at(Process* process, std::uint64_t address) {
  if (process == nullptr) return nullptr;
  const std::vector<world::Mapping>& mappings = process->mappings;
  auto after = std::ranges::upper_bound(mappings, address, {}, &world::Mapping::start);
  if (after == mappings.begin()) return nullptr;
  const world::Mapping& mapping = *(after - 1);
  return address < mapping.end ? &mapping : nullptr;
}

std::vector<std::uint64_t> Symbolizer::addresses(const image::StackHandle& handle) {
  std::vector<std::uint64_t> found;
  std::string bytes = trace(handle);
  ByteView view(bytes);
  auto trace = view.read<image::StackTrace>(0);
  std::uint64_t count = trace ? std::min<std::uint64_t>(trace->frame_count, handle.frame_count) : 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto address = view.read<std::uint64_t>(sizeof(image::StackTrace) + i * sizeof(std::uint64_t));
    if (!address) break;
    found.push_back(*address);
  }
  return found;
}

const world::KernelSymbols* Symbolizer::kernel_symbols() {
  if (!kernel_) {
    auto symbols = world::KernelSymbols::read(options_.root + "/proc/kallsyms");
    kernel_.emplace();
    if (symbols) kernel_->emplace(*std::move(symbols));
  }
  return *kernel_ ? &**kernel_ : nullptr;
}

Symbolizer::Frame Symbolizer::kernel_frame(std::uint64_t address) {
  auto [cached, is_new] = kernel_frames_.try_emplace(address);
  if (is_new) {
    const world::KernelSymbols* symbols = kernel_symbols();
    auto symbol = symbols != nullptr ? symbols->resolve(address) : std::nullopt;
    cached->second = symbol ? concat(symbol->name, '+', symbol->offset) : hex_address(address);
  }
  return {.place = cached->second, .module = {}};
}

const world::ElfSymbols* Symbolizer::file_symbols(std::uint32_t pid, const std::string& path) {
  std::string reachable = world::path_in_process(options_.root, pid, path);
  auto [file, is_new] = files_.try_emplace(reachable);
  if (is_new) {
    auto symbols = world::ElfSymbols::read(reachable, options_.root);
    if (symbols) file->second.emplace(*std::move(symbols));
  }
  return file->second ? &*file->second : nullptr;
}

std::string Symbolizer::user_place(std::uint32_t pid, const world::Mapping& mapping,
                                   std::uint64_t address) {
  const world::ElfSymbols* symbols = file_symbols(pid, mapping.path);
  if (symbols == nullptr) return hex_address(address);
  auto place = symbols->resolve(address - mapping.start + mapping.offset);
  if (!place) return hex_address(address);
  return concat(readable(place->name), '+', place->offset);
}

Symbolizer::Frame Symbolizer::user_frame(Process* process, std::uint32_t pid,
                                         std::uint64_t address) {
  Frame frame{.place = hex_address(address), .module = std::string(kUnknownModule)};
  const world::Mapping* mapping = mapping_at(process, address);
  if (mapping == nullptr) return frame;
  auto [cached, is_new] = process->frames.try_emplace(address);
  if (is_new) cached->second = user_place(pid, *mapping, address);
  return {.place = cached->second, .module = mapping->path};
}

void Symbolizer::append_frame(std::string& out, const Frame& frame, std::uint64_t address,
                              const events::Stack& stack, FrameSpaces spaces) const {
  bool spaced = spaces == FrameSpaces::kYes;
  switch (stack.mode) {
    case image::StackMode::kSymbols:
      if (spaced) out += kIndent;
      out += frame.place;
      break;
    case image::StackMode::kPerf:
      out += concat('\t', hex(address), spaced ? " " : "", frame.place);
      if (!stack.is_kernel) out += concat(spaced ? " (" : "(", frame.module, ')');
      break;
    case image::StackMode::kRaw:
    case image::StackMode::kBuildId:
      out += hex(address);
      break;
  }
  out += '\n';
}

void Symbolizer::append_build_ids(std::string& out, const image::StackHandle& handle,
                                  FrameSpaces spaces) {
  std::string bytes = trace(handle);
  ByteView view(bytes);
  constexpr std::uint64_t kFrame = sizeof(image::BuildIdFrame);
  for (std::uint64_t i = 0; i < handle.frame_count; ++i) {
    auto frame = view.read<image::BuildIdFrame>(sizeof(image::StackTrace) + i * kFrame);
    if (!frame) break;
    std::string place = hex(frame->place);
    if (frame->status != image::kBuildIdFound) {
      out += concat(place, '\n');
      continue;
    }
    for (std::uint8_t byte : frame->build_id) out += concat(byte < 16 ? "0" : "", hex(byte));
    out += concat(spaces == FrameSpaces::kYes ? " " : "", "0x", place.size() < 2 ? "0" : "", place,
                  '\n');
  }
}

const std::string& Symbolizer::text(const events::Stack& stack, FrameSpaces spaces) {
  const image::StackHandle& handle = stack.handle;
  if (texts_.size() > kMostTexts) texts_.clear();
  auto [cached, is_new] = texts_.try_emplace(
      TextKey{handle.hash, handle.start_time, handle.pid, stack.is_kernel, stack.mode, spaces});
  std::string& out = cached->second;
  if (!is_new) return out;
  out = "\n";
  if (stack.mode == image::StackMode::kBuildId) {
    append_build_ids(out, handle, spaces);
    return out;
  }
  std::vector<std::uint64_t> found = addresses(handle);
  bool needs_names = stack.mode != image::StackMode::kRaw;
  bool is_user = !stack.is_kernel && needs_names && !found.empty();
  Process* process = is_user ? find_process(handle) : nullptr;
  bool is_known = process != nullptr && std::ranges::all_of(found, [&](std::uint64_t address) {
                    return mapping_at(process, address) != nullptr;
                  });
  if (is_user && !is_known) {
    note_process(handle.pid);
    process = find_process(handle);
  }
  for (std::uint64_t address : found) {
    Frame frame;
    if (needs_names)
      frame = stack.is_kernel ? kernel_frame(address) : user_frame(process, handle.pid, address);
    append_frame(out, frame, address, stack, spaces);
  }
  return out;
}

}  // namespace sonde::symbolize
