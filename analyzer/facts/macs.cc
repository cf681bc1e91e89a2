#include "analyzer/facts/macs.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/training_parts.h"

namespace onnxcheck::facts {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr int kDeepest = 100;

using Dims = std::vector<std::int64_t>;

std::int64_t Times(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kMost : product;
}
std::int64_t Plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kMost : sum;
}

std::int64_t Product(const Dims& dims, std::size_t from = 0) {
  std::int64_t product = 1;
  for (std::size_t i = from; i < dims.size(); ++i) product = Times(product, dims[i]);
  return product;
}

enum class Kind {
  kConvolution,
  kTransposed,
  kMatrix,
  kGemm,
  kRecurrent,
  kEinsum,
  kAttention,
  kFused
};

struct Form {
  std::string_view domain;
  std::string_view op_type;
  Kind kind;
  std::size_t left = 0;   // input
  std::size_t right = 1;  // input
  std::int64_t gates = 1;
};

constexpr std::string_view kOwn;
constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr Form kForms[] = {
    {kOwn, "Conv", Kind::kConvolution},
    {kOwn, "ConvInteger", Kind::kConvolution},
    {kOwn, "DeformConv", Kind::kConvolution},
    {kOwn, "QLinearConv", Kind::kConvolution, 0, 3},
    {kOwn, "ConvTranspose", Kind::kTransposed},
    {kOwn, "MatMul", Kind::kMatrix},
    {kOwn, "MatMulInteger", Kind::kMatrix},
    {kOwn, "QLinearMatMul", Kind::kMatrix, 0, 3},
    {kOwn, "Gemm", Kind::kGemm},
    {kOwn, "Einsum", Kind::kEinsum},
    {kOwn, "RNN", Kind::kRecurrent, 0, 2, 1},
    {kOwn, "GRU", Kind::kRecurrent, 0, 2, 3},
    {kOwn, "LSTM", Kind::kRecurrent, 0, 2, 4},
    {kOwn, "Attention", Kind::kAttention},
    {kMicrosoft, "FusedConv", Kind::kConvolution},
    {kMicrosoft, "FusedMatMul", Kind::kGemm},
    {kMicrosoft, "FusedGemm", Kind::kGemm},
    {kMicrosoft, "GemmFastGelu", Kind::kMatrix},
    {kMicrosoft, "QGemm", Kind::kGemm, 0, 3},
    {kMicrosoft, "MatMulIntegerToFloat", Kind::kMatrix},
    {kMicrosoft, "DynamicQuantizeMatMul", Kind::kMatrix},
    {kMicrosoft, "MatMulNBits", Kind::kMatrix},
    {kMicrosoft, "MultiHeadAttention", Kind::kAttention},
    {kMicrosoft, "Attention", Kind::kFused},
    {kMicrosoft, "QAttention", Kind::kFused},
};

const Form* FormOf(const ir::Node& node) {
  using Key = std::pair<std::string_view, std::string_view>;
  static const auto kTable = [] {
    absl::flat_hash_map<Key, const Form*> table;
    for (const Form& form : kForms) table.emplace(Key(form.domain, form.op_type), &form);
    return table;
  }();
  const std::string_view domain = node.domain == "ai.onnx" ? kOwn : std::string_view(node.domain);
  const auto found = kTable.find(Key(domain, node.op_type));
  return found == kTable.end() ? nullptr : found->second;
}

class Counter {
 public:
  explicit Counter(const Training& training) {
    // The backward pass is not part of a forward one.
    if (training.role == GraphRole::kInference || training.loss_output.empty()) return;
    const ir::Graph& graph = training.model->graph;
    for (const ir::ValueId output : graph.outputs) {
      if (graph.values[static_cast<std::size_t>(output)].name != training.loss_output) continue;
      forward_ = Upstream(graph, output);
      break;
    }
  }

  MacCount Take() { return count_; }

  std::int64_t CountGraph(const ir::Graph& graph, int depth) {
    std::int64_t total = 0;
    for (const ir::Node& node : graph.nodes) {
      if (depth == 0 && !forward_.empty() && !IsForward(node)) continue;
      total = Plus(total, CountSubgraphs(node, depth));
      const Form* form = FormOf(node);
      if (form == nullptr) continue;
      if (const auto macs = CountNode(graph, node, *form)) {
        total = Plus(total, *macs);
      } else {
        ++count_.uncounted;
      }
    }
    if (depth == 0) count_.total = total;
    return total;
  }

 private:
  bool IsForward(const ir::Node& node) const {
    return std::any_of(node.outputs.begin(), node.outputs.end(), [&](ir::ValueId output) {
      return output != ir::kNone && forward_[static_cast<std::size_t>(output)];
    });
  }

  std::int64_t CountSubgraphs(const ir::Node& node, int depth) {
    std::int64_t total = 0;
    if (depth >= kDeepest) return total;
    const bool branches = IsOnnx(node, "If");
    for (const ir::Attribute& attribute : node.attributes) {
      const auto* graphs = std::get_if<std::vector<ir::Graph>>(&attribute.value);
      if (graphs == nullptr) continue;
      for (const ir::Graph& graph : *graphs) {
        const std::int64_t macs = CountGraph(graph, depth + 1);
        total = branches ? std::max(total, macs) : Plus(total, macs);
      }
      count_.repeated = count_.repeated || (!branches && total > 0);
    }
    return total;
  }

  std::optional<Dims> DimsOf(const ir::Graph& graph, const ir::Node& node, std::size_t input) {
    return DimsOf(graph, InputOf(node, input));
  }
  std::optional<Dims> DimsOf(const ir::Graph& graph, ir::ValueId value) {
    Dims dims;
    if (const ir::Tensor* tensor = TensorOf(graph, value)) {
      dims = tensor->dims;
    } else if (const auto* shape = ShapeOf(graph, value)) {
      for (const ir::Dimension& dimension : *shape) {
        dims.push_back(dimension.size.value_or(1));
        if (!dimension.size) count_.open_sizes = true;
      }
    } else {
      return std::nullopt;
    }
    if (std::any_of(dims.begin(), dims.end(), [](std::int64_t size) { return size < 0; })) {
      return std::nullopt;
    }
    return dims;
  }

  std::optional<std::int64_t> CountNode(const ir::Graph& graph, const ir::Node& node,
                                        const Form& form) {
    const auto left = DimsOf(graph, node, form.left);
    if (node.op_type == "MatMulNBits") {
      const auto units = IntAttribute(node, "N");
      if (!left || !units || *units < 0) return std::nullopt;
      return Times(Product(*left), *units);
    }
    const auto right = DimsOf(graph, node, form.right);
    if (form.kind == Kind::kEinsum) return CountEinsum(graph, node);
    if (!left || !right) return std::nullopt;
    switch (form.kind) {
      case Kind::kConvolution: {
        const auto made = DimsOf(graph, OutputOf(node, 0));
        if (!made || right->size() < 3) return std::nullopt;
        return Times(Product(*made), Product(*right, 1));
      }
      case Kind::kTransposed:
        if (right->size() < 3) return std::nullopt;
        return Times(Product(*left), Product(*right, 1));
      case Kind::kMatrix:
      case Kind::kGemm:
        return CountProduct(node, *left, *right);
      case Kind::kRecurrent: {
        // X: sequence, batch, input; R: directions, gates x state, state.
        if (left->size() != 3 || right->size() != 3) return std::nullopt;
        const auto weights = DimsOf(graph, node, 1);
        const std::int64_t given = weights && weights->size() == 3 ? (*weights)[2] : (*left)[2];
        const std::int64_t widths = Plus(given, (*right)[2]);
        const std::int64_t step = Times(Times((*right)[0], (*right)[1]), widths);
        return Times(step, Times((*left)[0], (*left)[1]));
      }
      case Kind::kAttention:
        return CountAttention(graph, node, *left, *right);
      case Kind::kFused: {
        // One matrix for query, key and value, then attention over the input's own length.
        if (left->size() != 3 || right->size() != 2) return std::nullopt;
        const std::int64_t rows = Times((*left)[0], (*left)[1]);
        const std::int64_t projected = Times(rows, Product(*right));
        return Plus(projected, Times(Times(rows, (*left)[1]), Times(2, (*right)[1] / 3)));
      }
      default:
        return std::nullopt;
    }
  }

  static std::optional<std::int64_t> CountProduct(const ir::Node& node, const Dims& left,
                                                  const Dims& right) {
    if (left.empty() || right.empty()) return std::nullopt;
    const bool swap_left = IntAttribute(node, "transA").value_or(0) != 0;
    const bool swap_right = IntAttribute(node, "transB").value_or(0) != 0;
    std::int64_t columns = 1;
    if (right.size() >= 2) columns = right[right.size() - (swap_right ? 2 : 1)];
    std::int64_t rows = 1;
    if (left.size() >= 2) rows = left[left.size() - (swap_left ? 1 : 2)];
    // Equal in both, but one may be open.
    const std::size_t inner_left = left.size() - (swap_left && left.size() >= 2 ? 2 : 1);
    const std::size_t inner_right = right.size() - (swap_right || right.size() < 2 ? 1 : 2);
    const std::int64_t inner = std::max(left[inner_left], right[inner_right]);
    // Batches broadcast against each other.
    std::int64_t batches = 1;
    const std::size_t ranks = std::max(left.size(), right.size());
    for (std::size_t i = 3; i <= ranks; ++i) {
      const std::int64_t a = i <= left.size() ? left[left.size() - i] : 1;
      const std::int64_t b = i <= right.size() ? right[right.size() - i] : 1;
      batches = Times(batches, std::max(a, b));
    }
    return Times(Times(batches, rows), Times(inner, columns));
  }

  // Scores and weighted values: batch x queries x keys x (width of queries + width of values).
  std::optional<std::int64_t> CountAttention(const ir::Graph& graph, const ir::Node& node,
                                             const Dims& query, const Dims& key) {
    const auto value = DimsOf(graph, node, 2);
    const bool heads = query.size() == 4;  // batch, heads, length, width
    if (query.size() != (heads ? 4U : 3U) || key.size() != query.size() || !value ||
        value->size() != query.size()) {
      return std::nullopt;
    }
    const std::size_t length = heads ? 2 : 1;
    // Of fewer key and value heads each serves several queries.
    std::int64_t value_width = value->back();
    if (!heads) {
      const std::int64_t query_heads = IntAttribute(node, "q_num_heads").value_or(1);
      const std::int64_t value_heads = IntAttribute(node, "kv_num_heads").value_or(query_heads);
      if (value_heads < 1 || query_heads < 1) return std::nullopt;
      value_width = Times(value_width / value_heads, query_heads);
    }
    const std::int64_t pairs = Times(query[length], key[length]);
    const std::int64_t batches = heads ? Times(query[0], query[1]) : query[0];
    return Times(Times(batches, pairs), Plus(query.back(), value_width));
  }

  // All letters of the equation, each once: the size of the loop nest that computes it.
  std::optional<std::int64_t> CountEinsum(const ir::Graph& graph, const ir::Node& node) {
    const ir::Attribute* attribute = FindAttribute(node, "equation");
    const auto* equation =
        attribute == nullptr ? nullptr : std::get_if<std::string>(&attribute->value);
    if (equation == nullptr || equation->find("...") != std::string::npos) return std::nullopt;
    if (node.inputs.size() != 2) return node.inputs.size() == 1 ? std::optional(0) : std::nullopt;
    std::array<std::int64_t, 256> sizes{};
    std::string_view terms = std::string_view(*equation).substr(0, equation->find("->"));
    for (std::size_t i = 0; i < 2; ++i) {
      const auto dims = DimsOf(graph, node, i);
      if (!dims) return std::nullopt;
      const std::size_t comma = terms.find(',');
      std::size_t axis = 0;
      for (const char c : terms.substr(0, comma)) {
        if (c == ' ') continue;
        if (axis >= dims->size()) return std::nullopt;
        std::int64_t& size = sizes[static_cast<unsigned char>(c)];
        size = std::max(size, (*dims)[axis++]);
      }
      terms = comma == std::string_view::npos ? "" : terms.substr(comma + 1);
    }
    std::int64_t product = 1;
    for (const std::int64_t size : sizes) {
      if (size > 0) product = Times(product, size);
    }
    return product;
  }

  std::vector<bool> forward_;  // by value of the main graph; empty: all of it
  MacCount count_;
};

}  // namespace

MacCount CountMacs(const Training& training) {
  Counter counter(training);
  counter.CountGraph(training.model->graph, 0);
  return counter.Take();
}

}  // namespace onnxcheck::facts
