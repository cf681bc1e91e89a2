#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/paths.h"
#include "analyzer/facts/slip.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

using namespace facts;  // NOLINT(google-build-using-namespace): the questions to a trace

// A slip in a shorter name makes another name.
constexpr std::size_t kMinSlipBytes = 4;

void ReportMissed(const ir::Script& script, const PathRead& read, const ir::Event& event,
                  Sink& sink) {
  Finding& finding = sink.Report(ir::PlaceOf(script, read.mark),
                                 Cat("the script reads ", read.path, ", which was not there"));
  finding.label = "was not found";
  finding.help =
      "correct the path; a relative one counts from the folder that the run is started in";
  finding.related = {{event.location, "the run said so here"}};
  finding.evidence = {{"path", read.path}};
}

// The name that was meant: the same in other letters, or a slip away. Numbers tell files apart.
std::string Meant(const ir::script::PathText& path) {
  std::string_view text = path.text;
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::string_view name = text.substr(text.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.rfind('.'));
  const auto lower = [](std::string_view word) {
    std::string small(word);
    for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return small;
  };
  const auto digits = [](std::string_view word) {
    std::string kept;
    for (const char c : word) {
      if (c >= '0' && c <= '9') kept += c;
    }
    return kept;
  };
  for (const std::string& one : path.alike) {
    if (lower(one) == lower(name)) return one;
  }
  if (stem.size() < kMinSlipBytes) return "";
  for (const std::string& one : path.alike) {
    const bool plural = one == std::string(name) + "s" || name == one + "s";
    if (DiffersByASlip(lower(one), lower(name)) && digits(one) == digits(name) && !plural) {
      return one;
    }
  }
  return "";
}

// Code that runs whenever the script does, with nothing around it that would take an error.
bool IsSure(const ir::Script& script, std::uint32_t context) {
  for (; context != 0; context = script.contexts[context].parent) {
    const Context::Kind kind = script.contexts[context].kind;
    if (kind == Context::Kind::kBranch || kind == Context::Kind::kTry ||
        kind == Context::Kind::kExcept || kind == Context::Kind::kElse) {
      return false;
    }
  }
  return true;
}

// Without a log only what lies beside the script can tell: that the data came with it, but not
// under this name.
void CheckBeside(const ir::Script& script, const PathRead& read, Sink& sink) {
  if (!IsSure(script, script.steps[read.step].context) || read.overridable) return;
  const auto path =
      std::find_if(script.paths.begin(), script.paths.end(),
                   [&](const ir::script::PathText& one) { return one.text == read.path; });
  if (path == script.paths.end() || path->exists || !path->folder_exists) return;
  const std::string meant = Meant(*path);
  const bool in_folder = read.path.find('/') != std::string::npos;
  if ((meant.empty() && !(in_folder && path->has_kin)) || MayMakePath(script, read.path)) return;
  Finding& finding = sink.Report(ir::PlaceOf(script, read.mark),
                                 Cat("the script reads ", read.path, ", which is not there"));
  finding.label = "not found";
  finding.evidence = {{"path", read.path}};
  if (meant.empty()) {
    finding.severity = Severity::kInfo;
    finding.message += ": its folder holds others of the kind";
    finding.help = "correct the path, or put the file there before the run";
    return;
  }
  finding.severity = Severity::kWarning;
  finding.confidence = Confidence::kMedium;
  finding.message += Cat(", but ", meant, " is");
  finding.help = Cat("write ", meant);
  finding.evidence.emplace_back("meant", meant);
}

void Check(const Facts& facts, Sink& sink) {
  const ir::Run& run = facts.run();
  for (const ir::Script& script : run.scripts) {
    for (const PathRead& read : PathsRead(script)) {
      if (const ir::Event* event = MissedIn(run, read.path)) {
        ReportMissed(script, read, *event, sink);
      } else if (run.logs.empty() && !script.notebook && !script.partial) {
        CheckBeside(script, read, sink);
      }
    }
  }
}

}  // namespace

extern const Rule kDataPathMissing;
const Rule kDataPathMissing = {
    .id = "S021",
    .name = "data-path-missing",
    .family = Family::kScript,
    .severity = Severity::kError,
    .needs = kScript,
    .documentation =
        {.summary = "The script reads from a path at which there is nothing.",
         .what =
             "Takes the paths that the script states in full and hands to a function that reads "
             "(open, read_csv, numpy.load, torch.load, h5py.File, ImageFolder, "
             "image_dataset_from_directory, ...). An error where a log of the run says that the "
             "path was not found and no metric follows. Without any log, the "
             "path is looked up beside the script and in the two folders above: a warning "
             "where its folder holds the same name in other letters or with one slip, information "
             "where the folder holds other files of the kind. That a path is missing says nothing "
             "by itself, since scripts are checked on other machines than they run on; so absolute "
             "paths, folders that are missing as a whole, paths that the script may make or looks "
             "for itself, and notebooks are left alone unless a log speaks.",
         .why = "The run ends at once, or, if the error is passed over, goes on without data.",
         .bad = R"(```python train.py
import numpy as np
import torch

pixels = torch.from_numpy(np.fromfile("data/trian.bin"))
print(pixels.mean())
```

```text data/train.bin
pixels
```)",
         .good = R"(```python train.py
import numpy as np
import torch

pixels = torch.from_numpy(np.fromfile("data/train.bin"))
print(pixels.mean())
```

```text data/train.bin
pixels
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
