// Parameters of a model: how many numbers training sets.
#ifndef ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_
#define ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/facts/layers.h"
#include "analyzer/facts/training.h"

namespace onnxcheck::facts {

// Elements, each tensor counted once however many layers use it, as
// sum(p.numel() for p in model.parameters()) and Keras's summary count them. An
// export folds and quantises: the counts are those of the graph, not of the
// code that made it. What neither framework counts (shapes, indices, single
// numbers that the arithmetic needs, scales and zero points) is left out.
// Saturates at the largest number.
struct ParameterCount {
  std::int64_t trainable = 0;      // weights, biases, scales, embeddings
  std::int64_t not_trainable = 0;  // running statistics; frozen weights of a graph that trains
};

// `layers` are those of the model that `training` was read from. A graph that
// trains says itself which parameters are trainable.
ParameterCount CountParameters(const Training& training, std::span<const Layer> layers);

// A stored matrix, kernel or table that several layers use. A tie whose second use the exporter
// stored as a transposed copy (GPT-2's head, of MatMul) is not seen, and counts twice above.
struct TiedWeight {
  const ir::Tensor* tensor = nullptr;
  std::vector<const Layer*> layers;  // at least two, in their order
};

// In the order of first use.
std::vector<TiedWeight> TiedWeights(std::span<const Layer> layers);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_PARAMETERS_H_
