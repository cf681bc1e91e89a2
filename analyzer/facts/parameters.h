// Parameters of a model: how many numbers training sets.
#ifndef ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_
#define ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_

#include <cstdint>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// Elements, each initializer counted once. An export folds and quantises: the
// counts are those of the graph, not of the code that made it.
struct ParameterCount {
  std::int64_t trainable = 0;      // weights, biases, scales, embeddings
  std::int64_t not_trainable = 0;  // running means and variances of normalisations
};

// Counts the initializers of the main graph that stand where layers keep
// their weights, also behind casts, transposes, reshapes and dequantisation
// and inside local functions. Shapes, indices, axes and single numbers that
// the arithmetic needs are none.
ParameterCount CountParameters(const ir::Model& model);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_
