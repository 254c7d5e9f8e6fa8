// The middle stages in the order in which the driver calls them. Each reads its inputs and returns
// its product; what is wrong with the script goes to Diagnostics, and a product made while errors
// were reported must not be lowered.
#pragma once

#include "ast/sema/typed.h"

namespace sonde::sema {

// Attach points against the world: wildcards expanded, labels and canonical names given, points
// grouped.
ProbeSet expand(const ast::Program& program, const CompileOptions& options, World& world,
                Diagnostics& diagnostics);

// The canonical name of one of the functions that a point covers; of a labelled point the label.
std::string name_of_function(const ExpandedPoint& point, std::size_t index);

// Types, resolutions and constants of every group's body, and the maps of the whole program.
TypedProgram check(const ast::Program& program, const ProbeSet& probes,
                   const CompileOptions& options, World& world, Diagnostics& diagnostics);

// For each group the first strategy of its probe type that the body and the kernel allow.
Strategies select(const ast::Program& program, const ProbeSet& probes, const TypedProgram& typed,
                  World& world, Diagnostics& diagnostics);

// --emit=probes, --emit=types
std::string dump(const ProbeSet& probes, const ast::Program& program, const SourceMap& sources);
std::string dump(const TypedProgram& typed, const ast::Program& program, const ProbeSet& probes,
                 const SourceMap& sources);

}  // namespace sonde::sema
