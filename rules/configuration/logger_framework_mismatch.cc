#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/losses.h"
#include "analyzer/facts/script/trace.h"
#include "analyzer/facts/script/writers.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Loggers and writers that only one framework writes to.
struct Belongs {
  std::string_view prefix;
  ir::Framework framework;
};
constexpr std::array<Belongs, 9> kBelongs = {{
    {"tensorflow", ir::Framework::kKeras},
    {"absl", ir::Framework::kKeras},
    {"keras", ir::Framework::kKeras},
    {"tf_keras", ir::Framework::kKeras},
    {"lightning", ir::Framework::kTorch},
    {"pytorch_lightning", ir::Framework::kTorch},
    {"lightning.pytorch", ir::Framework::kTorch},
    {"torch", ir::Framework::kTorch},
    {"transformers", ir::Framework::kTorch},
}};

ir::Framework FrameworkOf(std::string_view logger) {
  for (const Belongs& row : kBelongs) {
    if (logger == row.prefix || logger.starts_with(std::string(row.prefix) + ".")) {
      return row.framework;
    }
  }
  return ir::Framework::kUnknown;
}

// A writer of TensorBoard beside Keras's fit, which only writes through its own callback.
void CheckWriters(const ir::Script& script, Sink& sink) {
  for (const facts::ScriptWriter& writer : facts::WritersOf(script)) {
    if (!facts::IsForeignToKeras(script, writer)) continue;
    Finding& finding =
        sink.Report(facts::PlaceOfStep(script, script.steps[writer.step]),
                    "nothing is ever written to this writer: Keras's fit does not know of it");
    finding.label = "stays empty";
    finding.help =
        "pass fit callbacks=[keras.callbacks.TensorBoard(log_dir)] in place of the writer";
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) CheckWriters(script, sink);
  const ir::Config& config = facts.config();
  if (!config.framework || facts::AnyMetricLogged(facts.run())) return;
  const ir::Framework used = facts::ResolveFramework(config.framework->value);
  if (used == ir::Framework::kUnknown) return;
  const ir::Logger* foreign = nullptr;
  for (const ir::Logger& logger : config.loggers) {
    if (logger.handlers.empty()) continue;
    const ir::Framework owner = FrameworkOf(logger.name);
    // A handler at the root, or at a logger of the program's own, takes its messages.
    if (owner == ir::Framework::kUnknown || owner == used) return;
    foreign = &logger;
  }
  if (foreign == nullptr) return;
  Finding& finding = sink.Report(
      foreign->location, facts::Cat("only the logger ", foreign->name, " has a handler, and a ",
                                    config.framework->value, " program never writes to it"));
  finding.label = "of another framework";
  finding.help = "give the root logger the handler";
  finding.related = {{config.framework->location, "the framework in use"}};
}

}  // namespace

extern const Rule kLoggerFrameworkMismatch;
const Rule kLoggerFrameworkMismatch = {
    .id = "C026",
    .name = "logger-framework-mismatch",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "Handlers are attached to another framework's logger only.",
         .what = "Reports a logging configuration in which every logger with a handler is one that "
                 "belongs to a framework (tensorflow, absl, lightning, transformers, ...) other "
                 "than the one that the configuration names. Silent when a log holds metrics. Also "
                 "reports a SummaryWriter in a script that trains with Keras's fit alone and never "
                 "writes to it.",
         .why = "Nothing that the program logs reaches the file. It is there, opened and empty, "
                "and looks as if the run had not begun.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adam
logging:
  version: 1
  handlers:
    file: {class: logging.FileHandler, filename: run.log}
  loggers:
    tensorflow: {level: INFO, handlers: [file]}
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adam
logging:
  version: 1
  handlers:
    file: {class: logging.FileHandler, filename: run.log}
  root: {level: INFO, handlers: [file]}
```)",
         .references = "Python documentation, logging: Logger.propagate."},
    .check = Check,
};

}  // namespace onnxcheck::rules
