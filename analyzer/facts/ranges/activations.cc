// Activation functions, softmax and its kin.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

double Epsilon(const Call& call) { return std::max(EpsilonOfType(call.OutputElement(0)), 0x1p-52); }

// exp(x) - 1, 1 + erf(x) and the like lose what is small beside 1.
Interval Cancelled(const Interval& x, const Call& call) {
  return LoosenWithinSign(Inexact(x, call.OutputElement(0), 2 * kKernelUnits),
                          4 * kKernelUnits * Epsilon(call));
}

Interval Expm1(const Interval& x, const Call& call) {
  const Interval grown = Increasing([](double v) { return std::expm1(v); }, x);
  return Clamp(Cancelled(grown, call), -1, kInfinity);
}

Interval Finished(const Interval& x, const Call& call, double low, double high) {
  return Clamp(Inexact(x, call.OutputElement(0), 2 * kKernelUnits), low, high);
}

double Logistic(double x) { return 1 / (1 + std::exp(-x)); }
double SoftplusOf(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
double TanhOf(double x) { return std::tanh(x); }
double GeluOf(double x) {
  return x == -kInfinity ? 0 : x * 0.5 * std::erfc(-x / std::numbers::sqrt2);
}
double GeluTanhOf(double x) {
  if (x == -kInfinity) return 0;
  const double inner = std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
  return x * Logistic(2 * inner);  // (1 + tanh(z)) / 2 = 1 / (1 + e^-2z)
}
double SiluOf(double x) { return x == -kInfinity ? 0 : x * Logistic(x); }
double MishOf(double x) { return x == -kInfinity ? 0 : x * std::tanh(SoftplusOf(x)); }
double HardSwishOf(double x) { return x <= -3 ? 0 : x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }
double SoftsignOf(double x) { return std::isinf(x) ? std::copysign(1, x) : x / (1 + std::abs(x)); }

// A function that falls to its least value near `bottom`, and rises from there;
// to the left it goes to 0.
Interval Valley(double (*f)(double), double bottom, const Interval& x, const Call& call) {
  Interval result = NoElement();
  // -inf * 0 in a kernel.
  result.nan = x.nan || x.low == -kInfinity;
  if (IsEmpty(x)) return result;
  constexpr double kNear = 1e-3;
  const double low = f(x.low);
  const double high = f(x.high);
  const bool within = x.low <= bottom + kNear && x.high >= bottom - kNear;
  result.low = within ? std::min({low, high, f(bottom)}) : std::min(low, high);
  result.high = std::max(low, high);
  return Cancelled(result, call);
}

// Where the functions are least.
constexpr double kGeluBottom = -0.751791524;
constexpr double kGeluTanhBottom = -0.752461;
constexpr double kSiluBottom = -1.278464543;
constexpr double kMishBottom = -1.192458;
constexpr double kHardSwishBottom = -1.5;

Interval Gelu(const Interval& x, bool approximate, const Call& call) {
  if (!approximate) return Valley(GeluOf, kGeluBottom, x, call);
  // 1 + tanh may be slightly below 0 in a kernel.
  return Loosen(Valley(GeluTanhOf, kGeluTanhBottom, x, call), 4 * kKernelUnits * Epsilon(call));
}

// x * sigmoid(alpha * x).
Interval Swish(const Interval& x, double alpha, const Call& call) {
  if (alpha == 0) return Multiply(x, Point(0.5));
  const Interval scaled = Valley(SiluOf, kSiluBottom, Multiply(x, Point(alpha)), call);
  return Divide(scaled, Point(alpha));
}

void ReluRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Maximum(call.Range(0), Point(0));
}

void SigmoidRange(const Call& call, std::span<Interval> outputs) {
  // Vectorised kernels approximate it to an absolute error, and give 0 far below.
  outputs[0] = Clamp(Cancelled(Increasing(Logistic, call.Range(0)), call), 0, 1);
}

void TanhRange(const Call& call, std::span<Interval> outputs) {
  // Vectorised kernels are known to give the next float above 1.
  const double one = 1 + Epsilon(call);
  outputs[0] = Finished(Increasing(TanhOf, call.Range(0)), call, -one, one);
}

void SoftplusRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Cancelled(Increasing(SoftplusOf, call.Range(0)), call);
}

void SoftsignRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  outputs[0] = Finished(Increasing(SoftsignOf, x), call, -1, 1);
  outputs[0].nan = x.nan || MayBeInfinite(x);  // inf / inf
}

// What a function of two pieces makes of the numbers below and above 0.
void Pieces(const Call& call, const Interval& below, const Interval& above, Interval* output) {
  *output = Join(below, above);
  output->nonzero = false;  // what is near 0 may be rounded to it
  output->nan = output->nan || call.Range(0).nan;
}

void EluRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval fall = Expm1(PartBelow(x, 0), call);
  Pieces(call, Multiply(Point(call.Float("alpha", 1)), fall), PartAbove(x, 0), &outputs[0]);
}

void SeluRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const bool first = call.opset > 0 && call.opset < 6;
  const double alpha = call.Float("alpha", first ? 1.6732 : 1.67326319217681884765625);
  const Interval gamma = Point(call.Float("gamma", first ? 1.0507 : 1.05070102214813232421875));
  const Interval fall = Expm1(PartBelow(x, 0), call);
  const Interval below =
      Inexact(Multiply(gamma, Multiply(Point(alpha), fall)), call.OutputElement(0), kKernelUnits);
  Pieces(call, below, Multiply(gamma, PartAbove(x, 0)), &outputs[0]);
}

// max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).
void CeluRange(const Call& call, std::span<Interval> outputs) {
  const double alpha = call.Float("alpha", 1);
  if (alpha == 0) return;
  const auto piece = [&](const Interval& x) {
    const Interval grown = Expm1(Divide(x, Point(alpha)), call);
    return Add(Maximum(x, Point(0)), Minimum(Multiply(Point(alpha), grown), Point(0)));
  };
  const Interval x = call.Range(0);
  Pieces(call, piece(PartBelow(x, 0)), piece(PartAbove(x, 0)), &outputs[0]);
}

void LeakyReluRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval slope = Point(call.Float("alpha", 0.01F));
  Pieces(call, Multiply(PartBelow(x, 0), slope), PartAbove(x, 0), &outputs[0]);
}

void PReluRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  Pieces(call, Multiply(PartBelow(x, 0), call.Range(1)), PartAbove(x, 0), &outputs[0]);
}

void ThresholdedReluRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const double alpha = call.Float("alpha", 1);
  const bool below = x.nan || (!IsEmpty(x) && x.low <= alpha);  // NaN is not above alpha
  const Interval off = below ? Point(0) : NoElement();
  Pieces(call, off, PartAbove(x, alpha), &outputs[0]);
}

void ShrinkRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const double lambd = call.Float("lambd", 0.5);
  const Interval bias = Point(call.Float("bias", 0));
  Interval shrunk = Join(Add(PartBelow(x, -lambd), bias), Subtract(PartAbove(x, lambd), bias));
  if (!IsEmpty(x) || x.nan) shrunk = Join(shrunk, Point(0));
  Pieces(call, shrunk, NoElement(), &outputs[0]);
}

void HardSigmoidRange(const Call& call, std::span<Interval> outputs) {
  const Interval alpha = Point(call.Float("alpha", 0.2F));
  const Interval slope = Multiply(alpha, call.Range(0));
  const double beta = call.Float("beta", 0.5);
  const double error = 4 * Epsilon(call) * (MagnitudeOf(slope) + std::abs(beta));
  const Interval line = Add(slope, Point(beta));
  outputs[0] = Clamp(std::isfinite(error) ? Loosen(line, error) : line, 0, 1);
}

void HardSwishRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Valley(HardSwishOf, kHardSwishBottom, call.Range(0), call);
}

void MishRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Valley(MishOf, kMishBottom, call.Range(0), call);
}

void GeluRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Gelu(call.Range(0), call.String("approximate", "none") == "tanh", call);
}

// com.microsoft: gelu(x + bias), where there is one.
template <bool approximate>
void BiasGeluRange(const Call& call, std::span<Interval> outputs) {
  const Interval sum = call.Has(1) ? Add(call.Range(0), call.Range(1)) : call.Range(0);
  const Interval x = FitToType(sum, call.Element(0));
  outputs[0] = Gelu(x, approximate, call);
}

void SwishRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Swish(call.Range(0), call.Float("alpha", 1), call);
}

void QuickGeluRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Swish(call.Range(0), call.Float("alpha", 1.702F), call);
}

void SwigluRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Multiply(Swish(call.Range(0), call.Float("alpha", 1), call), call.Range(1));
}

// Attributes up to opset 10, inputs from then on.
void ClipRange(const Call& call, std::span<Interval> outputs) {
  Interval x = call.Range(0);
  if (call.opset > 0 && call.opset < 11) {
    x = Maximum(x, Point(call.Float("min", -kInfinity)));
    outputs[0] = Minimum(x, Point(call.Float("max", kInfinity)));
    return;
  }
  if (call.Has(1)) x = Maximum(x, call.Range(1));
  if (call.Has(2)) x = Minimum(x, call.Range(2));
  outputs[0] = x;
}

// Elements that are compared: along one axis, or before opset 13 all from it on.
Terms SoftmaxTerms(const Call& call) {
  if (call.opset > 0 && call.opset < 13) return TermsFrom(call, 0, call.Int("axis", 1));
  const std::int64_t axis = call.Int("axis", -1);
  const auto length = AxisLength(call, 0, axis);
  return length ? Terms{*length, *length} : Terms{};
}

// inf - inf, also for a row of -inf alone.
bool SoftmaxMayBeNan(const Interval& x) { return x.nan || MayBeInfinite(x); }

// e^a / (e^a + sum of n-1 others) for numbers in x. One that is far from the
// greatest is off by as many units: the difference is rounded before exp.
Interval Softmax(const Interval& x, const Terms& terms, ir::ElementType type) {
  Interval result = NoElement();
  result.nan = SoftmaxMayBeNan(x);
  if (IsEmpty(x)) return result;
  const double spread = x.high - x.low;
  result.low = 0;
  result.high = 1;
  if (!std::isfinite(spread)) return result;
  const double ratio = std::exp(-spread);
  if (std::isfinite(terms.most)) result.low = ratio / (ratio + std::max(terms.most, 1.0) - 1);
  result.high = 1 / (1 + (std::max(terms.least, 1.0) - 1) * ratio);
  const double added = std::min(terms.most, 1024.0);
  const Interval inexact =
      Inexact(result, type, 2 * kKernelUnits + std::min(spread, 200.0) + added);
  return Clamp(inexact, 0, 1);
}

void SoftmaxRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Softmax(call.Range(0), SoftmaxTerms(call), call.OutputElement(0));
}

// com.microsoft: softmax(x + bias).
void BiasSoftmaxRange(const Call& call, std::span<Interval> outputs) {
  const auto axis = call.Int("axis", 1);
  outputs[0] = Softmax(FitToType(Add(call.Range(0), call.Range(1)), call.Element(0)),
                       TermsFrom(call, 0, axis), call.OutputElement(0));
}

void LogSoftmaxRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  Interval result = NoElement();
  result.nan = SoftmaxMayBeNan(x);
  if (!IsEmpty(x)) {
    const double spread = x.high - x.low;
    const Terms terms = SoftmaxTerms(call);
    const double error = kKernelUnits * Epsilon(call);
    result.low = -(spread + std::log(std::max(terms.most, 1.0))) * (1 + error) - error;
    // The greatest of n numbers loses log(1 + (n-1) e^-spread).
    const double others = (std::max(terms.least, 1.0) - 1) * std::exp(-spread);
    result.high = std::min(0.0, -std::log1p(others) + 4 * error * (1 + std::log1p(others)));
    if (!std::isfinite(spread)) result.high = 0;
  }
  outputs[0] = result;
}

void HardmaxRange(const Call&, std::span<Interval> outputs) { outputs[0] = Whole(0, 1); }

constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr RangeOperator kActivations[] = {
    {"", "Celu", CeluRange, "-alpha and above"},
    {"", "Clip", ClipRange, "within min and max"},
    {"", "Elu", EluRange, "-alpha and above"},
    {"", "Gelu", GeluRange, "-0.1701 and above"},
    {"", "HardSigmoid", HardSigmoidRange, "0 to 1"},
    {"", "HardSwish", HardSwishRange, "-0.375 and above"},
    {"", "Hardmax", HardmaxRange, "0 or 1"},
    {"", "LeakyRelu", LeakyReluRange, "both pieces"},
    {"", "LogSoftmax", LogSoftmaxRange, "0 and below; bounded by the spread of the operand"},
    {"", "Mish", MishRange, "-0.309 and above"},
    {"", "PRelu", PReluRange, "both pieces"},
    {"", "Relu", ReluRange, "not negative"},
    {"", "Selu", SeluRange, "-1.7581 and above"},
    {"", "Shrink", ShrinkRange, "all pieces"},
    {"", "Sigmoid", SigmoidRange, "0 to 1"},
    {"", "Softmax", SoftmaxRange, "0 to 1; bounded by the spread of the operand"},
    {"", "Softplus", SoftplusRange, "not negative"},
    {"", "Softsign", SoftsignRange, "-1 to 1"},
    {"", "SwiGLU", SwigluRange, "Swish times the second operand"},
    {"", "Swish", SwishRange, "-0.2785 / alpha and above"},
    {"", "Tanh", TanhRange, "-1 to 1"},
    {"", "ThresholdedRelu", ThresholdedReluRange, "0 or above alpha"},
    {kMicrosoft, "BiasGelu", BiasGeluRange<false>, "-0.1701 and above"},
    {kMicrosoft, "BiasSoftmax", BiasSoftmaxRange, "0 to 1"},
    {kMicrosoft, "FastGelu", BiasGeluRange<true>, "-0.1701 and above"},
    {kMicrosoft, "Gelu", GeluRange, "-0.1701 and above"},
    {kMicrosoft, "QuickGelu", QuickGeluRange, "-0.2785 / alpha and above"},
};

}  // namespace

std::span<const RangeOperator> ActivationRanges() { return kActivations; }

}  // namespace onnxcheck::facts
