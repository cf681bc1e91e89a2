#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Fields that say when, in any of logging's three styles.
bool HasTime(const std::string& format) {
  for (const char* field : {"asctime", "created", "relativeCreated", "isotime", "timestamp"}) {
    if (format.find(field) != std::string::npos) return true;
  }
  return false;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::LogHandler& handler : facts.config().handlers) {
    // A console is watched while the run goes on.
    const bool file = handler.rotates || (handler.type && handler.type->value == "file");
    if (!file || !handler.format || HasTime(handler.format->value)) continue;
    // Text that is no format string: a name of one.
    if (handler.format->value.find("message") == std::string::npos) continue;
    Finding& finding =
        sink.Report(handler.format->location,
                    facts::Cat("lines of ", handler.path ? handler.path->value : "the log",
                               " say nothing of when they were written"));
    finding.label = "no time";
    finding.help = "begin the format with %(asctime)s";
    return;  // one format is shared by several handlers
  }
}

}  // namespace

extern const Rule kLogLinesAnonymous;
const Rule kLogLinesAnonymous = {
    .id = "C025",
    .name = "log-lines-anonymous",
    .family = Family::kConfiguration,
    .severity = Severity::kInfo,
    .needs = kConfig,
    .documentation =
        {.summary = "The format of the log's lines has no time in it.",
         .what = "Looks at the format of each handler that writes a file. Formats that a program "
                 "makes itself, and handlers that state none, are not judged.",
         .why = "Without a time a stall cannot be told from slow progress, nor one run from the "
                "next in a file that is appended to.",
         .bad = R"(```yaml logging.yaml
version: 1
formatters:
  plain: {format: "%(levelname)s %(message)s"}
handlers:
  file: {class: logging.FileHandler, filename: run.log, formatter: plain}
root: {level: INFO, handlers: [file]}
```)",
         .good = R"(```yaml logging.yaml
version: 1
formatters:
  plain: {format: "%(asctime)s %(levelname)s %(message)s"}
handlers:
  file: {class: logging.FileHandler, filename: run.log, formatter: plain}
root: {level: INFO, handlers: [file]}
```)",
         .references = "Python documentation, logging: LogRecord attributes."},
    .check = Check,
};

}  // namespace onnxcheck::rules
