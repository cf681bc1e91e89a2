#include "cli/discover.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "cli/did_you_mean.h"
#include "parsers/sniff.h"
#include "parsers/sniff_names.h"
#include "parsers/source.h"

namespace onnxcheck::cli {
namespace {

namespace fs = std::filesystem;

// Deeper than any tree of runs; a bound for the recursion.
constexpr int kDeepest = 64;

constexpr std::array<std::string_view, 3> kSkippedFolders = {"node_modules", "__pycache__",
                                                             "site-packages"};
constexpr std::string_view kHydraFolder = ".hydra";
enum KindBit : unsigned { kModelBit = 1, kConfigBit = 2, kLogBit = 4 };

struct Group {
  std::string path;
  std::vector<parsers::InputPath> inputs;
  std::vector<parsers::InputPath> scripts;  // of the folder itself
  unsigned kinds = 0;
};

template <std::size_t n>
bool IsOneOf(std::string_view word, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsModelName(const fs::path& path) {
  return absl::AsciiStrToLower(path.extension().string()) == ".onnx";
}

std::optional<parsers::Format> FormatOf(const std::string& path) {
  auto opened = parsers::Source::Open(path);
  auto* source = std::get_if<std::shared_ptr<const parsers::Source>>(&opened);
  if (source == nullptr) return std::nullopt;
  return parsers::Sniff(**source);
}

// What a file found by walking is, or nothing for a file that is none of ours.
std::optional<ir::Kind> KindOfWalked(const fs::path& path) {
  if (IsModelName(path)) return ir::Kind::kModel;
  const parsers::FileName name = parsers::ParseFileName(path.string());
  if (name.suffix == "py" || name.suffix == "ipynb") return ir::Kind::kScript;
  if (name.is_document && name.base != "readme.md") return std::nullopt;
  const std::optional<parsers::Format> format = FormatOf(path.string());
  // Unreadable or empty: a finding, if the name says what should be there.
  if (!format.has_value() || *format == parsers::Format::kEmpty) {
    if (name.is_log || name.log_word) return ir::Kind::kLog;
    return std::nullopt;
  }
  const ir::Kind kind = parsers::KindOf(*format);
  if (kind == ir::Kind::kConfig || kind == ir::Kind::kLog) return kind;
  if (name.is_log && kind == ir::Kind::kUnknown) return ir::Kind::kLog;
  return std::nullopt;
}

unsigned BitOf(ir::Kind kind) {
  switch (kind) {
    case ir::Kind::kModel:
      return kModelBit;
    case ir::Kind::kConfig:
      return kConfigBit;
    case ir::Kind::kLog:
      return kLogBit;
    case ir::Kind::kUnknown:
    case ir::Kind::kScript:
      break;
  }
  return 0;
}

class Walker {
 public:
  explicit Walker(const Settings& settings) : settings_(settings) {}

  std::vector<Group> Walk(const fs::path& folder, int depth = 0) const {
    Group own;
    own.path = folder.string();
    std::vector<fs::path> files;
    std::vector<fs::path> folders;
    if (!List(folder, files, folders)) {
      own.inputs.push_back({folder.string(), std::nullopt, true});
      return {own};
    }
    for (const fs::path& file : files) AddFile(file, own);
    std::vector<Group> below;
    if (depth < kDeepest) {
      for (const fs::path& inner : folders) {
        std::vector<Group> found = Walk(inner, depth + 1);
        std::move(found.begin(), found.end(), std::back_inserter(below));
      }
    }
    return Combine(std::move(own), std::move(below));
  }

 private:
  bool IsExcluded(const fs::path& path) const {
    return std::any_of(
        settings_.exclude.begin(), settings_.exclude.end(),
        [&](const std::string& glob) { return PathMatches(settings_, glob, path.string()); });
  }

  bool IsSkippedFolder(const fs::path& folder) const {
    const std::string name = folder.filename().string();
    std::error_code error;
    // Hydra writes what it composed into a hidden folder of the run's.
    const bool hidden = name.substr(0, 1) == "." && name != kHydraFolder;
    return hidden || IsOneOf(name, kSkippedFolders) || fs::exists(folder / "pyvenv.cfg", error);
  }

  // The folder's files and folders to go through, by name; false if it cannot be read.
  bool List(const fs::path& folder, std::vector<fs::path>& files,
            std::vector<fs::path>& folders) const {
    std::error_code error;
    fs::directory_iterator it(folder, error);
    if (error) return false;
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      // "config.yaml" rather than "./config.yaml".
      const fs::path path = folder == "." ? it->path().filename() : it->path();
      std::error_code ignored;
      if (IsExcluded(path)) continue;
      if (it->is_directory(ignored)) {
        if (!it->is_symlink(ignored) && !IsSkippedFolder(path)) folders.push_back(path);
      } else if (it->is_regular_file(ignored)) {
        if (path.filename().string().substr(0, 1) != ".") files.push_back(path);
      } else if (IsModelName(path) && it->is_symlink(ignored) && !it->exists(ignored)) {
        // A model that git-annex, DVC or a cache keeps elsewhere and that was not fetched. (Links
        // to logs dangle wherever a run was copied, and say nothing.)
        files.push_back(path);
      }
    }
    std::sort(files.begin(), files.end());
    std::sort(folders.begin(), folders.end());
    return true;
  }

  static void AddFile(const fs::path& file, Group& group) {
    const std::optional<ir::Kind> kind = KindOfWalked(file);
    if (!kind.has_value()) return;
    group.kinds |= BitOf(*kind);
    parsers::InputPath input{file.string(), std::nullopt, false};
    if (*kind == ir::Kind::kScript) {
      group.scripts.push_back(std::move(input));
      return;
    }
    // The parsers may think better of a configuration; a *.onnx is meant as a model.
    if (*kind != ir::Kind::kConfig) input.kind = *kind;
    group.inputs.push_back(std::move(input));
  }

  // MLflow names a run's folder by 32 hexadecimal digits and keeps its parts below.
  static bool IsMlflowRun(const Group& own) {
    const std::string name = fs::path(own.path).filename().string();
    return name.size() == 32 && std::all_of(name.begin(), name.end(), absl::ascii_isxdigit);
  }

  // Folders whose files are the run's own: Hydra's, and of Hugging Face's checkpoints the last one
  // where the run has not come to write its state. Earlier checkpoints say nothing more.
  static void TakeOwnFolders(Group& own, std::vector<Group>& below) {
    const auto name_of = [](const Group& group) {
      return fs::path(group.path).filename().string();
    };
    const bool ended = std::any_of(own.inputs.begin(), own.inputs.end(), [](const auto& input) {
      return fs::path(input.path).filename() == "trainer_state.json";
    });
    std::optional<std::size_t> last;
    long last_step = -1;
    std::vector<bool> taken(below.size());
    for (std::size_t i = 0; i < below.size(); ++i) {
      const std::string name = name_of(below[i]);
      int step = 0;
      taken[i] = name == kHydraFolder;
      if (taken[i]) Merge(own, std::move(below[i]));
      if (!absl::StartsWith(name, "checkpoint-") ||
          !absl::SimpleAtoi(name.substr(name.find('-') + 1), &step) ||
          (below[i].kinds & kModelBit) != 0) {
        continue;
      }
      taken[i] = true;
      if (!ended && step > last_step) {
        last = i;
        last_step = step;
      }
    }
    if (last) Merge(own, std::move(below[*last]));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < below.size(); ++i) {
      if (taken[i]) continue;
      if (kept != i) below[kept] = std::move(below[i]);
      ++kept;
    }
    below.resize(kept);
  }

  static void Merge(Group& into, Group group) {
    into.kinds |= group.kinds;
    std::move(group.inputs.begin(), group.inputs.end(), std::back_inserter(into.inputs));
  }

  static bool BelongTogether(const Group& own, const std::vector<Group>& below) {
    if (IsMlflowRun(own)) return true;
    if (below.size() == 1 && !own.inputs.empty()) {
      return (own.kinds & below[0].kinds & kModelBit) == 0;
    }
    unsigned seen = own.kinds;
    for (const Group& group : below) {
      const bool single = (group.kinds & (group.kinds - 1)) == 0;
      if (!single || (group.kinds & seen) != 0) return false;
      seen |= group.kinds;
    }
    return below.size() + (own.inputs.empty() ? 0 : 1) > 1;
  }

  // Scripts alone make no run that others could belong to.
  static std::vector<Group> Combine(Group own, std::vector<Group> below) {
    std::vector<parsers::InputPath> scripts = std::move(own.scripts);
    const std::string path = own.path;
    const auto alone = std::stable_partition(below.begin(), below.end(),
                                             [](const Group& group) { return group.kinds != 0; });
    std::vector<Group> rest(std::make_move_iterator(alone), std::make_move_iterator(below.end()));
    below.erase(alone, below.end());
    std::vector<Group> runs = CombineInputs(std::move(own), std::move(below));
    if (runs.size() == 1) {
      std::move(scripts.begin(), scripts.end(), std::back_inserter(runs[0].inputs));
    } else {
      for (parsers::InputPath& script : scripts) {
        Group& run = runs.emplace_back();
        run.path = script.path;
        run.inputs.push_back(std::move(script));
      }
    }
    std::move(rest.begin(), rest.end(), std::back_inserter(runs));
    return runs;
  }

  static std::vector<Group> CombineInputs(Group own, std::vector<Group> below) {
    TakeOwnFolders(own, below);
    if (BelongTogether(own, below)) {
      for (Group& group : below) Merge(own, std::move(group));
      return {std::move(own)};
    }
    if (!own.inputs.empty()) below.insert(below.begin(), std::move(own));
    return below;
  }

  const Settings& settings_;
};

RunInputs OneRun(const std::vector<parsers::InputPath>& inputs) {
  RunInputs run;
  run.path = inputs[0].path;
  run.inputs = inputs;
  return run;
}

bool IsModel(const parsers::InputPath& input) {
  if (input.kind.has_value()) return *input.kind == ir::Kind::kModel;
  return FormatOf(input.path) == parsers::Format::kOnnx;
}

// `files` hold several models and nothing says which log is whose, but the folders do.
std::vector<RunInputs> RunsOfFiles(const std::vector<parsers::InputPath>& files) {
  const auto models = std::count_if(files.begin(), files.end(), IsModel);
  if (files.empty()) return {};
  if (models <= 1) return {OneRun(files)};
  std::vector<std::string> order;
  std::map<std::string, std::vector<parsers::InputPath>> by_folder;
  for (const parsers::InputPath& file : files) {
    const std::string folder = fs::path(file.path).parent_path().lexically_normal().string();
    auto [found, is_new] = by_folder.try_emplace(folder);
    if (is_new) order.push_back(folder);
    found->second.push_back(file);
  }
  std::vector<RunInputs> runs;
  for (const std::string& folder : order) {
    const std::vector<parsers::InputPath>& group = by_folder[folder];
    if (std::all_of(group.begin(), group.end(), IsModel)) {
      for (const parsers::InputPath& model : group) runs.push_back(OneRun({model}));
    } else {
      runs.push_back(OneRun(group));
    }
  }
  return runs;
}

std::string WithoutTrailingSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

std::vector<RunInputs> Discover(const std::vector<std::string>& paths, const Told& options,
                                const Settings& settings) {
  std::vector<parsers::InputPath> files;
  std::vector<RunInputs> walked;
  std::vector<std::string> seen;
  const auto is_new = [&](const std::string& path) {
    const bool known = std::find(seen.begin(), seen.end(), path) != seen.end();
    if (!known) seen.push_back(path);
    return !known;
  };
  for (const std::string& named : paths) {
    const std::string path = WithoutTrailingSlash(named);
    std::error_code error;
    if (!is_new(path)) continue;
    // A folder named like a model is not walked but told of: it was meant as a file.
    if (fs::is_directory(path, error) && !IsModelName(path)) {
      for (Group& group : Walker(settings).Walk(path)) {
        walked.push_back({std::move(group.path), std::move(group.inputs), true});
      }
      continue;
    }
    parsers::InputPath input{path, std::nullopt, true};
    if (IsModelName(path)) input.kind = ir::Kind::kModel;
    files.push_back(std::move(input));
  }
  std::vector<parsers::InputPath> told;
  const auto tell = [&](const std::vector<std::string>& names, ir::Kind kind) {
    for (const std::string& name : names) {
      if (is_new(name)) told.push_back({name, kind, true});
    }
  };
  tell(options.logs, ir::Kind::kLog);
  tell(options.configs, ir::Kind::kConfig);
  tell(options.scripts, ir::Kind::kScript);

  if (told.empty()) {
    std::vector<RunInputs> runs = RunsOfFiles(files);
    std::move(walked.begin(), walked.end(), std::back_inserter(runs));
    return runs;
  }
  if (walked.size() > 1 || (!walked.empty() && !files.empty())) {
    throw UsageError("--logs, --config and --script belong to one run, but the paths hold several");
  }
  files.insert(files.end(), told.begin(), told.end());
  if (walked.empty()) return {OneRun(files)};
  walked[0].inputs.insert(walked[0].inputs.end(), files.begin(), files.end());
  return walked;
}

}  // namespace onnxcheck::cli
