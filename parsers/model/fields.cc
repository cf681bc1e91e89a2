#include "parsers/model/fields.h"

namespace onnxcheck::parsers {
namespace {

constexpr FieldRule Scalar(std::uint8_t number, Action action, const char* name) {
  return {number, action, Message::kModel, false, name};
}
constexpr FieldRule One(std::uint8_t number, Message child, const char* name) {
  return {number, Action::kMessage, child, false, name};
}
constexpr FieldRule Many(std::uint8_t number, Message child, const char* name) {
  return {number, Action::kMessage, child, true, name};
}

constexpr FieldRule kModel[] = {
    Scalar(1, Action::kVarint, "ir_version"),          Scalar(2, Action::kBytes, "producer_name"),
    Scalar(3, Action::kBytes, "producer_version"),     Scalar(4, Action::kBytes, "domain"),
    Scalar(5, Action::kVarint, "model_version"),       One(7, Message::kGraph, "graph"),
    Many(8, Message::kOpset, "opset_import"),          Many(14, Message::kEntry, "metadata_props"),
    Many(20, Message::kTrainingInfo, "training_info"), Many(25, Message::kFunction, "functions"),
};
constexpr FieldRule kGraph[] = {
    Many(1, Message::kNode, "node"),
    Scalar(2, Action::kBytes, "name"),
    Many(5, Message::kTensor, "initializer"),
    Many(11, Message::kValueInfo, "input"),
    Many(12, Message::kValueInfo, "output"),
    Many(13, Message::kValueInfo, "value_info"),
    Many(15, Message::kSparseTensor, "sparse_initializer"),
};
constexpr FieldRule kNode[] = {
    Scalar(1, Action::kBytes, "input"),        Scalar(2, Action::kBytes, "output"),
    Scalar(3, Action::kBytes, "name"),         Scalar(4, Action::kBytes, "op_type"),
    Many(5, Message::kAttribute, "attribute"), Scalar(7, Action::kBytes, "domain"),
    Scalar(8, Action::kBytes, "overload"),
};
constexpr FieldRule kAttribute[] = {
    Scalar(1, Action::kBytes, "name"),
    Scalar(2, Action::kFloat, "f"),
    Scalar(3, Action::kVarint, "i"),
    Scalar(4, Action::kBlob, "s"),
    One(5, Message::kTensor, "t"),
    One(6, Message::kGraph, "g"),
    Scalar(7, Action::kFloats, "floats"),
    Scalar(8, Action::kVarints, "ints"),
    Scalar(9, Action::kBlob, "strings"),
    Many(10, Message::kTensor, "tensors"),
    Many(11, Message::kGraph, "graphs"),
    One(14, Message::kType, "tp"),
    Many(15, Message::kType, "type_protos"),
    Scalar(20, Action::kVarint, "type"),
    Scalar(21, Action::kBytes, "ref_attr_name"),
    One(22, Message::kSparseTensor, "sparse_tensor"),
    Many(23, Message::kSparseTensor, "sparse_tensors"),
};
// Without `segment` (3): the walk writes its own there (strip.h).
constexpr FieldRule kTensor[] = {
    Scalar(1, Action::kVarints, "dims"),
    Scalar(2, Action::kVarint, "data_type"),
    Scalar(4, Action::kFloatData, "float_data"),
    Scalar(5, Action::kVarintData, "int32_data"),
    Scalar(6, Action::kStringData, "string_data"),
    Scalar(7, Action::kVarintData, "int64_data"),
    Scalar(8, Action::kBytes, "name"),
    Scalar(9, Action::kRawData, "raw_data"),
    Scalar(10, Action::kDoubleData, "double_data"),
    Scalar(11, Action::kVarintData, "uint64_data"),
    Many(13, Message::kEntry, "external_data"),
    Scalar(14, Action::kVarint, "data_location"),
};
constexpr FieldRule kSparseTensor[] = {
    One(1, Message::kTensor, "values"),
    One(2, Message::kTensor, "indices"),
    Scalar(3, Action::kVarints, "dims"),
};
constexpr FieldRule kFunction[] = {
    Scalar(1, Action::kBytes, "name"),
    Scalar(4, Action::kBytes, "input"),
    Scalar(5, Action::kBytes, "output"),
    Scalar(6, Action::kBytes, "attribute"),
    Many(7, Message::kNode, "node"),
    Many(9, Message::kOpset, "opset_import"),
    Scalar(10, Action::kBytes, "domain"),
    Many(11, Message::kAttribute, "attribute_proto"),
    Many(12, Message::kValueInfo, "value_info"),
    Scalar(13, Action::kBytes, "overload"),
};
constexpr FieldRule kTrainingInfo[] = {
    One(1, Message::kGraph, "initialization"),
    One(2, Message::kGraph, "algorithm"),
    Many(3, Message::kEntry, "initialization_binding"),
    Many(4, Message::kEntry, "update_binding"),
};
constexpr FieldRule kValueInfo[] = {
    Scalar(1, Action::kBytes, "name"),
    One(2, Message::kType, "type"),
};
constexpr FieldRule kType[] = {
    One(1, Message::kTensorType, "tensor_type"),
    One(4, Message::kSequenceType, "sequence_type"),
    One(5, Message::kMapType, "map_type"),
    One(7, Message::kOpaqueType, "opaque_type"),
    One(8, Message::kTensorType, "sparse_tensor_type"),
    One(9, Message::kOptionalType, "optional_type"),
};
constexpr FieldRule kTensorType[] = {
    Scalar(1, Action::kVarint, "elem_type"),
    One(2, Message::kShape, "shape"),
};
constexpr FieldRule kShape[] = {Many(1, Message::kDimension, "dim")};
constexpr FieldRule kDimension[] = {
    Scalar(1, Action::kVarint, "dim_value"),
    Scalar(2, Action::kBytes, "dim_param"),
};
constexpr FieldRule kSequenceType[] = {One(1, Message::kType, "elem_type")};
constexpr FieldRule kMapType[] = {
    Scalar(1, Action::kVarint, "key_type"),
    One(2, Message::kType, "value_type"),
};
constexpr FieldRule kOpaqueType[] = {
    Scalar(1, Action::kBytes, "domain"),
    Scalar(2, Action::kBytes, "name"),
};
constexpr FieldRule kOpset[] = {
    Scalar(1, Action::kBytes, "domain"),
    Scalar(2, Action::kVarint, "version"),
};
constexpr FieldRule kEntry[] = {
    Scalar(1, Action::kBytes, "key"),
    Scalar(2, Action::kBytes, "value"),
};

struct MessageRule {
  const char* name;
  absl::Span<const FieldRule> fields;
};

// In the order of Message.
const MessageRule kMessages[] = {
    {"ModelProto", kModel},
    {"GraphProto", kGraph},
    {"NodeProto", kNode},
    {"AttributeProto", kAttribute},
    {"TensorProto", kTensor},
    {"SparseTensorProto", kSparseTensor},
    {"FunctionProto", kFunction},
    {"TrainingInfoProto", kTrainingInfo},
    {"ValueInfoProto", kValueInfo},
    {"TypeProto", kType},
    {"TypeProto.Tensor", kTensorType},
    {"TensorShapeProto", kShape},
    {"TensorShapeProto.Dimension", kDimension},
    {"TypeProto.Sequence", kSequenceType},
    {"TypeProto.Map", kMapType},
    {"TypeProto.Optional", kSequenceType},
    {"TypeProto.Opaque", kOpaqueType},
    {"OperatorSetIdProto", kOpset},
    {"StringStringEntryProto", kEntry},
};

}  // namespace

absl::Span<const FieldRule> FieldsOf(Message message) {
  return kMessages[static_cast<std::size_t>(message)].fields;
}

const char* MessageName(Message message) {
  return kMessages[static_cast<std::size_t>(message)].name;
}

}  // namespace onnxcheck::parsers
