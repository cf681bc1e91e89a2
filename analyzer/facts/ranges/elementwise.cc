// Elementwise operators of one operand.
#include <cmath>

#include "analyzer/facts/range_operators.h"

namespace onnxcheck::facts {
namespace {

// Units by which a float kernel of exp, log and the like may be off: those of
// the vendors' libraries state up to 4.
constexpr double kKernelUnits = 4;

template <Interval (*f)(const Interval&)>
void Exact(const Call& call, std::span<Interval> outputs) {
  outputs[0] = f(call.Range(0));
}

void ReluRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Maximum(call.Range(0), Point(0));
}

void ExpRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Inexact(Increasing([](double x) { return std::exp(x); }, call.Range(0)),
                       call.OutputElement(0), kKernelUnits);
}

void LogRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval positive = Intersect(x, {.low = 0, .high = kInfinity, .nan = true});
  outputs[0] = Inexact(Increasing([](double v) { return std::log(v); }, positive),
                       call.OutputElement(0), kKernelUnits);
  outputs[0].nan = x.nan || x.low < 0;
}

void SigmoidRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = Increasing([](double v) { return 1 / (1 + std::exp(-v)); }, call.Range(0));
  outputs[0] = Inexact(x, call.OutputElement(0), kKernelUnits);
  if (!IsEmpty(x)) outputs[0].high = std::fmin(outputs[0].high, 1);
}

void TanhRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = Increasing([](double v) { return std::tanh(v); }, call.Range(0));
  outputs[0] = Inexact(x, call.OutputElement(0), kKernelUnits);
  if (IsEmpty(x)) return;
  outputs[0].low = std::fmax(outputs[0].low, -1);
  outputs[0].high = std::fmin(outputs[0].high, 1);
}

constexpr RangeOperator kElementwise[] = {
    {"", "Abs", Exact<Absolute>},  {"", "Neg", Exact<Negate>}, {"", "Sqrt", Exact<SquareRoot>},
    {"", "Relu", ReluRange},       {"", "Exp", ExpRange},      {"", "Log", LogRange},
    {"", "Sigmoid", SigmoidRange}, {"", "Tanh", TanhRange},
};

}  // namespace

std::span<const RangeOperator> ElementwiseRanges() { return kElementwise; }

}  // namespace onnxcheck::facts
