// Load order and its reasons: maps before programs, because their descriptors are in the
// instructions; constants frozen before programs, because the verifier folds only what can no
// longer change; programs without a log first, because the log makes the verifier several times
// slower and is wanted only when it refuses.
//
// Hash maps are preallocated. Without, an update allocates inside the probe, which kernels
// before 6.1 cannot do safely in the contexts of perf events and which may fail under load on any;
// an element that is lost so would be a wrong count.
#include "runtime/kernel/loader.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstring>

#include "codegen/image/wire.h"
#include "lexer/base/concat.h"
#include "lexer/base/round_up.h"
#include "runtime/kernel/assemble.h"
#include "runtime/kernel/links.h"

namespace sonde::kernel {
namespace {

constexpr std::size_t kFirstLogSize = 64 << 10;
constexpr std::size_t kLargestLogSize = 64 << 20;

std::uint32_t map_type(image::MapStorage storage) {
  switch (storage) {
    case image::MapStorage::kHash:
      return BPF_MAP_TYPE_HASH;
    case image::MapStorage::kPerCpuHash:
      return BPF_MAP_TYPE_PERCPU_HASH;
    case image::MapStorage::kLruHash:
      return BPF_MAP_TYPE_LRU_HASH;
    case image::MapStorage::kLruPerCpuHash:
      return BPF_MAP_TYPE_LRU_PERCPU_HASH;
    case image::MapStorage::kArray:
      return BPF_MAP_TYPE_ARRAY;
    case image::MapStorage::kPerCpuArray:
      return BPF_MAP_TYPE_PERCPU_ARRAY;
    case image::MapStorage::kRing:
      return BPF_MAP_TYPE_RINGBUF;
  }
  CHECK(!"every storage is named");
}

std::uint32_t program_type(ProgramType type) {
  switch (type) {
    case ProgramType::kRawTracepoint:
      return BPF_PROG_TYPE_RAW_TRACEPOINT;
    case ProgramType::kTracepoint:
      return BPF_PROG_TYPE_TRACEPOINT;
    case ProgramType::kKprobe:
      return BPF_PROG_TYPE_KPROBE;
    case ProgramType::kPerfEvent:
      return BPF_PROG_TYPE_PERF_EVENT;
  }
  CHECK(!"every program type is named");
}

std::size_t whole_pages(std::size_t size) {
  auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return round_up(size, page);
}

// The kernel sets the memory of a hash aside when it is made, so that no update has to wait for
// some. A map of elements of many kilobytes would take hundreds of megabytes in that way; it gets
// memory as it fills.
constexpr std::uint64_t kMostSetAside = 64u << 20;

bool is_large_hash(const image::BpfMap& map, std::uint32_t cpus) {
  bool is_per_cpu = map.storage == image::MapStorage::kPerCpuHash;
  if (map.storage != image::MapStorage::kHash && !is_per_cpu) return false;
  std::uint64_t values = std::uint64_t{map.value_size} * (is_per_cpu ? cpus : 1);
  return (map.key_size + values) * map.max_entries > kMostSetAside;
}

std::uint64_t clock_now(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

class Loader {
 public:
  Loader(BpfSystem& system, const image::ProgramImage& image, const LoadOptions& options,
         std::optional<VerifierRejection>& rejection)
      : system_(system),
        image_(image),
        manifest_(image.manifest),
        options_(options),
        rejection_(rejection) {}

  Result<LoadedObject> load() {
    TRY(object_, read_object(image_.elf));
    // Without BTF a program has no names and lines, but it runs.
    if (!object_.btf.empty()) btf_ = system_.load_btf(object_.btf).value_or(UniqueFd());
    for (std::size_t i = 0; i < manifest_.bpf_maps.size(); ++i) {
      auto id = static_cast<image::BpfMapId>(i);
      TRY(UniqueFd fd, create(manifest_.bpf_maps[id]).context(concat("map ", name_of(id))));
      maps_.push_back(std::move(fd));
    }
    TRY_DO(fill_constants());
    TRY(SharedControl control, map_control());
    TRY(std::optional<RingReader> ring, map_ring());
    IdVector<image::ProgramId, UniqueFd> programs;
    for (std::size_t i = 0; i < manifest_.programs.size(); ++i) {
      TRY(UniqueFd program, load_program(static_cast<image::ProgramId>(i)));
      programs.push_back(std::move(program));
    }
    return LoadedObject{
        .programs = std::move(programs),
        .maps = LoadedMaps(manifest_.bpf_maps, std::move(maps_), options_.possible_cpus),
        .control = std::move(control),
        .ring = std::move(ring)};
  }

 private:
  // As the script writes it, where it is a map of the script.
  std::string_view name_of(image::BpfMapId id) const {
    for (const image::ScriptMap& map : manifest_.script_maps)
      if (map.storage == id || map.key_index == id) return map.name;
    return manifest_.bpf_maps[id].name;
  }

  Result<UniqueFd> create(const image::BpfMap& map) {
    MapSpec spec{.name = kernel_name(map.name),
                 .type = map_type(map.storage),
                 .key_size = map.key_size,
                 .value_size = map.value_size,
                 .max_entries = map.max_entries};
    if (map.is_mapped) spec.flags |= BPF_F_MMAPABLE;
    if (map.is_constant) spec.flags |= BPF_F_RDONLY_PROG;
    if (map.grows || is_large_hash(map, options_.possible_cpus)) spec.flags |= BPF_F_NO_PREALLOC;
    if (map.storage == image::MapStorage::kRing) spec.key_size = spec.value_size = 0;
    auto fd = system_.create_map(spec);
    if (!fd && fd.error().code == EPERM)
      fd.error().hint = "run as root, or with the capabilities CAP_BPF and CAP_PERFMON";
    if (!fd && (fd.error().code == E2BIG || fd.error().code == ENOMEM))
      fd.error().hint = concat("it was to hold ", map.max_entries, " elements of ",
                               std::uint64_t{map.key_size} + map.value_size,
                               " bytes: lower max_map_keys or the number in its declaration");
    return fd;
  }

  image::Constants constants() const {
    std::uint64_t now = clock_now(CLOCK_BOOTTIME);
    image::Constants constants{};
    constants.start_boot_ns = now;
    constants.tai_offset_ns = options_.tai_offset_ns;
    constants.pid_namespace_device = options_.pid_namespace.device;
    constants.pid_namespace_inode = options_.pid_namespace.inode;
    constants.target_pid = options_.target_pid;
    constants.child_pid = options_.child_pid;
    constants.possible_cpus = options_.possible_cpus;
    if (manifest_.ring != image::BpfMapId::kNone)
      constants.ring_data_limit = manifest_.bpf_maps[manifest_.ring].max_entries / 8 * 7;
    return constants;
  }

  // What the object itself says that a constant map holds; empty when its symbol is not defined
  // there.
  std::string_view initial_bytes(const image::BpfMap& map) const {
    for (const ObjectSymbol& symbol : object_.symbols) {
      if (symbol.name != map.name || symbol.section == 0) continue;
      auto bytes =
          ByteView(object_.sections[symbol.section].bytes).slice(symbol.value, symbol.size);
      if (bytes) return bytes->bytes().substr(0, map.value_size);
    }
    return {};
  }

  void fill_options(std::string& memory) const {
    CHECK(options_.option_values.size() == manifest_.options.size());
    for (std::size_t i = 0; i < manifest_.options.size(); ++i) {
      const image::NamedOption& option = manifest_.options[i];
      const std::string& bytes = options_.option_values[i];
      CHECK(bytes.size() <= option.size && option.offset + option.size <= memory.size());
      std::memcpy(memory.data() + option.offset, bytes.data(), bytes.size());
    }
  }

  Result<void> fill_constants() {
    for (std::size_t i = 0; i < manifest_.bpf_maps.size(); ++i) {
      auto id = static_cast<image::BpfMapId>(i);
      const image::BpfMap& map = manifest_.bpf_maps[id];
      if (!map.is_constant) continue;
      std::string value(initial_bytes(map));
      value.resize(map.value_size);
      if (id == manifest_.constants) {
        CHECK(map.value_size >= sizeof(image::Constants));
        image::Constants known = constants();
        std::memcpy(value.data(), &known, sizeof known);
        fill_options(value);
      }
      std::uint32_t key = 0;
      TRY_DO(system_.update_element(maps_[id].get(), &key, value.data())
                 .context(concat("map ", map.name)));
      TRY_DO(system_.freeze_map(maps_[id].get()).context(concat("map ", map.name)));
    }
    return {};
  }

  Result<SharedControl> map_control() {
    if (manifest_.control == image::BpfMapId::kNone) return SharedControl();
    const image::BpfMap& map = manifest_.bpf_maps[manifest_.control];
    CHECK(map.value_size >=
          sizeof(image::ControlBlock) + manifest_.losses.size() * sizeof(std::uint64_t));
    TRY(MappedMemory memory, system_
                                 .map_memory(maps_[manifest_.control].get(),
                                             whole_pages(map.value_size), PROT_READ | PROT_WRITE, 0)
                                 .context(concat("map ", map.name)));
    return SharedControl(std::move(memory), manifest_.losses.size());
  }

  Result<std::optional<RingReader>> map_ring() {
    if (manifest_.ring == image::BpfMapId::kNone) return std::optional<RingReader>();
    const image::BpfMap& map = manifest_.bpf_maps[manifest_.ring];
    TRY(RingReader ring, RingReader::map(system_, maps_[manifest_.ring].get(), map.max_entries)
                             .context(concat("map ", map.name)));
    return std::optional<RingReader>(std::move(ring));
  }

  std::optional<MapReference> find_map(std::string_view name) const {
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      auto id = static_cast<image::BpfMapId>(i);
      const image::BpfMap& map = manifest_.bpf_maps[id];
      if (map.name == name)
        return MapReference{.fd = maps_[id].get(), .is_memory = map.is_mapped || map.is_constant};
    }
    return std::nullopt;
  }

  std::uint32_t attach_type_of(image::ProgramId program) const {
    for (const image::Probe& probe : manifest_.probes)
      if (probe.program == program) return expected_attach_type(probe.strategy);
    return 0;
  }

  Result<UniqueFd> load_program(image::ProgramId id) {
    const image::Program& program = manifest_.programs[id];
    TRY(AssembledProgram code,
        assemble(object_, program.name, [this](std::string_view name) { return find_map(name); }));
    ProgramSpec spec{.name = kernel_name(program.name),
                     .type = program_type(program.type),
                     .expected_attach_type = attach_type_of(id),
                     .license = manifest_.license,
                     .instructions = code.instructions};
    if (btf_) {
      spec.btf = btf_.get();
      spec.func_info = code.func_info;
      spec.func_info_record = code.func_info_record;
      spec.line_info = code.line_info;
      spec.line_info_record = code.line_info_record;
    }
    auto fd = system_.load_program(spec, {});
    if (fd && options_.on_log) options_.on_log(id, accepted_log(spec));
    if (fd) return fd;
    return explain_refusal(id, spec, code, fd.error().code);
  }

  std::string accepted_log(ProgramSpec spec);
  Error explain_refusal(image::ProgramId id, const ProgramSpec& spec, const AssembledProgram& code,
                        int error);

  BpfSystem& system_;
  const image::ProgramImage& image_;
  const image::Manifest& manifest_;
  const LoadOptions& options_;
  std::optional<VerifierRejection>& rejection_;
  Object object_;
  UniqueFd btf_;
  IdVector<image::BpfMapId, UniqueFd> maps_;
};

// The last instruction that the verifier wrote into its log, which is where it stopped: lines "12:
// (85) call ...".
std::optional<std::uint64_t> last_instruction(std::string_view log) {
  std::optional<std::uint64_t> last;
  while (!log.empty()) {
    std::string_view line = log.substr(0, log.find('\n'));
    log.remove_prefix(std::min(log.size(), line.size() + 1));
    std::uint64_t index = 0;
    auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), index);
    std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
    if (failure == std::errc() && rest.starts_with(": (")) last = index;
  }
  return last;
}

// Loads once more, with a log that grows until it holds everything; empty if it would be too large.
std::string Loader::accepted_log(ProgramSpec spec) {
  spec.logs_everything = true;
  for (std::size_t size = kFirstLogSize; size <= kLargestLogSize; size *= 4) {
    std::string log(size, '\0');
    if (!system_.load_program(spec, log)) continue;
    log.resize(std::strlen(log.c_str()));
    return log;
  }
  return {};
}

Error Loader::explain_refusal(image::ProgramId id, const ProgramSpec& spec,
                              const AssembledProgram& code, int error) {
  VerifierRejection rejection{.program = id, .code = error};
  std::string log;
  for (std::size_t size = kFirstLogSize;; size *= 4) {
    log.assign(std::min(size, options_.log_size), '\0');
    auto again = system_.load_program(spec, log);
    rejection.is_log_trimmed = !again && again.error().code == ENOSPC;
    if (!rejection.is_log_trimmed || log.size() == options_.log_size) break;
  }
  log.resize(std::strlen(log.c_str()));
  if (auto instruction = last_instruction(log)) rejection.place = code.place_of(*instruction);
  rejection.log = std::move(log);
  Error failure = {.message = concat("Error loading BPF program for ", manifest_.programs[id].name,
                                     ". Error code: -", error, " (", std::strerror(error),
                                     "). Use -v for full kernel error log."),
                   .code = error,
                   .hint = {}};
  rejection_ = std::move(rejection);
  return failure;
}

}  // namespace

std::string kernel_name(std::string_view name) {
  std::string accepted(name.substr(0, BPF_OBJ_NAME_LEN - 1));
  for (char& c : accepted)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) c = '_';
  return accepted;
}

Result<LoadedObject> load(BpfSystem& system, const image::ProgramImage& image,
                          const LoadOptions& options, std::optional<VerifierRejection>& rejection) {
  return Loader(system, image, options, rejection).load();
}

}  // namespace sonde::kernel
