#include "analyzer/facts/graph_loss.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

// A loss in pieces has a dozen nodes, a sum of several a few dozen.
constexpr int kNodesPerLoss = 256;

constexpr std::array<std::string_view, 8> kMoves = {
    "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "CastLike", "Transpose"};

bool IsMicrosoft(const ir::Node& node, std::string_view op_type) {
  return node.domain == "com.microsoft" && node.op_type == op_type;
}

std::string StringAttribute(const ir::Node& node, std::string_view name,
                            const std::string& otherwise) {
  const ir::Attribute* attribute = FindAttribute(node, name);
  const auto* text = attribute == nullptr ? nullptr : std::get_if<std::string>(&attribute->value);
  return text == nullptr ? otherwise : *text;
}

class Reader {
 public:
  explicit Reader(const ir::Graph& graph) : graph_(graph) {}

  std::vector<GraphLoss> Read(ir::ValueId value) {
    std::vector<GraphLoss> losses;
    std::vector<ir::ValueId> open = {value};
    for (int budget = kNodesPerLoss; !open.empty() && budget > 0; --budget) {
      const ir::ValueId id = BeforeMoves(graph_, open.back());
      open.pop_back();
      const ir::Node* node = ProducerOf(graph_, id);
      if (node == nullptr) continue;
      if (auto loss = Operator(id, *node)) {
        losses.push_back(*std::move(loss));
      } else if (auto pieces = Pieces(id, *node)) {
        losses.push_back(*std::move(pieces));
      } else if (IsOnnx(*node, "Add") || IsOnnx(*node, "Sum") || IsOnnx(*node, "Mul") ||
                 IsOnnx(*node, "ReduceMean") || IsOnnx(*node, "ReduceSum")) {
        // The first term is looked at first.
        const std::size_t operands =
            IsOnnx(*node, "Sum")
                ? node->inputs.size()
                : std::min<std::size_t>(node->inputs.size(), node->op_type[0] == 'R' ? 1 : 2);
        for (std::size_t i = std::min<std::size_t>(operands, 64); i-- > 0;) {
          open.push_back(node->inputs[i]);
        }
      } else if (IsOnnx(*node, "Div")) {
        open.push_back(InputOf(*node, 0));
      }
    }
    return losses;
  }

 private:
  ir::NodeId NodeOf(ir::ValueId value) const {
    return graph_.values[static_cast<std::size_t>(value)].producer;
  }
  ir::ValueId Operand(const ir::Node& node, std::size_t index) const {
    return BeforeMoves(graph_, InputOf(node, index));
  }
  const ir::Node* Producer(ir::ValueId value, std::string_view op_type) const {
    const ir::Node* node = ProducerOf(graph_, value);
    return node != nullptr && IsOnnx(*node, op_type) ? node : nullptr;
  }
  // Given from outside: neither computed nor stored.
  bool IsGiven(ir::ValueId value) const {
    const ir::ValueId origin = BeforeMoves(graph_, value);
    return origin != ir::kNone && ProducerOf(graph_, origin) == nullptr &&
           graph_.values[static_cast<std::size_t>(origin)].initializer == ir::kNone;
  }

  std::optional<GraphLoss> Operator(ir::ValueId value, const ir::Node& node) const {
    GraphLoss loss;
    if (IsOnnx(node, "SoftmaxCrossEntropyLoss") ||
        IsMicrosoft(node, "SoftmaxCrossEntropyLossInternal") ||
        IsMicrosoft(node, "SparseSoftmaxCrossEntropy")) {
      loss.name = "SoftmaxCrossEntropyLoss";
    } else if (IsOnnx(node, "NegativeLogLikelihoodLoss") ||
               IsMicrosoft(node, "NegativeLogLikelihoodLossInternal") ||
               IsMicrosoft(node, "NegativeLogLikelihoodLossInternal2")) {
      loss.name = "NegativeLogLikelihoodLoss";
    } else {
      return std::nullopt;
    }
    if (OutputOf(node, 0) != value) return std::nullopt;  // the log-probabilities
    loss.reduction = StringAttribute(node, "reduction", "mean");
    loss.node = NodeOf(value);
    loss.scores = InputOf(node, 0);
    loss.targets = InputOf(node, 1);
    return loss;
  }

  // Reduced or not; weights of examples or classes may be multiplied in between.
  std::optional<GraphLoss> Pieces(ir::ValueId value, const ir::Node& last) const {
    GraphLoss loss;
    loss.node = NodeOf(value);
    loss.reduction = "none";
    const ir::Node* node = &last;
    ir::ValueId at = value;
    if (IsOnnx(*node, "ReduceMean") || IsOnnx(*node, "ReduceSum")) {
      loss.reduction = IsOnnx(*node, "ReduceMean") ? "mean" : "sum";
      at = Operand(*node, 0);
      node = ProducerOf(graph_, at);
    }
    if (node != nullptr && IsOnnx(*node, "Mul") && Operand(*node, 0) != Operand(*node, 1)) {
      const bool first = IsConstant(graph_, Operand(*node, 0));
      if (!first && !IsConstant(graph_, Operand(*node, 1))) return std::nullopt;
      at = Operand(*node, first ? 1 : 0);
      node = ProducerOf(graph_, at);
    }
    if (node == nullptr) return std::nullopt;
    const bool found = Difference(*node, &loss) || BinaryCrossEntropy(*node, &loss);
    return found ? std::optional(std::move(loss)) : std::nullopt;
  }

  // (a - b)^2 or |a - b|, one of them given.
  bool Difference(const ir::Node& node, GraphLoss* loss) const {
    const bool absolute = IsOnnx(node, "Abs");
    const bool power = IsOnnx(node, "Pow") && ConstantScalar(graph_, InputOf(node, 1)) == 2;
    const bool square = IsOnnx(node, "Mul") && Operand(node, 0) == Operand(node, 1);
    if (!absolute && !power && !square) return false;
    const ir::Node* sub = Producer(Operand(node, 0), "Sub");
    if (sub == nullptr) return false;
    const bool first = IsGiven(InputOf(*sub, 0));
    if (first == IsGiven(InputOf(*sub, 1))) return false;
    loss->name = absolute ? "L1Loss" : "MSELoss";
    loss->targets = InputOf(*sub, first ? 0 : 1);
    loss->scores = InputOf(*sub, first ? 1 : 0);
    return true;
  }

  // One of the two factors is Log(p), the other the target or 1 - target.
  struct LogTerm {
    ir::ValueId logged = ir::kNone;
    ir::ValueId other = ir::kNone;
  };
  std::optional<LogTerm> Term(ir::ValueId value) const {
    for (int depth = 0; depth < 3; ++depth) {
      const ir::Node* mul = Producer(value, "Mul");
      if (mul == nullptr) return std::nullopt;
      for (const std::size_t i : {0U, 1U}) {
        const ir::Node* log = Producer(Operand(*mul, i), "Log");
        if (log != nullptr) return LogTerm{Operand(*log, 0), Operand(*mul, 1 - i)};
      }
      // A weight of the positive examples.
      const bool first = IsConstant(graph_, Operand(*mul, 0));
      if (!first && !IsConstant(graph_, Operand(*mul, 1))) return std::nullopt;
      value = Operand(*mul, first ? 1 : 0);
    }
    return std::nullopt;
  }
  bool IsOneMinus(ir::ValueId value, ir::ValueId subtracted) const {
    const ir::Node* sub = Producer(value, "Sub");
    return sub != nullptr && ConstantScalar(graph_, InputOf(*sub, 0)) == 1 &&
           Operand(*sub, 1) == subtracted;
  }

  // -(t log p + (1 - t) log(1 - p))
  bool BinaryCrossEntropy(const ir::Node& neg, GraphLoss* loss) const {
    if (!IsOnnx(neg, "Neg")) return false;
    const ir::Node* add = Producer(Operand(neg, 0), "Add");
    if (add == nullptr) return false;
    auto one = Term(Operand(*add, 0));
    auto zero = Term(Operand(*add, 1));
    if (!one || !zero) return false;
    if (!IsOneMinus(zero->logged, one->logged)) std::swap(one, zero);
    if (!IsOneMinus(zero->logged, one->logged) || !IsOneMinus(zero->other, one->other))
      return false;
    loss->targets = one->other;
    const ir::Node* sigmoid = Producer(one->logged, "Sigmoid");
    loss->name = sigmoid != nullptr ? "BCEWithLogitsLoss" : "BCELoss";
    loss->scores = sigmoid != nullptr ? InputOf(*sigmoid, 0) : one->logged;
    return IsGiven(loss->targets);
  }

  const ir::Graph& graph_;
};

}  // namespace

ir::ValueId BeforeMoves(const ir::Graph& graph, ir::ValueId value) {
  for (int budget = kNodesPerLoss; budget > 0; --budget) {
    const ir::Node* node = ProducerOf(graph, value);
    if (node == nullptr || std::none_of(kMoves.begin(), kMoves.end(), [&](std::string_view type) {
          return IsOnnx(*node, type);
        })) {
      break;
    }
    value = InputOf(*node, 0);
  }
  return value;
}

std::vector<GraphLoss> GraphLosses(const ir::Graph& graph, ir::ValueId value) {
  return Reader(graph).Read(value);
}

}  // namespace onnxcheck::facts
