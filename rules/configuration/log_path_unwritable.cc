#include <array>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/paths.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// The exceptions of open() that speak of the path, with what they mean.
struct Refusal {
  std::string_view exception;
  std::string_view meaning;
  std::string_view help;
};
constexpr std::array<Refusal, 4> kRefusals = {{
    {"FileNotFoundError", "its folder does not exist",
     "make the folder before logging is set up: os.makedirs(folder, exist_ok=True)"},
    {"PermissionError", "writing there is not allowed", "use a folder that the run may write to"},
    {"IsADirectoryError", "it is a folder", "name a file in it"},
    {"NotADirectoryError", "a part of it is a file", "use a folder that is one"},
}};

std::string_view FileName(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

// The end of a run that could not open the handler's file.
const ir::Event* Refused(const ir::Run& run, std::string_view path, const Refusal** why) {
  const std::string_view name = FileName(path);
  if (name.empty()) return nullptr;
  for (const ir::Log& log : run.logs) {
    for (const ir::Event& event : log.events) {
      if (event.message.find(name) == std::string::npos) continue;
      for (const Refusal& refusal : kRefusals) {
        if (event.exception == refusal.exception) {
          *why = &refusal;
          return &event;
        }
      }
    }
  }
  return nullptr;
}

// Of a run that has no log yet: the script opens a log in a folder that is not there and that it
// does not make.
void CheckFolder(const ir::Run& run, const ir::LogHandler& handler, Sink& sink) {
  if (!run.logs.empty()) return;
  for (const ir::Script& script : run.scripts) {
    if (script.input.path != handler.location.path ||
        !facts::LacksFolder(script, handler.path->value)) {
      continue;
    }
    Finding& finding = sink.Report(handler.path->location,
                                   facts::Cat("the folder of the log ", handler.path->value,
                                              " is not there, and the script does not make it"));
    finding.label = "no such folder";
    finding.help = "make it before logging is set up: os.makedirs(folder, exist_ok=True)";
    finding.severity = Severity::kWarning;  // it may be there where the script runs
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"path", handler.path->value}};
    return;
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::LogHandler& handler : facts.config().handlers) {
    if (!handler.path) continue;
    const std::string& path = handler.path->value;
    if (path.ends_with('/') || path.ends_with('\\') || path == "." || path == "..") {
      Finding& finding =
          sink.Report(handler.path->location,
                      facts::Cat("the log is to be written to ", path, ", which is a folder"));
      finding.label = "a folder";
      finding.help = facts::Cat("name a file in it, such as ", path,
                                path.ends_with('.') ? "/run.log" : "run.log");
      continue;
    }
    const Refusal* why = nullptr;
    const ir::Event* event = Refused(facts.run(), path, &why);
    if (event == nullptr) {
      CheckFolder(facts.run(), handler, sink);
      continue;
    }
    Finding& finding =
        sink.Report(handler.path->location,
                    facts::Cat("the log ", path, " could not be opened: ", why->meaning));
    finding.label = "cannot be written";
    finding.help = why->help;
    finding.related = {{event->location, facts::Cat("the run ended here: ", event->exception)}};
    finding.evidence = {{"path", path}, {"exception", event->exception}};
  }
}

}  // namespace

extern const Rule kLogPathUnwritable;
const Rule kLogPathUnwritable = {
    .id = "C023",
    .name = "log-path-unwritable",
    .family = Family::kConfiguration,
    .severity = Severity::kError,
    .needs = kConfig,
    .documentation =
        {.summary = "The log file cannot be opened.",
         .what = "Reports a handler whose path is a folder, and one whose file the run failed to "
                 "open: another log of the run ends in FileNotFoundError, PermissionError or their "
                 "like with the name of that file. Whether a path exists on the machine that "
                 "checks says little: only of a script without any log beside it is the folder "
                 "looked for, beside the script and in the two folders above, and it is a warning "
                 "if it is not there and nothing in the script may make it.",
         .why = "Python's FileHandler does not make folders. A run that sets up logging in a part "
                "of the program that may fail goes on without any log.",
         .bad = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: logs/
```)",
         .good = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: logs/run.log
```)",
         .references = "Python documentation, logging.FileHandler."},
    .check = Check,
};

}  // namespace onnxcheck::rules
