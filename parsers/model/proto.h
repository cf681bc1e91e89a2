// ONNX's message classes under a short name; for the sources of this folder only.
#ifndef ONNXCHECK_PARSERS_MODEL_PROTO_H_
#define ONNXCHECK_PARSERS_MODEL_PROTO_H_

#include "absl/container/flat_hash_set.h"
#include "onnx/onnx_pb.h"

namespace onnxcheck::parsers {

namespace pb = ONNX_NAMESPACE;

using NodeSet = absl::flat_hash_set<const pb::NodeProto*>;

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_PROTO_H_
