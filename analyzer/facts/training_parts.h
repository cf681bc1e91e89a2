// The two readers behind ReadTraining, and what they share. For training*.cc alone.
#ifndef ONNXCHECK_ANALYZER_FACTS_TRAINING_PARTS_H_
#define ONNXCHECK_ANALYZER_FACTS_TRAINING_PARTS_H_

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/facts/training.h"

namespace onnxcheck::facts {

// Fill in everything but the model.
void ReadTrainingInfo(const ir::Model& model, Training* training);
void ReadRuntimeGraph(const ir::Model& model, Training* training);

using NodeLocator = std::function<ir::Location(ir::NodeId)>;

// The node's optimizer; nullopt for any other operator.
std::optional<Optimizer> ReadOptimizer(const ir::Graph& graph, ir::NodeId node,
                                       const NodeLocator& locate);

// The losses that the value is made of.
std::vector<TrainedLoss> ReadLosses(const ir::Graph& graph, ir::ValueId value,
                                    const NodeLocator& locate);

// By value: what depends on the marked ones through operators that let a gradient pass. With
// `stop_at_zero`, not through a product with a constant zero. Linear.
std::vector<bool> Downstream(const ir::Graph& graph, std::vector<ir::ValueId> from,
                             bool stop_at_zero);

// By value: what the value depends on.
std::vector<bool> Upstream(const ir::Graph& graph, ir::ValueId value);

bool IsFloatingPoint(ir::ElementType type);

// Product of known sizes; nullopt for unknown ones and on overflow.
std::optional<std::int64_t> ElementsOf(const ir::Graph& graph, ir::ValueId value);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_TRAINING_PARTS_H_
