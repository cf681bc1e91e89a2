#include "parsers/load_configs.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/config/config.h"
#include "parsers/config/fields.h"
#include "parsers/config/mlflow.h"
#include "parsers/sniff_names.h"
#include "parsers/suppressions.h"

namespace onnxcheck::parsers {
namespace {

// Which reader takes a file that the user calls a configuration; the content
// decides, then the name, then YAML, the most lenient.
Format ConfigFormat(Format sniffed, const FileName& name) {
  if (KindOf(sniffed) == ir::Kind::kConfig) return sniffed;
  if (sniffed == Format::kZip) return Format::kKerasArchive;
  if (name.suffix == "json") return Format::kJson;
  if (name.suffix == "toml") return Format::kToml;
  if (name.suffix == "ini" || name.suffix == "cfg" || name.suffix == "conf") return Format::kIni;
  if (name.suffix == "keras") return Format::kKerasArchive;
  return Format::kYaml;
}

bool HasComments(Format format) {
  return format == Format::kYaml || format == Format::kToml || format == Format::kIni;
}

}  // namespace

void ConfigLoader::Add(const Source& source, Format format, bool named) {
  if (format == Format::kMlflowParam) {
    if (const std::optional<MlflowPath> path = SplitMlflowPath(source.path())) {
      AddMlflowValue(source, *path, mlflow_[path->run]);
      return;
    }
  }
  if (const std::string run = MlflowRunOfMeta(source.path()); !named && !run.empty()) {
    AddMlflowMeta(source, mlflow_[run]);
    return;
  }
  const FileName name = ParseFileName(source.path());
  const Format config_format = ConfigFormat(format, name);
  ir::Config config = ParseConfig(source, config_format);
  if (HasComments(config_format)) config.input.suppressions = CommentSuppressions(source);
  // A damaged YAML file may be anybody's; a .keras archive is the run's model.
  const bool damaged_model = name.suffix == "keras" && !config.input.problems.empty();
  if (named || damaged_model || IsTrainingConfig(config)) {
    run_->configs.push_back(std::move(config));
  }
}

void ConfigLoader::Finish() {
  for (auto& [folder, config] : mlflow_) {
    config.input.path = folder + "/params";
    config.input.kind = ir::Kind::kConfig;
    config.input.format = FormatName(Format::kMlflowParam);
    for (const ir::Entry& entry : config.entries) config.input.bytes += entry.location.length;
    FillFields(config);
    config.text_numbers.clear();
    // A run without parameters has nothing to be configured by.
    const bool empty =
        std::all_of(config.entries.begin(), config.entries.end(),
                    [](const ir::Entry& entry) { return entry.key.starts_with("meta."); });
    if (empty) continue;
    run_->configs.push_back(std::move(config));
  }
  mlflow_.clear();
}

}  // namespace onnxcheck::parsers
