// Texts of values that name something: users, functions, dates, control groups. What does not exist
// prints as the specification has it: nothing, or the number itself.
#include "lexer/base/concat.h"
#include "runtime/symbolize/dates.h"
#include "runtime/symbolize/symbolizer.h"
#include "runtime/world/cgroups.h"
#include "runtime/world/clocks.h"

namespace sonde::symbolize {
namespace {

constexpr std::string_view kNoDate = "(?)";
constexpr std::chrono::milliseconds kPathsStayKnown(100);

std::string address_text(std::uint64_t address) {
  return address == 0 ? "0" : concat("0x", hex(address));
}

}  // namespace

std::string Symbolizer::symbol(const events::KernelSymbol& symbol) {
  const world::KernelSymbols* symbols = symbol.address == 0 ? nullptr : kernel_symbols();
  auto found = symbols != nullptr ? symbols->resolve(symbol.address) : std::nullopt;
  return found ? std::string(found->name) : address_text(symbol.address);
}

std::string Symbolizer::symbol(const image::UserAddress& symbol) {
  auto [known, is_new] =
      user_symbols_.try_emplace({symbol.address, symbol.pid, symbol.start_ticks});
  if (is_new) known->second = look_up_symbol(symbol);
  return known->second;
}

std::string Symbolizer::look_up_symbol(const image::UserAddress& symbol) {
  image::StackHandle owner{.hash = 0,
                           .start_time = symbol.start_ticks * image::kNanosecondsPerTick,
                           .pid = symbol.pid,
                           .frame_count = 0};
  const world::Mapping* mapping = mapping_at(find_process(owner), symbol.address);
  if (mapping == nullptr && symbol.address != 0) {
    note_process(symbol.pid);
    mapping = mapping_at(find_process(owner), symbol.address);
  }
  const world::ElfSymbols* symbols =
      mapping != nullptr ? file_symbols(symbol.pid, mapping->path) : nullptr;
  if (symbols == nullptr) return address_text(symbol.address);
  auto place = symbols->resolve(symbol.address - mapping->start + mapping->offset);
  return place ? readable(place->name) : address_text(symbol.address);
}

std::string Symbolizer::user_name(const events::UserName& user) {
  if (!users_) users_ = world::UserNames::read(options_.root);
  return std::string(users_->name(user.id));
}

std::string Symbolizer::date(const image::Timestamp& timestamp) {
  auto format_id = static_cast<image::TextId>(timestamp.format);
  if (timestamp.nanoseconds == 0 || to_index(format_id) >= manifest_.texts.size())
    return std::string(kNoDate);
  if (!epoch_offset_) epoch_offset_ = world::ahead_of_boot_clock(CLOCK_REALTIME);
  std::uint64_t offset = timestamp.is_epoch != 0 ? 0 : *epoch_offset_;
  std::uint64_t when = timestamp.nanoseconds + offset;
  const std::string& format = manifest_.texts[format_id];
  auto text = date_text(with_fractions(format, when), when, options_.longest_date);
  if (text) return *text;
  bool is_first = told_dates_.insert(format_id).second;
  if (is_first && options_.on_trouble)
    options_.on_trouble(
        {.message = concat("a date in the form \"", format, "\" is empty or longer than ",
                           options_.longest_date - 1, " bytes"),
         .code = 0,
         .hint = {}});
  return std::string(kNoDate);
}

std::string Symbolizer::group_path(const image::CgroupPath& group) {
  auto filter = static_cast<image::TextId>(group.filter);
  if (to_index(filter) >= manifest_.texts.size()) return {};
  auto now = std::chrono::steady_clock::now();
  auto [known, is_new] = group_paths_.try_emplace({group.id, group.filter});
  if (is_new || known->second.until < now)
    known->second = {world::cgroup_paths(options_.root, group.id, manifest_.texts[filter]),
                     now + kPathsStayKnown};
  return known->second.text;
}

std::string Symbolizer::text(const events::Lookup& lookup) {
  struct Text {
    Symbolizer& self;
    std::string operator()(const events::UserName& user) { return self.user_name(user); }
    std::string operator()(const events::KernelSymbol& symbol) { return self.symbol(symbol); }
    std::string operator()(const image::UserAddress& symbol) { return self.symbol(symbol); }
    std::string operator()(const image::Timestamp& timestamp) { return self.date(timestamp); }
    std::string operator()(const image::CgroupPath& group) { return self.group_path(group); }
  };
  return std::visit(Text{*this}, lookup.of);
}

}  // namespace sonde::symbolize
