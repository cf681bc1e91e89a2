// ONNX files: bytes to ir::Model, leaving tensor payloads where they are.
#ifndef ONNXCHECK_PARSERS_MODEL_ONNX_H_
#define ONNXCHECK_PARSERS_MODEL_ONNX_H_

#include "analyzer/ir/model.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Decodes, checks (every violation, each at its node) and infers shapes.
// Damage, checker violations and limits are in input.problems; what could
// still be read is in the model. Never throws.
ir::Model ParseOnnx(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_ONNX_H_
