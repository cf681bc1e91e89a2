// Transfer functions: what an operator makes of the ranges of its inputs.
//
// They stand in analyzer/facts/ranges/<family>.cc, one file a family, and are
// pure: a function of the node's attributes and of its operands' types and
// ranges alone. How one operand depends on another (x - max(x)) is not theirs;
// analyzer/facts/relations.cc narrows their results. A family file:
//
//   namespace onnxcheck::facts {
//   namespace {
//
//   void Relu(const Call& call, std::span<Interval> outputs) {
//     outputs[0] = Maximum(call.Range(0), Point(0));
//   }
//
//   constexpr RangeOperator kActivations[] = {
//       {"", "Relu", Relu, "max(x, 0)"},
//   };
//
//   }  // namespace
//
//   std::span<const RangeOperator> ActivationRanges() { return kActivations; }
//
//   }  // namespace onnxcheck::facts
//
// with ActivationRanges declared at the end of this header and named in
// range_operators.cc.
#ifndef ONNXCHECK_ANALYZER_FACTS_RANGE_OPERATORS_H_
#define ONNXCHECK_ANALYZER_FACTS_RANGE_OPERATORS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analyzer/facts/interval.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

struct Operand {
  bool present = false;                           // false: an optional input left out
  Interval range;                                 // of all elements; of a sequence, of all members
  const ir::Type* type = nullptr;                 // null: unknown
  const std::vector<double>* elements = nullptr;  // all of them in order, where known (up to 1 KiB)
  const ir::Tensor* tensor = nullptr;             // of an initializer: dims and statistics
};

// One use of an operator.
struct Call {
  const ir::Node& node;
  std::int64_t opset = 0;  // version of the node's domain that the model imports; 0: unknown
  std::vector<Operand> inputs;
  std::vector<const ir::Type*> output_types;  // parallel to node.outputs; null: unknown

  // Everything for an input that is left out or beyond the list.
  Interval Range(std::size_t index) const;
  bool Has(std::size_t index) const { return index < inputs.size() && inputs[index].present; }
  // Null where unknown.
  const std::vector<double>* Elements(std::size_t index) const;
  const std::vector<ir::Dimension>* Shape(std::size_t index) const;
  const ir::TensorStatistics* Statistics(std::size_t index) const;
  // Of the input; kUndefined where unknown.
  ir::ElementType Element(std::size_t index) const;
  // Of the output; kUndefined where unknown.
  ir::ElementType OutputElement(std::size_t index) const;
  // Number of elements of the output or input; absent while a dimension is.
  std::optional<double> InputCount(std::size_t index) const;
  std::optional<double> OutputCount(std::size_t index) const;
  // The attribute as a number or list of numbers, else the default.
  std::int64_t Int(std::string_view name, std::int64_t otherwise) const;
  // Null unless the attribute is a list of integers.
  const std::vector<std::int64_t>* Ints(std::string_view name) const;
  double Float(std::string_view name, double otherwise) const;
  std::string_view String(std::string_view name, std::string_view otherwise) const;
};

// Sets outputs[i] (one for each of node.outputs, also the ones left out) to a
// range that holds every number the operator can give for operands in their
// ranges; one it does not set stays everything. It need not think of rounding
// to the output's type or of overflow in it: FitToType is applied afterwards.
// The error of a kernel beyond that (exp, long sums) is its own: Inexact.
using Transfer = void (*)(const Call& call, std::span<Interval> outputs);

struct RangeOperator {
  std::string_view domain;  // "" is ai.onnx
  std::string_view op_type;
  Transfer transfer;
  std::string_view result;  // what is known of the outputs, in a few words: docs/operators.md
};

// Operators of one family file.
struct RangeFamily {
  std::string_view name;
  std::span<const RangeOperator> operators;
};

// Null: no transfer function, the outputs may be anything.
Transfer FindTransfer(std::string_view domain, std::string_view op_type);

// Every family, in the order of docs/operators.md.
std::vector<RangeFamily> RangeFamilies();

// The families. Control flow (If, Loop, Scan) is analyzer/facts/range_control.cc.
std::span<const RangeOperator> ArithmeticRanges();
std::span<const RangeOperator> ElementwiseRanges();
std::span<const RangeOperator> ActivationRanges();
std::span<const RangeOperator> MovementRanges();
std::span<const RangeOperator> ReductionRanges();
std::span<const RangeOperator> LinearRanges();
std::span<const RangeOperator> PoolingRanges();
std::span<const RangeOperator> NormalizationRanges();
std::span<const RangeOperator> RecurrentRanges();
std::span<const RangeOperator> QuantizationRanges();
std::span<const RangeOperator> GeneratorRanges();
std::span<const RangeOperator> ClassicalRanges();

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_RANGE_OPERATORS_H_
