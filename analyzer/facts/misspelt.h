// Keys of a configuration that nothing reads because of a slip of the pen.
#ifndef ONNXCHECK_ANALYZER_FACTS_MISSPELT_H_
#define ONNXCHECK_ANALYZER_FACTS_MISSPELT_H_

#include <string_view>
#include <vector>

#include "analyzer/ir/config.h"

namespace onnxcheck::facts {

struct MisspeltKey {
  ir::Located<std::string> key;
  std::string_view meant;  // "learning_rate"
};

// Those of config.key_words that no field goes by and that are one slip away from a well-known key
// that stands nowhere in the configuration.
std::vector<MisspeltKey> MisspeltKeys(const ir::Config& config);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_MISSPELT_H_
