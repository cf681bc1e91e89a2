// One training run: what it left behind, each file parsed.
#ifndef ONNXCHECK_ANALYZER_IR_RUN_H_
#define ONNXCHECK_ANALYZER_IR_RUN_H_

#include <string>
#include <vector>

#include "analyzer/ir/config.h"
#include "analyzer/ir/input.h"
#include "analyzer/ir/log.h"
#include "analyzer/ir/model.h"
#include "analyzer/ir/script.h"

namespace onnxcheck::ir {

struct Run {
  std::string path;  // folder, or the first input
  std::vector<Model> models;
  std::vector<Config> configs;
  std::vector<Log> logs;
  std::vector<Script> scripts;
  std::vector<Input> others;  // named by the user, but no parser claims or can read them
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_RUN_H_
