// Losses that a graph computes itself: training and evaluation graphs end in one.
#ifndef ONNXCHECK_ANALYZER_FACTS_GRAPH_LOSS_H_
#define ONNXCHECK_ANALYZER_FACTS_GRAPH_LOSS_H_

#include <string>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

struct GraphLoss {
  // As ResolveLoss takes it: "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss" where one
  // operator computes it; "MSELoss", "L1Loss", "BCEWithLogitsLoss", "BCELoss" where it is written
  // in pieces, as ONNX Runtime's onnxblock does.
  std::string name;
  std::string reduction;            // "mean", "sum" or "none"
  ir::NodeId node = ir::kNone;      // the operator, or the last of the pieces
  ir::ValueId scores = ir::kNone;   // what the model made: logits, probabilities or values
  ir::ValueId targets = ir::kNone;  // a graph input, perhaps cast or reshaped on the way
};

// The losses that the value is a sum of, weighted by constants. Empty when none is recognised:
// penalties beside a recognised loss are passed over. Visits a fixed number of nodes at most.
std::vector<GraphLoss> GraphLosses(const ir::Graph& graph, ir::ValueId value);

// The value before casts, reshapes and their like.
ir::ValueId BeforeMoves(const ir::Graph& graph, ir::ValueId value);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_GRAPH_LOSS_H_
