// Weights whose elements were read: what rules about them ask.
#ifndef ONNXCHECK_ANALYZER_FACTS_WEIGHTS_H_
#define ONNXCHECK_ANALYZER_FACTS_WEIGHTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/facts/layers.h"
#include "analyzer/ir/location.h"
#include "analyzer/ir/tensor.h"

namespace onnxcheck::facts {

// A stored tensor as the first layer that uses it sees it. All pointers are into the layers and the
// models they are of.
struct MeasuredWeight {
  const Layer* layer = nullptr;
  const LayerWeight* weight = nullptr;
  const ir::TensorStatistics* statistics = nullptr;
};

// Each stored tensor once, in the order of the layers; those without statistics are left out.
std::vector<MeasuredWeight> MeasuredWeights(const std::vector<Layer>& layers);

// True for the matrices, kernels and tables of layers that are initialised at random.
bool IsMatrix(const MeasuredWeight& measured);

// "graph/initializer[4]:fc.weight", or the Constant node's value.
ir::Location WeightLocation(const MeasuredWeight& measured);
// What users call it: the initializer's name, else the constant's value's.
std::string WeightName(const MeasuredWeight& measured);

// "2x3x5"
std::string ShapeText(const ir::Tensor& tensor);
// Place of the flat index: "[1, 0, 4]".
std::string IndexText(const ir::Tensor& tensor, std::uint64_t flat);

// The sums by unit along the axis; null where there are none.
const ir::TensorStatistics::Slices* SlicesAlong(const ir::TensorStatistics& statistics,
                                                std::optional<std::size_t> axis);

// True when what the node computes is, on some way of at most a few nodes, added to or multiplied
// with something else that the graph computes: a branch beside a skip connection, an adapter, a
// gate. There a layer of zeros is one that has nothing to say yet. Follows at most 64 nodes.
bool JoinsAnotherBranch(const ir::Graph& graph, ir::NodeId node);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_WEIGHTS_H_
