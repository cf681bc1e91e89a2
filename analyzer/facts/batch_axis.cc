#include "analyzer/facts/batch_axis.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "analyzer/facts/axis_step.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

constexpr std::size_t kManyInputs = 16;

std::size_t Index(std::int32_t id) { return static_cast<std::size_t>(id); }

class Follower {
 public:
  explicit Follower(const ir::Model& model) : graph_(model.graph) {
    axes_.model = &model;
    axes_.values.resize(graph_.values.size());
  }

  BatchAxes Follow() {
    for (const ir::ValueId input : graph_.inputs) Start(input);
    if (axes_.evidence.empty()) return std::move(axes_);
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) Visit(static_cast<ir::NodeId>(n));
    for (BatchAxis& value : axes_.values) {
      if (value.evidence >= 0) value.evidence = Of(value.evidence);
    }
    return std::move(axes_);
  }

 private:
  void Start(ir::ValueId input) {
    const auto* shape = ShapeOf(graph_, input);
    if (shape == nullptr || shape->size() < 2) return;
    axes_.values[Index(input)] = {static_cast<std::int32_t>(axes_.evidence.size()), 0};
    joined_.push_back(static_cast<std::int32_t>(axes_.evidence.size()));
    BatchEvidence& evidence = axes_.evidence.emplace_back();
    evidence.by_name = absl::StrContains(absl::AsciiStrToLower(shape->front().symbol), "batch");
    evidence.only_open =
        !shape->front().size && std::all_of(shape->begin() + 1, shape->end(),
                                            [](const auto& it) { return it.size.has_value(); });
  }

  std::int32_t Of(std::int32_t evidence) {
    while (joined_[Index(evidence)] != evidence) {
      evidence = joined_[Index(evidence)] = joined_[Index(joined_[Index(evidence)])];
    }
    return evidence;
  }

  // Two inputs whose rows belong together: what is known of one holds for both.
  void Join(std::int32_t a, std::int32_t b) {
    a = Of(a);
    b = Of(b);
    if (a == b) return;
    joined_[Index(b)] = a;
    BatchEvidence& to = axes_.evidence[Index(a)];
    BatchEvidence& from = axes_.evidence[Index(b)];
    to.by_operator = to.by_operator || from.by_operator;
    to.by_name = to.by_name || from.by_name;
    to.only_open = to.only_open || from.only_open;
    to.by_layer = to.by_layer || from.by_layer;
    to.mixed = to.mixed || from.mixed;
    to.lost = to.lost || from.lost;
    to.fixed_by.insert(to.fixed_by.end(), from.fixed_by.begin(), from.fixed_by.end());
    from.fixed_by.clear();
  }

  void Visit(ir::NodeId id) {
    const ir::Node& node = graph_.nodes[Index(id)];
    if (IsOnnx(node, "Shape") || IsOnnx(node, "Size")) return;
    // No operator has both; only a damaged file would make this slow.
    const std::size_t outputs = node.inputs.size() > kManyInputs
                                    ? std::min<std::size_t>(node.outputs.size(), 1)
                                    : node.outputs.size();
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == ir::kNone) continue;
      const BatchAxis from = axes_.values[Index(node.inputs[i])];
      if (from.evidence < 0) continue;
      for (std::size_t o = 0; o < outputs; ++o) {
        if (node.outputs[o] != ir::kNone) Step(id, i, from, o);
      }
    }
  }

  void Step(ir::NodeId id, std::size_t input, BatchAxis from, std::size_t output) {
    const ir::Node& node = graph_.nodes[Index(id)];
    const AxisStep step = FollowAxis(graph_, node, input, from.axis, output);
    BatchEvidence& evidence = axes_.evidence[Index(Of(from.evidence))];
    if (step.kind == AxisStep::Kind::kMixed) evidence.mixed = true;
    if (step.kind == AxisStep::Kind::kLost) evidence.lost = true;
    if (step.kind != AxisStep::Kind::kKept) return;
    evidence.by_operator = evidence.by_operator || step.is_batch;
    evidence.by_layer = evidence.by_layer || step.is_rows;
    if (step.writes_size) evidence.fixed_by.push_back(id);
    const BatchAxis there = {from.evidence, step.axis};
    BatchAxis& value = axes_.values[Index(node.outputs[output])];
    if (value.evidence < 0) {
      value = there;
    } else if (value.axis == step.axis) {
      Join(value.evidence, from.evidence);
    } else {
      // Two batches crosswise: every row of one meets every row of the other.
      evidence.mixed = true;
      axes_.evidence[Index(Of(value.evidence))].mixed = true;
    }
  }

  const ir::Graph& graph_;
  BatchAxes axes_;
  std::vector<std::int32_t> joined_;  // by evidence: the one that speaks for it
};

}  // namespace

const BatchEvidence* BatchAxes::Of(ir::ValueId value) const {
  if (value < 0 || Index(value) >= values.size() || values[Index(value)].evidence < 0) {
    return nullptr;
  }
  return &evidence[Index(values[Index(value)].evidence)];
}

BatchAxes FollowBatch(const ir::Model& model) { return Follower(model).Follow(); }

}  // namespace onnxcheck::facts
