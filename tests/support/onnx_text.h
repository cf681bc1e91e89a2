// Model fixtures as text.
#ifndef ONNXCHECK_TESTS_SUPPORT_ONNX_TEXT_H_
#define ONNXCHECK_TESTS_SUPPORT_ONNX_TEXT_H_

#include <string>
#include <string_view>

namespace onnxcheck::tests {

// A serialised ModelProto from ONNX's text syntax (onnx/defs/parser.h), for example
//   <ir_version: 8, opset_import: ["" : 17]>
//   net (float[N, 4] x) => (float[N, 4] y) { y = Relu(x) }
// Throws std::invalid_argument with the parser's words when the text is not a model.
std::string OnnxFromText(std::string_view text);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_SUPPORT_ONNX_TEXT_H_
