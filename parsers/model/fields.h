// What the walk does with each field of each ONNX message: onnx.proto as a table.
#ifndef ONNXCHECK_PARSERS_MODEL_FIELDS_H_
#define ONNXCHECK_PARSERS_MODEL_FIELDS_H_

#include <cstdint>

#include "absl/types/span.h"

namespace onnxcheck::parsers {

enum class Message : std::uint8_t {
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kSparseTensor,
  kFunction,
  kTrainingInfo,
  kValueInfo,
  kType,
  kTensorType,
  kShape,
  kDimension,
  kSequenceType,
  kMapType,
  kOptionalType,
  kOpaqueType,
  kOpset,
  kEntry,
};

// How a field is written in a well-formed file, and what becomes of it.
enum class Action : std::uint8_t {
  kVarint,   // kept; a number
  kVarints,  // kept; numbers, packed or one by one
  kFloat,    // kept; four bytes
  kFloats,   // kept; packed or one by one
  kBytes,    // kept; text or bytes
  kBlob,     // kept below kMaxBlob, else left empty
  kMessage,  // walked
  kRawData,  // the data fields of TensorProto
  kFloatData,
  kDoubleData,
  kVarintData,
  kStringData,
};

struct FieldRule {
  std::uint8_t number;
  Action action;
  Message child;     // kMessage only
  bool repeated;     // kMessage only
  const char* name;  // as in onnx.proto
};

// The fields that are kept; all others (documentation, denotations, devices,
// unknown ones) are checked for form and dropped.
absl::Span<const FieldRule> FieldsOf(Message message);

// "ModelProto", "TensorShapeProto.Dimension", ...
const char* MessageName(Message message);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_FIELDS_H_
