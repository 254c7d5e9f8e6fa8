// A script compiled to an image on the captured world of the golden tests.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codegen/lower/codegen.h"
#include "tests/unit/sema/script.h"

namespace sonde {

class Compiled {
 public:
  // `change` may alter the options behind the checker's back: those that codegen alone reads.
  explicit Compiled(
      std::string text, const std::function<void(sema::CompileOptions&)>& change = [](auto&) {},
      bool allows_unsafe = false)
      : script_(std::move(text), {}, allows_unsafe) {
    change(script_.options());
    if (script_.diagnostics().has_errors()) return;
    codegen::Compilation compilation =
        codegen::lower({script_.program(), script_.probes(), script_.typed(), script_.strategies(),
                        script_.options(), script_.sources()},
                       script_.world(), script_.diagnostics());
    if (script_.diagnostics().has_errors()) return;
    compilation.optimize();
    assembly_ = compilation.assembly_text();
    auto image = codegen::assemble(std::move(compilation));
    if (image) image_ = *std::move(image);
  }

  bool is_complete() const { return !image_.elf.empty(); }
  std::vector<std::string> reports() const { return script_.reports(); }
  const std::string& assembly() const { return assembly_; }
  const image::Manifest& manifest() const { return image_.manifest; }

  const image::ScriptMap& map(std::string_view name) const {
    for (const image::ScriptMap& map : manifest().script_maps)
      if (map.name == name) return map;
    CHECK(false);
  }
  const image::BpfMap& storage(std::string_view name) const {
    return manifest().bpf_maps[map(name).storage];
  }
  const image::ValueType& type(image::TypeId id) const { return manifest().types[id]; }
  const image::Site& site(image::RecordKind kind) const {
    for (const image::Site& site : manifest().sites)
      if (site.kind == kind) return site;
    CHECK(false);
  }
  bool calls(std::uint32_t helper) const {
    return assembly_.find(concat("call ", helper, '\n')) != std::string::npos;
  }

 private:
  Script script_;
  std::string assembly_, failure_;
  image::ProgramImage image_;
};

}  // namespace sonde
