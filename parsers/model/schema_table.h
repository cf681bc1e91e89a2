// ONNX's operator schemas, each built when it is first asked for.
//
// OpSchemaRegistry builds all of them at its first use, which takes longer than
// everything else that is done with a model of ordinary size.
#ifndef ONNXCHECK_PARSERS_MODEL_SCHEMA_TABLE_H_
#define ONNXCHECK_PARSERS_MODEL_SCHEMA_TABLE_H_

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "onnx/defs/schema.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

// The newest schema that is not newer than `version`, as OpSchemaRegistry gives
// it; null when there is none. Any thread may call.
const pb::OpSchema* FindSchema(const std::string& op_type, const std::string& domain,
                               int version = std::numeric_limits<int>::max());

// The version in which ONNX's domain "" or "ai.onnx.ml" first had the operator; absent: it never
// did.
std::optional<int> FirstVersion(const std::string& op_type, const std::string& domain);

// The names of all operators that the domain has or had.
std::vector<std::string> OperatorNames(const std::string& domain);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_SCHEMA_TABLE_H_
