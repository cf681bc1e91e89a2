// MLflow's file store: a run's folder holds params/NAME and tags/NAME, a file each with one value.
// https://mlflow.org/docs/latest/ml/tracking/backend-stores/
#ifndef ONNXCHECK_PARSERS_CONFIG_MLFLOW_H_
#define ONNXCHECK_PARSERS_CONFIG_MLFLOW_H_

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/ir/config.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

struct MlflowPath {
  std::string run;   // the run's folder, its name is 32 hexadecimal digits
  std::string name;  // of the parameter or tag; may have slashes
};

// The parts of ".../<run>/params/<name>"; nothing for any other path, nor for MLflow's own tags.
std::optional<MlflowPath> SplitMlflowPath(std::string_view path);

// The folder of the run whose meta.yaml this is; empty: it is another file.
std::string MlflowRunOfMeta(std::string_view path);

// Adds what meta.yaml says of the run itself (artifact_uri, status, start_time, ...), each key
// behind "meta.", which no parameter has.
void AddMlflowMeta(const Source& source, ir::Config& config);

// Adds the file's one value. All of them are text to MLflow; numbers and booleans are read as such.
// At most 6000 bytes, MLflow's own limit.
void AddMlflowValue(const Source& source, const MlflowPath& path, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_MLFLOW_H_
