#include "parsers/config/config.h"

#include <algorithm>
#include <exception>

#include "parsers/config/command_line.h"
#include "parsers/config/document.h"
#include "parsers/config/fields.h"
#include "parsers/config/keras.h"
#include "parsers/config/keras_archive.h"
#include "parsers/config/keras_legacy.h"
#include "parsers/config/logging.h"
#include "parsers/config/model_card.h"
#include "parsers/config/readers.h"

namespace onnxcheck::parsers {
namespace {

// Loaders that know "1e-4" for a number: OmegaConf (Hydra), jsonargparse (LightningCLI), yacs
// (detectron2, whose keys are in capitals).
bool ResolvesNumbersItself(const ir::Config& config) {
  if (config.input.path.find(".hydra/") != std::string::npos) return true;
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    const std::string& key = entry.key;
    return key.find("_target_") != std::string::npos ||
           key.find("class_path") != std::string::npos || key.starts_with("defaults[") ||
           key.starts_with("hydra.") || key.starts_with("SOLVER.") ||
           entry.text.find("${") != std::string::npos;
  });
}

// alembic.ini and its like: a program's own settings, with its own logging beside them.
bool IsOtherProgramsIni(const ir::Config& config) {
  if (config.input.format != FormatName(Format::kIni)) return false;
  return std::any_of(config.entries.begin(), config.entries.end(), [](const ir::Entry& entry) {
    for (const std::string_view section :
         {"loggers.", "handlers.", "formatters.", "logger_", "handler_", "formatter_"}) {
      if (entry.key.starts_with(section)) return false;
    }
    return true;
  });
}

void ReadText(const Source& source, Format format, ir::Config& config) {
  std::vector<ir::Problem>& problems = config.input.problems;
  const Document document =
      format == Format::kJson   ? ReadJson(source.bytes(), source.path(), problems)
      : format == Format::kToml ? ReadToml(source.bytes(), source.path(), problems)
      : format == Format::kIni  ? ReadIni(source.bytes(), source.path(), problems)
                                : ReadYaml(source.bytes(), source.path(), problems);
  Flatten(document, source.path(), config);
  if (!document.roots.empty()) {
    const Node& root = document.nodes[document.roots[0]];
    const bool empty = std::holds_alternative<std::monostate>(root.value);
    if (root.kind == Node::Kind::kScalar && !empty && problems.empty()) {
      problems.push_back(ProblemAt(ir::ProblemKind::kMalformedConfig, source.path(), root.line,
                                   root.column, "a single value where a mapping was expected"));
    }
    if (IsKerasModel(document, root)) FillFromKeras(document, root, "", false, config);
    FillLogging(document, root, config);
  }
  AddCommandLine(config);
  FillFields(config);
  if (format != Format::kYaml || ResolvesNumbersItself(config)) config.text_numbers.clear();
}

}  // namespace

ir::Config ParseConfig(const Source& source, Format format) {
  ir::Config config;
  config.input.path = source.path();
  config.input.kind = ir::Kind::kConfig;
  config.input.format = FormatName(format);
  config.input.bytes = source.bytes().size();
  try {
    if (format == Format::kKerasArchive || format == Format::kZip) {
      ReadKerasArchive(source, config);
    } else if (format == Format::kHdf5) {
      ReadKerasH5(source, config);
    } else if (format == Format::kSavedModel) {
      ReadSavedModel(source, config);
    } else if (format == Format::kModelCard) {
      ReadModelCard(source, config);
      FillFields(config);
    } else {
      ReadText(source, format, config);
    }
  } catch (const std::exception& error) {
    // Of a library: the readers themselves throw nothing.
    config.input.problems.push_back(
        ProblemAt(ir::ProblemKind::kMalformedConfig, source.path(), 0, 0, error.what()));
  }
  return config;
}

bool IsTrainingConfig(const ir::Config& config) {
  const bool logs = !config.handlers.empty() && !IsOtherProgramsIni(config);
  if (config.loss || config.from_logits || config.optimizer || config.learning_rate ||
      config.batch_size || config.epochs || config.steps_per_epoch || config.all_frozen ||
      config.output_activation || config.metric_level || logs) {
    return true;
  }
  // Words that other programs use as well: two of them together.
  const int common = config.momentum.has_value() + config.schedule.has_value() +
                     config.dataset_size.has_value() + config.drop_last.has_value() +
                     config.labels.has_value() + config.classes.has_value() +
                     config.precision.has_value() + config.framework.has_value() +
                     !config.metrics.empty() + !config.frozen.empty();
  return common >= 2;
}

}  // namespace onnxcheck::parsers
