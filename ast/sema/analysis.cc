// Joining with a note of change, and reading what has been joined.
#include "ast/sema/analysis.h"

namespace sonde::sema {

Diagnostics::Report Reporter::report(DiagnosticKind kind, Span span, std::string message) {
  if (silent_) return nowhere_.report(kind, span, std::move(message));
  auto [first, is_new] =
      first_messages_.try_emplace({span.file, span.begin, span.end, kind}, std::move(message));
  return diagnostics_.report(kind, span, first->second);
}

bool Analysis::join_into(JoinedType& into, const JoinedType& from) {
  JoinedType before = into;
  if (!join(into, from)) return false;
  if (into != before) changed = true;
  return true;
}

void Analysis::join_space(AddressSpace& into, AddressSpace from) {
  if (into != AddressSpace::kNone || from == AddressSpace::kNone) return;
  into = from;
  changed = true;
}

void Analysis::join_clock(Clock& into, Clock from) {
  if (into != Clock::kBoot || from == Clock::kBoot) return;
  into = from;
  changed = true;
}

bool Analysis::would_unsettle(bool is_settled, const JoinedType& into, const JoinedType& from) {
  if (!is_settled) return false;
  JoinedType both = into;
  return join(both, from) && type_of(both, typed.types) != type_of(into, typed.types);
}

TypeId Analysis::variable_type(GroupId group, VariableId variable) {
  const VariableState& state = variables[group][variable];
  return state.is_declared ? state.declared : type_of(state.value, typed.types);
}

TypeId Analysis::map_value_type(MapId map) {
  const MapState& state = maps[map];
  switch (state.aggregation) {
    case Aggregation::kNone:
      return type_of(state.value, typed.types);
    case Aggregation::kCount:
    case Aggregation::kHist:
    case Aggregation::kLhist:
      return typed.types.integer(8, false);
    case Aggregation::kSum:
    case Aggregation::kMin:
    case Aggregation::kMax:
    case Aggregation::kAvg:
    case Aggregation::kStats:
    case Aggregation::kTseries: {
      TypeId argument = type_of(state.argument, typed.types);
      if (!typed.types.is(argument, TypeKind::kInteger)) return TypeId::kPoison;
      TypeId result = typed.types.integer(8, typed.types.at(argument).is_signed);
      if (state.aggregation != Aggregation::kStats) return result;
      return typed.types.record({{.name = "count", .type = typed.types.integer(8, false)},
                                 {.name = "average", .type = result},
                                 {.name = "total", .type = result}});
    }
  }
  CHECK(false);
}

}  // namespace sonde::sema
