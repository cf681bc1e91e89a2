// The small ModelProto to ir::Model: names become indexes.
#ifndef ONNXCHECK_PARSERS_MODEL_CONVERT_H_
#define ONNXCHECK_PARSERS_MODEL_CONVERT_H_

#include <string>

#include "analyzer/ir/model.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {

// Fills everything but `input`. Nodes, attributes and their subgraphs stand in
// the same order as in the proto. In a subgraph, a value of an outer graph is a
// value without producer of its own; in the outer graph the node that holds the
// subgraph is its consumer.
void ConvertModel(const pb::ModelProto& proto, const Stripped& stripped, const std::string& folder,
                  ir::Model* model);

ir::Type ConvertType(const pb::TypeProto& proto);

// The subgraphs of one attribute, in either form.
inline int SubgraphCount(const pb::AttributeProto& attribute) {
  return attribute.has_g() ? 1 : attribute.graphs_size();
}

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_CONVERT_H_
