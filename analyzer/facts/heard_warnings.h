// The frameworks' warnings in a log, with what speaks against them.
#ifndef ONNXCHECK_ANALYZER_FACTS_HEARD_WARNINGS_H_
#define ONNXCHECK_ANALYZER_FACTS_HEARD_WARNINGS_H_

#include <string>
#include <vector>

#include "analyzer/facts/facts.h"
#include "analyzer/facts/framework_warnings.h"

namespace onnxcheck::facts {

struct HeardWarning {
  const FrameworkWarning* warning = nullptr;
  const ir::Event* first = nullptr;
  double times = 0;
  std::string excuse;  // why it may mean nothing here; empty if nothing speaks for that
};

// Each known warning of the log once, in the order in which they come.
std::vector<HeardWarning> HeardWarnings(const Facts& facts, const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_HEARD_WARNINGS_H_
