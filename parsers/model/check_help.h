// What would be right where the checker finds a fault, from ONNX's schemas.
#ifndef ONNXCHECK_PARSERS_MODEL_CHECK_HELP_H_
#define ONNXCHECK_PARSERS_MODEL_CHECK_HELP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "onnx/defs/schema.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

// What the operator takes of that which `message` (OpSchema::Verify's) finds fault with.
std::string HelpFor(const pb::OpSchema& schema, const pb::NodeProto& node,
                    absl::string_view message);

// Why one of ONNX's domains has no such operator in the version that is imported.
std::string HelpForUnknown(const pb::NodeProto& node, int version);

// What replaces an operator that newer opsets dropped.
std::string HelpForDeprecated(const std::string& op_type);

// Types that the operator takes or gives where CheckInputOutputType has found another one.
std::string HelpForTypes(const pb::OpSchema& schema, absl::string_view message);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_CHECK_HELP_H_
