// ONNX files: bytes to ir::Model, leaving tensor payloads where they are.
#ifndef ONNXCHECK_PARSERS_MODEL_ONNX_H_
#define ONNXCHECK_PARSERS_MODEL_ONNX_H_

#include "analyzer/ir/model.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

struct ParseOptions {
  // Each size that the graph's inputs leave open is 1, and what follows from it is inferred: for
  // counting, not for checking. Contradictions that this makes are not reported.
  bool open_sizes_are_one = false;
};

// Decodes, checks (every violation, each at its node) and infers shapes.
// Damage, checker violations and limits are in input.problems; what could
// still be read is in the model. Never throws.
ir::Model ParseOnnx(const Source& source, const ParseOptions& options = {});

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_ONNX_H_
