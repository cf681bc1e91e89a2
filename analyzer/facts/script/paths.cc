#include "analyzer/facts/script/paths.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/script/loops.h"

namespace onnxcheck::facts {
namespace {

// A function that reads what lies at a path: the last part of its name, the module that it must be
// in (empty: it is a method or a builtin), and its argument by keyword or as the first.
struct Reader {
  std::string_view module;
  std::string_view name;
  std::string_view keyword;
};
constexpr Reader kReaders[] = {
    {"pandas", "read_csv", "filepath_or_buffer"},
    {"pandas", "read_table", "filepath_or_buffer"},
    {"pandas", "read_excel", "io"},
    {"pandas", "read_json", "path_or_buf"},
    {"pandas", "read_hdf", "path_or_buf"},
    {"pandas", "read_parquet", "path"},
    {"pandas", "read_feather", "path"},
    {"pandas", "read_pickle", "filepath_or_buffer"},
    {"numpy", "load", "file"},
    {"numpy", "loadtxt", "fname"},
    {"numpy", "genfromtxt", "fname"},
    {"numpy", "fromfile", "file"},
    {"torch", "load", "f"},
    {"torchaudio", "load", "uri"},
    {"torchvision", "ImageFolder", "root"},
    {"torchvision", "DatasetFolder", "root"},
    {"torchvision", "read_image", "path"},
    {"scipy", "loadmat", "file_name"},
    {"joblib", "load", "filename"},
    {"librosa", "load", "path"},
    {"soundfile", "read", "file"},
    {"PIL", "open", "fp"},
    {"imageio", "imread", "uri"},
    {"cv2", "imread", "filename"},
    {"sklearn", "load_files", "container_path"},
    {"sklearn", "load_svmlight_file", "f"},
    {"tensorflow", "TFRecordDataset", "filenames"},
    {"tensorflow", "TextLineDataset", "filenames"},
    {"tensorflow", "read_file", "filename"},
    {"datasets", "load_from_disk", "dataset_path"},
    {"keras", "image_dataset_from_directory", "directory"},
    {"keras", "text_dataset_from_directory", "directory"},
    {"keras", "audio_dataset_from_directory", "directory"},
    {"os", "listdir", "path"},
    {"os", "scandir", "path"},
};

// What neither makes nor looks for a file that it gets the path of.
constexpr std::string_view kHarmless[] = {
    "print", "str",      "len",      "join",     "abspath", "realpath", "expanduser", "normpath",
    "Path",  "basename", "dirname",  "splitext", "debug",   "info",     "warning",    "error",
    "repr",  "format",   "PurePath", "append",   "insert",  "critical", "replace",    "split"};

// Parts of the names of functions that make files elsewhere than where they are told, or change
// what a relative path means.
constexpr std::string_view kMakers[] = {
    "download", "extract",    "untar",   "unzip",    "unpack",   "copy",       "move",
    "rename",   "link",       "system",  "popen",    "fetch",    "wget",       "retrieve",
    "chdir",    "subprocess", "prepare", "generate", "get_file", "check_call", "check_output"};

// Functions that write where they are told, which may be anywhere if that is not known.
constexpr std::string_view kWriters[] = {"open",    "save",    "savez",  "savez_compressed",
                                         "savetxt", "dump",    "to_csv", "to_pickle",
                                         "imsave",  "imwrite", "File"};

const Argument* OpenedToRead(const Step& step, const ir::Script& script, std::string_view keyword) {
  const Argument* mode = FindArgument(step, "mode", 1);
  if (mode != nullptr) {
    const std::optional<std::string> text = TextOf(script, mode->value);
    if (!text || !text->starts_with('r') || text->find('+') != std::string::npos) return nullptr;
  }
  return FindArgument(step, keyword, 0);
}

const Argument* PathArgument(const ir::Script& script, const Step& step) {
  if (step.kind != Step::Kind::kCall || step.function != kNone) return nullptr;
  if (IsMethod(step, "flow_from_directory")) return FindArgument(step, "directory", 0);
  if (step.is_method) return nullptr;
  const std::string path = CanonicalPath(step.name);
  if (path == "open" || path == "io.open" || path == "codecs.open") {
    return OpenedToRead(step, script, "file");
  }
  if (path == "h5py.File") return OpenedToRead(step, script, "name");
  const std::string_view last = LastPart(path);
  for (const Reader& reader : kReaders) {
    if (last == reader.name && IsIn(path, reader.module)) {
      return FindArgument(step, reader.keyword, 0);
    }
  }
  return nullptr;
}

std::string LowerLast(const Step& step) {
  const std::string_view last = LastPart(step.name);
  return absl::AsciiStrToLower(absl::string_view(last.data(), last.size()));
}

bool IsMaker(std::string_view lower) {
  return std::any_of(std::begin(kMakers), std::end(kMakers), [&](std::string_view part) {
    return lower.find(part) != std::string_view::npos;
  });
}

// "data" and "./data/" are on the way to "data/train.csv".
bool IsOnTheWay(std::string_view text, std::string_view path) {
  for (std::string_view* one : {&text, &path}) {
    while (one->starts_with("./")) one->remove_prefix(2);
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  return !text.empty() && path.starts_with(text) &&
         (path.size() == text.size() || path[text.size()] == '/');
}

// A shorter path is part of too many texts.
constexpr std::size_t kMinNamedBytes = 4;
bool IsPathByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// The text names the path, and not a longer one; a folder in front of it may be where it was
// looked for.
bool Names(std::string_view text, std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.size() < kMinNamedBytes) return false;
  for (std::size_t at = text.find(path); at != std::string_view::npos;
       at = text.find(path, at + 1)) {
    const std::size_t end = at + path.size();
    const bool ends = end == text.size() || !IsPathByte(text[end]) ||
                      (text[end] == '.' && (end + 1 == text.size() || text[end + 1] == ' '));
    if ((at == 0 || !IsPathByte(text[at - 1])) && ends) return true;
  }
  return false;
}

bool SpeaksOfAbsence(std::string_view text) {
  for (const std::string_view words :
       {"No such file", "no such file", "not found", "does not exist", "doesn't exist",
        "Couldn't find", "cannot find", "Found no valid file", "Unable to open file"}) {
    if (text.find(words) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

std::vector<PathRead> PathsRead(const ir::Script& script) {
  std::vector<PathRead> reads;
  std::unordered_set<std::string> seen;
  for (std::uint32_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const Argument* argument = PathArgument(script, step);
    if (argument == nullptr || IsUncalled(script, step.context)) continue;
    const std::optional<std::string> path = TextOf(script, argument->value);
    if (!path || !seen.insert(*path).second) continue;
    if (reads.size() >= kMostCandidates) break;
    reads.push_back(
        {i, *path, script.values[argument->value].mark, IsOverridable(script, argument->value)});
  }
  return reads;
}

bool LacksFolder(const ir::Script& script, const std::string& path) {
  const auto looked =
      std::find_if(script.paths.begin(), script.paths.end(),
                   [&](const ir::script::PathText& one) { return one.text == path; });
  if (looked == script.paths.end() || looked->exists || looked->folder_exists ||
      path.find('/') == std::string::npos || script.notebook || script.partial) {
    return false;
  }
  // Hydra starts the script in a folder of its own.
  for (const std::string& import : script.imports) {
    if (IsIn(import, "hydra")) return false;
  }
  return std::none_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    if (step.kind != Step::Kind::kCall) return false;
    const std::string name = LowerLast(step);
    if (name.find("mkdir") != std::string::npos || name.find("makedirs") != std::string::npos ||
        (step.function == kNone && IsMaker(name))) {
      return true;
    }
    const std::string_view last = LastPart(step.name);
    return std::find(std::begin(kHarmless), std::end(kHarmless), last) == std::end(kHarmless) &&
           step.body == kNone &&
           std::any_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& given) {
             const std::optional<std::string> text = TextOf(script, given.value);
             return text && *text != path && IsOnTheWay(*text, path);
           });
  });
}

bool MayMakePath(const ir::Script& script, const std::string& path) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    if (step.kind != Step::Kind::kCall || PathArgument(script, step) != nullptr) return false;
    const std::string_view last = LastPart(step.name);
    if (step.function == kNone && IsMaker(LowerLast(step))) return true;
    if (std::find(std::begin(kHarmless), std::end(kHarmless), last) != std::end(kHarmless) ||
        step.body != kNone) {
      return false;
    }
    if (std::find(std::begin(kWriters), std::end(kWriters), last) != std::end(kWriters) &&
        std::none_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& argument) {
          return TextOf(script, argument.value).has_value();
        })) {
      return true;
    }
    const auto gets = [&](ValueId value) {
      const std::optional<std::string> text = TextOf(script, value);
      return text && IsOnTheWay(*text, path);
    };
    return std::any_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& argument) {
      const Value& value = script.values[argument.value];
      return gets(argument.value) ||
             (argument.keyword == "download" && TruthOf(script, argument.value) != false) ||
             (value.kind == Value::Kind::kList &&
              std::any_of(value.items.begin(), value.items.end(), gets));
    });
  });
}

const ir::Event* MissedIn(const ir::Run& run, const std::string& path) {
  for (const ir::Log& log : run.logs) {
    for (const ir::Event& event : log.events) {
      const bool says =
          event.kind == ir::EventKind::kTraceback || event.kind == ir::EventKind::kError;
      const std::string_view text =
          event.kind == ir::EventKind::kTraceback ? event.message : event.text;
      const bool missing = event.exception == "FileNotFoundError" || SpeaksOfAbsence(text);
      if (says && missing && Names(text, path) && LastMetricLine(log) < event.line) return &event;
    }
  }
  return nullptr;
}

}  // namespace onnxcheck::facts
