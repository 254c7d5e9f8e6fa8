// Builtins whose records user space turns into more than the text they hold, and debugf, which goes
// around user space.
#include <array>

#include "codegen/lower/builtins.h"

namespace sonde::codegen {
namespace {

constexpr std::string_view kDefaultTime = "%H:%M:%S\n";
constexpr std::string_view kDefaultSeparator = " ";
constexpr std::size_t kMostTraced = 3;

void send_formatted(Body& body, const BuiltinUse& use, image::RecordKind kind) {
  std::vector<ast::NodeId> values(use.arguments.begin() + 1, use.arguments.end());
  body.send_values(kind, std::string(body.text(use.arguments.front())), values,
                   body.span(use.node));
}

std::string text_or(Body& body, const BuiltinUse& use, std::size_t index,
                    std::string_view otherwise) {
  return std::string(index < use.arguments.size() ? body.text(use.arguments[index]) : otherwise);
}

}  // namespace

LOWER(kErrorf) {
  send_formatted(body, use, image::RecordKind::kErrorf);
  return nullptr;
}

LOWER(kWarnf) {
  send_formatted(body, use, image::RecordKind::kWarnf);
  return nullptr;
}

LOWER(kCat) {
  send_formatted(body, use, image::RecordKind::kCat);
  return nullptr;
}

LOWER(kSystem) {
  send_formatted(body, use, image::RecordKind::kSystem);
  return nullptr;
}

LOWER(kTime) {
  body.send_mark(image::RecordKind::kTime, text_or(body, use, 0, kDefaultTime),
                 body.span(use.node));
  return nullptr;
}

LOWER(kJoin) {
  body.send_strings(use.arguments.front(), text_or(body, use, 1, kDefaultSeparator),
                    body.span(use.node));
  return nullptr;
}

LOWER(kDebugf) {
  Builder& builder = body.builder();
  std::string_view format = body.text(use.arguments.front());
  auto size = static_cast<std::uint32_t>(format.size() + 1);
  Place text = body.frame().take(size);
  store_text(builder, text, format, size);
  std::array<llvm::Value*, kMostTraced> values;
  values.fill(builder.word(0));
  for (std::size_t i = 1; i < use.arguments.size(); ++i) {
    ast::NodeId value = use.arguments[i];
    bool is_number = body.is_scalar(body.facts(value).type);
    values[i - 1] = is_number ? body.scalar(value) : builder.address(body.place_of(value));
  }
  builder.call(Helper::kTracePrint,
               {text.pointer, builder.word(size), values[0], values[1], values[2]});
  return nullptr;
}

}  // namespace sonde::codegen
