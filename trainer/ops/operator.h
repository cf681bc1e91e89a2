// An ONNX operator as a function over tensors; autograd differentiates it.
//
// A new operator is one function in its family's file and one line in that
// file's table. tests/trainer/backend_nodes_test.cc checks it against ONNX's
// own backend node tests by its name.
#ifndef ONNXCHECK_TRAINER_OPS_OPERATOR_H_
#define ONNXCHECK_TRAINER_OPS_OPERATOR_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::trainer {

using Tensors = std::vector<at::Tensor>;

// What a replay cannot do, in words; it makes the replay inconclusive.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// An exported graph is an inference graph. While a replay trains, batch
// normalisation uses the batch's statistics and dropout drops, whatever the
// attributes say; kAsWritten is ONNX's own meaning.
enum class Mode { kAsWritten, kTraining, kEvaluating };

// One call of an operator. The readers of attributes return `otherwise` when
// the attribute is absent.
struct Call {
  const ir::Node& node;
  std::span<const at::Tensor> inputs;  // an undefined tensor: left out
  std::int64_t opset = 0;
  Mode mode = Mode::kAsWritten;

  bool Has(std::size_t i) const { return i < inputs.size() && inputs[i].defined(); }
  // The input; throws Unsupported when it was left out.
  const at::Tensor& In(std::size_t i) const;
  std::vector<std::int64_t> InputInts(std::size_t i) const;  // elements of an integer tensor

  const ir::Attribute* Find(std::string_view name) const;
  std::int64_t Int(std::string_view name, std::int64_t otherwise) const;
  double Float(std::string_view name, double otherwise) const;
  std::string Text(std::string_view name, std::string_view otherwise) const;
  std::vector<std::int64_t> Ints(std::string_view name,
                                 std::vector<std::int64_t> otherwise = {}) const;
};

using Operator = Tensors (*)(const Call&);

struct OperatorEntry {
  std::string_view name;
  Operator run;
};

// The families, one a file.
std::span<const OperatorEntry> ElementwiseOperators();
std::span<const OperatorEntry> LogicOperators();
std::span<const OperatorEntry> ActivationOperators();
std::span<const OperatorEntry> LinearOperators();
std::span<const OperatorEntry> ConvolutionOperators();
std::span<const OperatorEntry> PoolingOperators();
std::span<const OperatorEntry> NormalizationOperators();
std::span<const OperatorEntry> ShapeOperators();
std::span<const OperatorEntry> SliceOperators();
std::span<const OperatorEntry> ConstantOperators();
std::span<const OperatorEntry> ReductionOperators();

// nullptr: not supported.
Operator FindOperator(std::string_view op_type);
std::vector<std::string_view> OperatorNames();

// A possibly negative axis as one in [0, rank]; throws Unsupported otherwise.
std::int64_t WrapAxis(std::int64_t axis, std::int64_t rank);

// Type that a replay computes an ONNX type in: half precision as float32,
// unsigned integers as int64. Throws Unsupported for strings and the like.
at::ScalarType ComputeType(ir::ElementType type);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_OPS_OPERATOR_H_
