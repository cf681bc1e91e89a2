// The small ModelProto to ir::Model: names become indexes.
#ifndef ONNXCHECK_PARSERS_MODEL_CONVERT_H_
#define ONNXCHECK_PARSERS_MODEL_CONVERT_H_

#include <string>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "analyzer/ir/model.h"
#include "parsers/model/external.h"
#include "parsers/model/inline.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {

// The values of one graph by name; the names belong to the proto.
using NameIndex = absl::flat_hash_map<absl::string_view, ir::ValueId>;
// By GraphProto or FunctionProto.
using ModelIndex = std::unordered_map<const void*, NameIndex>;

// Fills everything but `input`. Nodes, attributes and their subgraphs stand in
// the same order as in the proto. In a subgraph, a value of an outer graph is a
// value without producer of its own; in the outer graph the node that holds the
// subgraph is its consumer. Returns the names of every graph that was entered.
ModelIndex ConvertModel(const pb::ModelProto& proto, const Stripped& stripped,
                        ExternalData* external, ir::Model* model);

// Converts the graphs again that InlineCalls changed, with everything around them.
void ReconvertGraphs(const pb::ModelProto& proto, const Stripped& stripped, ExternalData* external,
                     const InlinedGraphs& inlined, ModelIndex* index, ir::Model* model);

// One graph that stands for itself; its names are added to `index`.
ir::Graph ConvertAlone(const pb::GraphProto& proto, const Stripped& stripped, ModelIndex* index);

ir::Type ConvertType(const pb::TypeProto& proto);

// The subgraphs of one attribute, in either form.
inline int SubgraphCount(const pb::AttributeProto& attribute) {
  return attribute.has_g() ? 1 : attribute.graphs_size();
}

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_CONVERT_H_
