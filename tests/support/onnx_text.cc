#include "tests/support/onnx_text.h"

#include <stdexcept>

#include "onnx/defs/parser.h"

namespace onnxcheck::tests {

std::string OnnxFromText(std::string_view text) {
  onnxcheck_onnx::ModelProto model;
  // The parser keeps pointers into its input and wants it terminated.
  const std::string copy(text);
  const auto status = onnxcheck_onnx::OnnxParser::Parse(model, copy.c_str());
  if (!status.IsOK()) throw std::invalid_argument(status.ErrorMessage());
  return model.SerializeAsString();
}

}  // namespace onnxcheck::tests
