#include "parsers/load.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "parsers/load_configs.h"
#include "parsers/load_logs.h"
#include "parsers/model/onnx.h"
#include "parsers/parallel.h"
#include "parsers/script/paths.h"
#include "parsers/script/script.h"
#include "parsers/sniff.h"
#include "parsers/sniff_names.h"
#include "parsers/source.h"
#include "parsers/stated_formats.h"
#include "parsers/suppressions.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kFilesAtATime = 256;

// Nothing that a text reader could make sense of.
bool IsForeign(Format format) {
  return format == Format::kBinary || format == Format::kOnnx || format == Format::kHtml ||
         format == Format::kEmpty || format == Format::kPickle;
}

// Recognised for what it is by its first bytes; other binary data is for the log parser to tell.
bool IsForeignToLogs(Format format) {
  return format == Format::kOnnx || format == Format::kHtml || format == Format::kZip ||
         format == Format::kKerasArchive;
}

// `said`: what the user called the file; absent: the content tells.
void Decline(const Source& source, Format format, std::optional<ir::Kind> said,
             ir::ProblemKind kind, std::string message, std::string help, ir::Run& run) {
  ir::Input input;
  input.path = source.path();
  input.kind = said.value_or(KindOf(format));
  if (format != Format::kUnknown) input.format = FormatName(format);
  input.bytes = source.bytes().size();
  ir::Problem problem;
  problem.kind = kind;
  problem.location.path = source.path();
  problem.message = std::move(message);
  problem.help = std::move(help);
  input.problems.push_back(std::move(problem));
  run.others.push_back(std::move(input));
}

void Unclaimed(const Source& source, Format format, ir::Run& run) {
  std::string message = "no parser reads this file";
  if (format == Format::kEmpty) {
    message = "the file is empty";
  } else if (format == Format::kPickle) {
    message = "the file is a pickle, which is not opened: reading one runs the code in it";
  } else if (format != Format::kUnknown) {
    message = "no parser reads " + std::string(FormatName(format)) + " files";
  }
  Decline(source, format, std::nullopt, ir::ProblemKind::kUnknownFormat, std::move(message),
          "say what it is with --logs, --config or --script", run);
}

// A walk passes over the scripts that do no machine learning: half of any repository.
bool IsAboutTraining(const ir::Script& script) {
  constexpr std::string_view kLibraries[] = {
      "keras",     "tensorflow",   "torch",    "pytorch_lightning",
      "lightning", "transformers", "fastai",   "jax",
      "flax",      "paddle",       "mxnet",    "accelerate",
      "tf_keras",  "ignite",       "deepspeed"};
  return std::any_of(script.imports.begin(), script.imports.end(), [&](const std::string& path) {
    const std::string_view root = std::string_view(path).substr(0, path.find('.'));
    return std::find(std::begin(kLibraries), std::end(kLibraries), root) != std::end(kLibraries);
  });
}

void LoadScript(const Source& source, Format format, bool named, ir::Run& run) {
  ir::Script script = format == Format::kNotebook ? ParseNotebook(source) : ParseScript(source);
  if (!named && !IsAboutTraining(script)) return;
  LookUpPaths(script);
  run.scripts.push_back(std::move(script));
  if (format != Format::kNotebook) return;
  std::optional<ir::Log> log = ParseNotebookOutputs(source);
  const auto broke = [](const ir::Event& event) { return event.kind == ir::EventKind::kTraceback; };
  // What cells print is a log of training where it has metrics, or says why there are none.
  if (log && ir::Trains(*log) &&
      (!log->series.empty() || std::any_of(log->events.begin(), log->events.end(), broke))) {
    run.logs.push_back(*std::move(log));
  }
}

// What a file gives by itself, and the file again if it is more than that.
struct Loaded {
  ir::Run run;
  ReadLog log;
  // Null, or what is read in its turn: a model, whose weights are read by all threads; a
  // configuration; one of the files that are a log together.
  std::shared_ptr<const Source> rest;
  ir::Kind kind = ir::Kind::kUnknown;
  Format format = Format::kUnknown;
};

void LoadSource(const std::shared_ptr<const Source>& held, const InputPath& input,
                const LogLoader& logs, Loaded& loaded) {
  const Source& source = *held;
  ir::Run& run = loaded.run;
  const FileName name = ParseFileName(input.path);
  const Format format = Sniff(source);

  ir::Kind kind = KindOf(format);
  // An empty log is a finding of its own, an empty anything else is nothing.
  if (format == Format::kEmpty && (name.is_log || name.log_word)) kind = ir::Kind::kLog;
  // A log that was rotated by truncation begins with a hole of zeros: for its parser to tell.
  if (format == Format::kBinary && name.is_log) kind = ir::Kind::kLog;
  // Damage in a model file is for the model parser to name.
  if (name.suffix == "onnx") kind = ir::Kind::kModel;
  if (input.kind) kind = *input.kind;

  if (format == Format::kLfsPointer && kind != ir::Kind::kModel) {
    if (!input.named) return;
    Decline(source, format, input.kind, ir::ProblemKind::kLfsPointer,
            "a Git LFS pointer stands in place of the file", "fetch the file with git lfs pull",
            run);
    return;
  }
  loaded.kind = kind;
  loaded.format = format;
  switch (kind) {
    case ir::Kind::kModel:
      loaded.rest = held;
      return;
    case ir::Kind::kLog: {
      if (input.named && IsForeignToLogs(format)) {
        Decline(source, format, kind, ir::ProblemKind::kUnknownFormat,
                "not a log: the file is " + std::string(FormatName(format)), "name a text file",
                run);
        return;
      }
      if (logs.IsAlone(source, format)) {
        loaded.log = LogLoader::Read(source, format, input.named);
      } else {
        loaded.rest = held;
      }
      return;
    }
    case ir::Kind::kConfig: {
      if (IsForeign(format)) {
        Decline(source, format, kind, ir::ProblemKind::kUnknownFormat,
                "not a configuration: the file is " + std::string(FormatName(format)),
                "name a YAML, JSON, TOML, INI, .keras or .h5 file", run);
        return;
      }
      loaded.rest = held;
      return;
    }
    case ir::Kind::kScript: {
      if (IsForeign(format) || format == Format::kZip || format == Format::kKerasArchive) {
        Decline(source, format, kind, ir::ProblemKind::kUnknownFormat,
                "not a script: the file is " + std::string(FormatName(format)),
                "name a .py or .ipynb file", run);
        return;
      }
      LoadScript(source, format, input.named, run);
      return;
    }
    default:
      if (input.named) Unclaimed(source, format, run);
  }
}

void TellShrunk(const Source& source, const InputPath& input, ir::Run& run) {
  if (!source.Shrunk()) return;
  Decline(source, Sniff(source), input.kind, ir::ProblemKind::kTruncated,
          "the file became shorter while it was read", "check it again when nothing writes to it",
          run);
}

Loaded LoadOne(const InputPath& input, const LogLoader& logs) {
  Loaded loaded;
  auto opened = Source::Open(input.path);
  if (auto* problem = std::get_if<ir::Problem>(&opened)) {
    const FileName name = ParseFileName(input.path);
    if (!input.named && name.suffix != "onnx" && !name.is_log) return loaded;
    ir::Input unreadable;
    unreadable.path = input.path;
    unreadable.kind = input.kind.value_or(ir::Kind::kUnknown);
    unreadable.problems.push_back(std::move(*problem));
    loaded.run.others.push_back(std::move(unreadable));
    return loaded;
  }
  const auto& source = std::get<std::shared_ptr<const Source>>(opened);
  LoadSource(source, input, logs, loaded);
  if (loaded.rest == nullptr) TellShrunk(*source, input, loaded.run);
  return loaded;
}

template <typename T>
void Append(std::vector<T>& from, std::vector<T>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

void Take(Loaded loaded, const InputPath& input, const LoadOptions& options, LogLoader& logs,
          ConfigLoader& configs, ir::Run& run) {
  Append(loaded.run.scripts, run.scripts);
  Append(loaded.run.logs, run.logs);
  Append(loaded.run.others, run.others);
  logs.Add(std::move(loaded.log));
  if (loaded.rest == nullptr) return;
  const Source& source = *loaded.rest;
  if (loaded.kind == ir::Kind::kModel) {
    run.models.push_back(ParseOnnx(source, options.model));
    ReadWeights(source, options.weights, &run.models.back());
    run.models.back().input.suppressions =
        MetadataSuppressions(source.path(), run.models.back().metadata);
  } else if (loaded.kind == ir::Kind::kLog) {
    logs.Add(loaded.rest, loaded.format, input.named);
  } else {
    configs.Add(source, loaded.format, input.named);
  }
  TellShrunk(source, input, run);
}

// How many threads the inputs are worth: starting one takes as long as reading some KiB.
unsigned ThreadsFor(const std::vector<InputPath>& inputs, unsigned most) {
  constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{1} << 20;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; most > 1 && i < inputs.size(); ++i) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(inputs[i].path, error);
    if (!error) bytes += std::min<std::uint64_t>(size, most * kBytesWorthAThread);
  }
  return static_cast<unsigned>(std::min<std::uint64_t>(most, bytes / kBytesWorthAThread + 1));
}

}  // namespace

ir::Run LoadRun(std::string path, const std::vector<InputPath>& inputs,
                const LoadOptions& options) {
  ir::Run run;
  run.path = std::move(path);
  std::vector<std::string> paths;
  paths.reserve(inputs.size());
  for (const InputPath& input : inputs) paths.push_back(input.path);
  LogLoader logs(paths, &run);
  ConfigLoader configs(&run);
  const unsigned threads = ThreadsFor(inputs, options.threads);
  // So many files are open at a time.
  const std::size_t batch = threads > 1 ? kFilesAtATime : 1;
  for (std::size_t first = 0; first < inputs.size(); first += batch) {
    std::vector<Loaded> loaded(std::min(batch, inputs.size() - first));
    InParallel(loaded.size(), threads,
               [&](std::size_t i) { loaded[i] = LoadOne(inputs[first + i], logs); });
    for (std::size_t i = 0; i < loaded.size(); ++i)
      Take(std::move(loaded[i]), inputs[first + i], options, logs, configs, run);
  }
  configs.Finish();
  logs.ReadAgain(StatedFormats(run));
  logs.Finish();
  return run;
}

}  // namespace onnxcheck::parsers
