// ONNX's checker, node by node: every violation, each at its place.
//
// onnx::checker::check_model stops at the first violation and names no place.
// Here its walk over graphs and functions is done again, and its own functions
// (check_value_info, check_attribute, check_tensor, OpSchema::Verify, ...) judge
// the parts, so that what is valid there is valid here and the words are ONNX's.
#ifndef ONNXCHECK_PARSERS_MODEL_CHECK_H_
#define ONNXCHECK_PARSERS_MODEL_CHECK_H_

#include <string>
#include <vector>

#include "analyzer/ir/model.h"
#include "parsers/model/convert.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {

// More violations than this are counted, not listed.
inline constexpr std::size_t kMaxViolations = 10'000;

// Appends kCheckerViolation and kNewerThanSupported problems to
// model->input.problems, which must have been converted from `proto`. Returns
// the nodes with a violation of their own: nothing can be inferred from them.
NodeSet CheckModel(const pb::ModelProto& proto, const Stripped& stripped, const ModelIndex& index,
                   ir::Model* model);

// ONNX's message as one sentence: no context, no brackets, lower case, no full stop.
std::string CleanMessage(const char* what);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_CHECK_H_
