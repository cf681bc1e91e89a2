#include "analyzer/facts/parameters.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

void AddTo(std::int64_t* sum, std::optional<std::int64_t> elements) {
  if (elements && __builtin_add_overflow(*sum, *elements, sum)) *sum = kMost;
}

std::optional<std::int64_t> ParametersIn(const Layer& layer, const LayerWeight& weight) {
  const ir::Node& node = layer.graph->nodes[static_cast<std::size_t>(layer.node)];
  std::int64_t elements = 0;
  // Two or more to a byte.
  if (node.op_type == "MatMulNBits" && weight.role == WeightRole::kWeight) {
    if (!weight.fan_in || !weight.fan_out || *weight.fan_in < 0 || *weight.fan_out < 0 ||
        __builtin_mul_overflow(*weight.fan_in, *weight.fan_out, &elements)) {
      return std::nullopt;
    }
    return elements;
  }
  const std::optional<std::int64_t> stored = ElementCount(*weight.tensor);
  // Keras's LSTM and SimpleRNN have one bias a gate, ONNX's two: tf2onnx stores zeros for the
  // other (tf2onnx/rewriter/lstm_tf2_rewriter.py, rnn.py).
  const bool one_bias = node.op_type == "LSTM" || node.op_type == "RNN";
  if (stored && one_bias && weight.role == WeightRole::kBias &&
      layer.model->producer_name == "tf2onnx") {
    return *stored / 2;
  }
  return stored;
}

// A parameter as one layer uses it: the same for all layers that share it.
using Key = std::pair<const ir::Tensor*, const ir::Value*>;
Key KeyOf(const LayerWeight& weight) { return {weight.tensor, weight.copy}; }

bool IsKeptUp(WeightRole role) {
  return role == WeightRole::kMean || role == WeightRole::kVariance;
}

}  // namespace

ParameterCount CountParameters(const Training& training, std::span<const Layer> layers) {
  ParameterCount count;
  const bool trains = training.role == GraphRole::kTraining;
  absl::flat_hash_set<Key> known;
  const auto add = [&](const Parameter& parameter, std::int64_t* sum) {
    AddTo(sum, parameter.elements);
    const ir::Tensor* tensor = TensorOf(training.model->graph, parameter.value);
    if (tensor != nullptr) known.emplace(tensor, nullptr);
  };
  for (const Parameter& parameter : training.trained) add(parameter, &count.trainable);
  for (const Parameter& parameter : training.frozen) {
    add(parameter, trains ? &count.not_trainable : &count.trainable);
  }
  for (const Layer& layer : layers) {
    for (const LayerWeight& weight : layer.weights) {
      const bool kept_up = IsKeptUp(weight.role);
      if ((trains && !kept_up) || !known.insert(KeyOf(weight)).second) continue;
      AddTo(kept_up ? &count.not_trainable : &count.trainable, ParametersIn(layer, weight));
    }
  }
  return count;
}

std::vector<TiedWeight> TiedWeights(std::span<const Layer> layers) {
  std::vector<TiedWeight> used;
  absl::flat_hash_map<Key, std::size_t> index;
  for (const Layer& layer : layers) {
    if (layer.kind == LayerKind::kElementwise) continue;
    for (const LayerWeight& weight : layer.weights) {
      if (weight.role != WeightRole::kWeight && weight.role != WeightRole::kRecurrent) continue;
      const auto [it, added] = index.emplace(KeyOf(weight), used.size());
      if (added) used.push_back({weight.tensor, {}});
      std::vector<const Layer*>& users = used[it->second].layers;
      if (users.empty() || users.back() != &layer) users.push_back(&layer);
    }
  }
  std::erase_if(used, [](const TiedWeight& weight) { return weight.layers.size() < 2; });
  return used;
}

}  // namespace onnxcheck::facts
