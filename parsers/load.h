// From named files to one run in the IR.
#ifndef ONNXCHECK_PARSERS_LOAD_H_
#define ONNXCHECK_PARSERS_LOAD_H_

#include <optional>
#include <string>
#include <vector>

#include "analyzer/ir/run.h"
#include "parsers/model/onnx.h"
#include "parsers/model/weights.h"

namespace onnxcheck::parsers {

struct InputPath {
  std::string path;
  // What the user said it is (--logs, --config, or *.onnx named as a model);
  // absent: the content decides.
  std::optional<ir::Kind> kind;
  // False for files found by a directory walk: what no parser claims is then
  // passed over instead of becoming a P006 finding.
  bool named = true;
};

struct LoadOptions {
  WeightOptions weights;
  ParseOptions model;
  unsigned threads = 1;  // that logs and scripts are read by, if they are several and not small
};

// Parses every input; never throws, never stops at a bad one. The run is the same for any number of
// threads.
ir::Run LoadRun(std::string path, const std::vector<InputPath>& inputs,
                const LoadOptions& options = {});

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOAD_H_
