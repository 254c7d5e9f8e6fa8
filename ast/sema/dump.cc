// --emit=probes and --emit=types: the products as text, one finding a line, in the order of the
// script.
#include "ast/sema/sema.h"
#include "ast/walk.h"
#include "lexer/base/concat.h"

namespace sonde::sema {
namespace {

std::string place(Span span, const SourceMap& sources) {
  LineColumn begin = sources.locate(span.file, span.begin);
  LineColumn end = sources.locate(span.file, span.end);
  std::string to = begin.line == end.line ? concat(end.column) : concat(end.line, ':', end.column);
  return concat(begin.line, ':', begin.column, '-', to);
}

// The source of a span on one line, shortened in the middle of long ones.
std::string source_text(Span span, const SourceMap& sources) {
  constexpr std::size_t kMost = 60;
  std::string text;
  for (char c : sources.text(span)) {
    bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (is_space && !text.empty() && text.back() == ' ') continue;
    text += is_space ? ' ' : c;
  }
  if (text.size() <= kMost) return text;
  return concat(text.substr(0, kMost / 2), " … ", text.substr(text.size() - kMost / 2));
}

std::string_view space_name(AddressSpace space) {
  switch (space) {
    case AddressSpace::kNone:
      return "";
    case AddressSpace::kKernel:
      return " kernel";
    case AddressSpace::kUser:
      return " user";
  }
  CHECK(false);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      out += c;
    } else {
      out += concat("\\x", byte < 16 ? "0" : "", hex(byte));
    }
  }
  return out + '"';
}

std::string constant_text(const ExpressionFacts& facts, const TypeTable& types) {
  if (const auto* bits = std::get_if<std::uint64_t>(&facts.constant))
    return types.at(facts.type).is_signed ? concat(" = ", static_cast<std::int64_t>(*bits))
                                          : concat(" = ", *bits);
  if (const auto* truth = std::get_if<bool>(&facts.constant)) return concat(" = ", *truth);
  if (const auto* text = std::get_if<std::string>(&facts.constant))
    return concat(" = ", quoted(*text));
  return {};
}

std::string facts_text(const ExpressionFacts& facts, const TypeTable& types) {
  return concat(types.kind(facts.type) == TypeKind::kStruct ? "struct" : types.name(facts.type),
                facts.is_flexible ? " flexible" : "", facts.compares_signed ? " signed" : "",
                space_name(facts.space), constant_text(facts, types));
}

std::string_view aggregation_name(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::kNone:
      return "none";
    case Aggregation::kCount:
      return builtin_row(Builtin::kCountEvents).name;
    case Aggregation::kSum:
      return builtin_row(Builtin::kSum).name;
    case Aggregation::kMin:
      return builtin_row(Builtin::kMin).name;
    case Aggregation::kMax:
      return builtin_row(Builtin::kMax).name;
    case Aggregation::kAvg:
      return builtin_row(Builtin::kAvg).name;
    case Aggregation::kStats:
      return builtin_row(Builtin::kStats).name;
    case Aggregation::kHist:
      return builtin_row(Builtin::kHist).name;
    case Aggregation::kLhist:
      return builtin_row(Builtin::kLhist).name;
    case Aggregation::kTseries:
      return builtin_row(Builtin::kTseries).name;
  }
  CHECK(false);
}

std::string_view kind_name(MapKind kind) {
  switch (kind) {
    case MapKind::kUndeclared:
      return "";
    case MapKind::kHash:
      return " hash";
    case MapKind::kLruHash:
      return " lruhash";
    case MapKind::kPercpuHash:
      return " percpuhash";
    case MapKind::kLruPercpuHash:
      return " percpulruhash";
  }
  CHECK(false);
}

std::string map_line(const MapFacts& map, const TypeTable& types) {
  std::string out = concat("map ", map.name);
  if (!map.is_scalar) out += concat('[', types.name(map.key), ']');
  out += concat(": ", types.name(map.value), space_name(map.space));
  if (map.aggregation != Aggregation::kNone) out += concat(", ", aggregation_name(map.aggregation));
  const BucketShape& buckets = map.buckets;
  if (map.aggregation == Aggregation::kHist) out += concat(" bits ", buckets.bits);
  if (map.aggregation == Aggregation::kLhist)
    out += concat(" from ", buckets.low, " to ", buckets.high, " step ", buckets.step);
  if (map.aggregation == Aggregation::kTseries)
    out += concat(" of ", buckets.intervals, " times ", buckets.interval, " ns");
  return concat(out, ", ", map.max_entries, map.max_entries == 1 ? " entry" : " entries",
                kind_name(map.declared_kind), '\n');
}

std::string point_line(const ExpandedPoint& point, ProbeType type) {
  std::string out = concat("  ", point.name);
  if (!point.target.empty()) out += concat(" target=", point.target);
  if (!point.function.empty()) out += concat(" function=", point.function);
  if (point.offset != 0) out += concat(" offset=0x", hex(point.offset));
  std::string_view unit = has_fact(type, kCounted) ? " count="
                          : point.is_frequency     ? " hertz="
                                                   : " nanoseconds=";
  if (point.period != 0) out += concat(unit, point.period);
  out += '\n';
  for (std::size_t i = 0; i < point.functions.size(); ++i) {
    out += concat("    ", point.functions[i]);
    if (i < point.offsets.size()) out += concat(" 0x", hex(point.offsets[i]));
    out += '\n';
  }
  return out;
}

}  // namespace

std::string dump(const ProbeSet& probes, const ast::Program& program, const SourceMap& sources) {
  std::string out;
  for (const ProbeGroup& group : probes.groups) {
    out += concat(probe_type_row(group.type).name, " at ",
                  place(program.span(group.points.front().attach_point), sources), '\n');
    for (const ExpandedPoint& point : group.points) out += point_line(point, group.type);
    for (const TracepointField& field : group.event_fields)
      out += concat("  args.", field.name, ": ", field.type,
                    field.length > 0 ? concat('[', field.length, ']') : "", ", ", field.size,
                    " bytes at ", field.offset, field.is_signed ? ", signed" : "",
                    field.is_data_location ? ", data location" : "", '\n');
    if (!group.event_prototype) continue;
    for (const KernelValue& value : group.event_prototype->parameters)
      out += concat("  args.", value.name, ": ", value.type, '\n');
  }
  return out;
}

std::string dump(const TypedProgram& typed, const ast::Program& program, const ProbeSet& probes,
                 const SourceMap& sources) {
  std::string out;
  for (const MapFacts& map : typed.maps) out += map_line(map, typed.types);
  for (std::size_t g = 0; g < probes.groups.size(); ++g) {
    const ProbeGroup& group = probes.groups[static_cast<GroupId>(g)];
    const GroupTyping& typing = typed.groups[static_cast<GroupId>(g)];
    out += concat(group.points.front().name,
                  group.points.size() > 1 ? concat(" and ", group.points.size() - 1, " more") : "",
                  '\n');
    for (const VariableFacts& variable : typing.variables)
      out += concat("  ", variable.name, ": ", typed.types.name(variable.type),
                    space_name(variable.space), '\n');
    ast::walk(program, group.probe, [&](ast::NodeId id) {
      const ExpressionFacts& facts = typing.expressions[id];
      if (facts.type != TypeId::kNone)
        out += concat("  ", place(program.span(id), sources), ' ',
                      source_text(program.span(id), sources), ": ", facts_text(facts, typed.types),
                      '\n');
      return true;
    });
  }
  return out;
}

}  // namespace sonde::sema
