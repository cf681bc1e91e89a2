// A node of a model in ONNX's text syntax, on one line.
#ifndef ONNXCHECK_CLI_NODE_TEXT_H_
#define ONNXCHECK_CLI_NODE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "analyzer/ir/model.h"

namespace onnxcheck::cli {

struct NodeText {
  std::string text;      // "probs = Softmax<axis=-1>(logits)"; empty: no such place
  std::size_t mark = 0;  // bytes of `text` that the place names: the operator, an input, ...
  std::size_t mark_length = 0;
};

// The node that the logical path names ("graph/node[3]:Softmax", also inside
// subgraphs and functions; a deeper place such as ".../input[1]" or
// ".../attribute[axis]" moves the mark), or the declaration that
// "graph/input[0]:x", "graph/output[0]:y" or "graph/initializer[2]:w" name.
NodeText TextOfPlace(const ir::Model& model, std::string_view logical);

// "float", "int64", ...: names of ONNX's text syntax.
std::string ElementName(ir::ElementType type);

// "float[batch, 10]"; "float" for a scalar, "float[...]" when the rank is unknown.
std::string TypeText(const ir::Type& type);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_NODE_TEXT_H_
