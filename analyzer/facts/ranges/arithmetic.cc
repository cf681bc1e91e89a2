// Elementwise operators of two or more operands.
#include "analyzer/facts/range_operators.h"

namespace onnxcheck::facts {
namespace {

void AddRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Add(call.Range(0), call.Range(1));
}

void SubRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Subtract(call.Range(0), call.Range(1));
}

void MulRange(const Call& call, std::span<Interval> outputs) {
  const ir::Node& node = call.node;
  const bool same = node.inputs.size() == 2 && node.inputs[0] == node.inputs[1];
  outputs[0] = same ? Square(call.Range(0)) : Multiply(call.Range(0), call.Range(1));
}

void DivRange(const Call& call, std::span<Interval> outputs) {
  Interval quotient = Divide(call.Range(0), call.Range(1));
  if (IsIntegerType(call.OutputElement(0)) && !IsEmpty(quotient)) {
    // Integers are cut off towards 0 (or towards -inf, by some kernels).
    quotient.low = quotient.low > 0 ? 0 : quotient.low - 1;
    quotient.high = quotient.high < 0 ? 0 : quotient.high;
    quotient.nonzero = false;
  }
  outputs[0] = quotient;
}

template <Interval (*fold)(const Interval&, const Interval&)>
void Folded(const Call& call, std::span<Interval> outputs) {
  Interval result = call.Range(0);
  for (std::size_t i = 1; i < call.inputs.size(); ++i) result = fold(result, call.Range(i));
  outputs[0] = result;
}

// A sum of many terms may be rounded at each.
void SumRange(const Call& call, std::span<Interval> outputs) {
  Folded<Add>(call, outputs);
  outputs[0] = Inexact(outputs[0], call.OutputElement(0), static_cast<double>(call.inputs.size()));
}

constexpr RangeOperator kArithmetic[] = {
    {"", "Add", AddRange}, {"", "Sub", SubRange},        {"", "Mul", MulRange},
    {"", "Div", DivRange}, {"", "Min", Folded<Minimum>}, {"", "Max", Folded<Maximum>},
    {"", "Sum", SumRange},
};

}  // namespace

std::span<const RangeOperator> ArithmeticRanges() { return kArithmetic; }

}  // namespace onnxcheck::facts
