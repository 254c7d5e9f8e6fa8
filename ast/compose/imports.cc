// A path is looked up beside the file that imports it, then beside the script. A file that others
// may change could be changed into anything that then runs as root, so it is passed over. Every
// file counts once, where it is first asked for.
#include "ast/compose/imports.h"

#include <algorithm>
#include <set>

#include "ast/walk.h"
#include "lexer/base/concat.h"
#include "stdlib/builtins.h"

namespace sonde::ast {
namespace {

constexpr std::string_view kLibrary = "stdlib/";
constexpr std::string_view kLibraryParts[] = {"map",    "process", "stack", "strings",
                                              "system", "task",    "test",  "usdt"};

enum class FileKind : std::uint8_t { kScript, kHeader, kBpf, kOther };

FileKind kind_of(std::string_view path) {
  if (path.ends_with(".bpf.c") || path.ends_with(".bpf.o")) return FileKind::kBpf;
  if (path.ends_with(".bt")) return FileKind::kScript;
  if (path.ends_with(".h")) return FileKind::kHeader;
  return FileKind::kOther;
}

// With its slash; empty for the current directory.
std::string directory_of(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash + 1));
}

class Importer {
 public:
  Importer(const Settings& settings, const ImportAccess& access, const SourceMap& sources,
           Diagnostics& diagnostics)
      : settings_(settings), access_(access), sources_(sources), diagnostics_(diagnostics) {}

  Imported run(Program script) {
    std::string_view name = sources_.name(script.file());
    script_directory_ = directory_of(name);
    ImportCandidate self = access_.look(std::string(name));
    if (self.kind == ImportCandidate::Kind::kFile) seen_.insert(self.identity);
    add(std::move(script), script_directory_);
    return std::move(imported_);
  }

 private:
  // An `import` and the file that it stands in.
  struct Request {
    Span span;
    std::string path;
    std::string beside;  // the directory of the importing file
  };

  Diagnostics::Report report(Span span, std::string message) {
    return diagnostics_.report(DiagnosticKind::kImport, span, std::move(message));
  }

  // What the program imports, then the program.
  void add(Program program, const std::string& directory) {
    for (NodeId item : program.items()) {
      if (const auto* import = program.get_if<Import>(item))
        import_path({program.span(item), import->path, directory});
      add_statements(program, item, directory);
      if (program.is<CDefinition>(item)) pending_.push_back(program.span(item));
    }
    imported_.c_code.insert(imported_.c_code.end(), pending_.begin(), pending_.end());
    pending_.clear();
    imported_.programs.push_back(std::move(program));
  }

  void add_statements(const Program& program, NodeId item, const std::string& directory) {
    walk(program, item, [&](NodeId id) {
      const auto* import = program.get_if<ImportStatement>(id);
      if (!import) return true;
      Span span = program.span(id);
      const std::string& flag = settings_.text(Option::kUnstableImportStatement);
      std::string_view key = option_row(Option::kUnstableImportStatement).key;
      if (flag == "error") {
        diagnostics_
            .report(DiagnosticKind::kUnstableRefused, span,
                    "`import` inside of code is for the library's own use")
            .hint(concat("import at the top of the script, or set ", key, "=enable"));
        return true;
      }
      if (flag == "warn")
        diagnostics_
            .report(DiagnosticKind::kUnstableFeature, {}, "`import` inside of code may change")
            .hint(concat(key, "=enable says that this is meant"));
      import_path({span, import->path, directory});
      return true;
    });
  }

  void import_path(const Request& request) {
    if (request.path.starts_with(kLibrary)) return import_library(request);
    std::vector<std::string> checked;
    std::vector<std::string> bases = {request.beside};
    if (script_directory_ != request.beside) bases.push_back(script_directory_);
    if (request.path.starts_with('/')) bases = {""};
    for (const std::string& base : bases) {
      std::string path = concat(base, request.path);
      ImportCandidate found = access_.look(path);
      checked.push_back(path);
      if (found.kind == ImportCandidate::Kind::kMissing) continue;
      if (found.is_open_to_others) {
        diagnostics_.report(DiagnosticKind::kSkippedImport, request.span,
                            concat('`', path, "` is passed over: others may write to it"));
        continue;
      }
      if (found.kind == ImportCandidate::Kind::kDirectory) return import_directory(request, path);
      return import_file(request, path, found);
    }
    auto missing = report(request.span, "Unable to find suitable path for import");
    for (const std::string& path : checked) missing.hint(concat("checked: ", path));
    if (auto similar = nearest_name(request.path, builtin_names()))
      missing.hint(concat("similar to builtins: ", *similar));
  }

  // What a script uses of the library comes along by itself.
  void import_library(const Request& request) {
    std::string_view part = std::string_view(request.path).substr(kLibrary.size());
    if (part.ends_with(".bt")) part.remove_suffix(3);
    if (std::ranges::find(kLibraryParts, part) != std::end(kLibraryParts)) return;
    std::string parts;
    for (std::string_view known : kLibraryParts) parts += concat(parts.empty() ? "" : ", ", known);
    report(request.span, "Unable to find suitable path for import")
        .hint(concat("the library's parts are: ", parts));
  }

  void import_directory(const Request& request, const std::string& path) {
    for (const std::string& name : access_.entries(path)) {
      std::string inside = concat(path, path.ends_with('/') ? "" : "/", name);
      if (kind_of(name) == FileKind::kOther) continue;
      ImportCandidate found = access_.look(inside);
      if (found.kind != ImportCandidate::Kind::kFile) continue;
      if (found.is_open_to_others)
        report(request.span,
               concat("cowardly refusing to import `", inside, "`: others may write to it"));
      else
        import_file(request, inside, found);
    }
  }

  void import_file(const Request& request, const std::string& path, const ImportCandidate& found) {
    FileKind kind = kind_of(path);
    if (kind == FileKind::kOther) {
      std::size_t point = path.rfind('.');
      bool has_extension = point != std::string::npos && point > path.rfind('/') + 1;
      report(request.span,
             concat("unknown import type: ", has_extension ? path.substr(point) : path))
          .hint("scripts (.bt) and C headers (.h) can be imported");
      return;
    }
    if (kind == FileKind::kBpf) {
      diagnostics_.report(DiagnosticKind::kUnsupportedFeature, request.span,
                          "importing BPF code (.bpf.c, .bpf.o) is not supported by this version");
      return;
    }
    if (!seen_.insert(found.identity).second) return;
    auto file = access_.read(path);
    if (!file) {
      report(request.span, file.error().message);
      return;
    }
    if (kind == FileKind::kHeader) {
      auto size = static_cast<std::uint32_t>(sources_.text(*file).size());
      pending_.push_back({*file, 0, size});
      return;
    }
    Program program = access_.parse(*file);
    check_imported(program, request.span);
    std::vector<Span> around = std::exchange(pending_, {});
    imported_.c_code.insert(imported_.c_code.end(), around.begin(), around.end());
    add(std::move(program), directory_of(path));
  }

  // What an imported file may not have, and what must fit the settings of the script.
  void check_imported(const Program& program, Span import) {
    std::uint64_t most = settings_.number(Option::kMaxStrlen);
    for (NodeId item : program.items()) {
      const auto* config = program.get_if<Config>(item);
      if (config && !config->entries.empty())
        report(program.span(item), "an imported file has no settings of its own")
            .also_at(import, "imported here");
      std::set<NodeId> formats;  // may be of any length
      walk(program, item, [&](NodeId id) {
        if (const auto* call = program.get_if<Call>(id); call && takes_format(*call))
          formats.insert(call->arguments.front());
        const auto* text = program.get_if<StringLiteral>(id);
        if (text && text->value.size() + 1 > most && !formats.contains(id))
          diagnostics_
              .report(DiagnosticKind::kStringTooLong, import,
                      concat("this file has a string of ", text->value.size(),
                             " bytes, and `max_strlen` allows ", most > 0 ? most - 1 : 0))
              .also_at(program.span(id), "the string");
        return true;
      });
    }
  }

  static bool takes_format(const Call& call) {
    auto builtin = find_builtin(call.name);
    return builtin && builtin_row(builtin->id).signature.is_variadic() && !call.arguments.empty();
  }

  const Settings& settings_;
  const ImportAccess& access_;
  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  std::string script_directory_;
  std::set<std::string, std::less<>> seen_;
  std::vector<Span> pending_;  // C code whose place in the order is not settled yet
  Imported imported_;
};

}  // namespace

Imported import_files(Program script, const Settings& settings, const ImportAccess& access,
                      const SourceMap& sources, Diagnostics& diagnostics) {
  return Importer(settings, access, sources, diagnostics).run(std::move(script));
}

}  // namespace sonde::ast
