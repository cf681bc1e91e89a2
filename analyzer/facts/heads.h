// Output heads: which activation each output of a model ends in.
#ifndef ONNXCHECK_ANALYZER_FACTS_HEADS_H_
#define ONNXCHECK_ANALYZER_FACTS_HEADS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/training.h"
#include "analyzer/ir/experiment.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// One output of the main graph; in a graph that trains or evaluates, a value
// that a loss takes instead. Reshapes, casts, transposes, identities and
// their like are looked through; softmax, log-softmax and sigmoid are
// recognised where an exporter wrote them in pieces.
struct Head {
  const ir::Model* model = nullptr;
  ir::ValueId output = ir::kNone;
  std::string name;
  ir::Activation activation = ir::Activation::kUnknown;
  // The activation's (last) node, or the node that produces the output when
  // there is none: "graph/node[3]:Softmax". kNone: the output is an input.
  ir::NodeId node = ir::kNone;
  ir::Location location;
  std::optional<std::int64_t> width;      // size of the output's last axis, when known
  std::optional<std::int64_t> axis_size;  // softmax kinds: size of the normalised axis
};

// In the order of the graph's outputs, or of the losses that take them. An
// optimizer's graph has none; where the loss is of no form that is
// recognised, neither it nor gradients and accumulators are heads. Linear in
// the nodes visited.
std::vector<Head> OutputHeads(const Training& training);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_HEADS_H_
