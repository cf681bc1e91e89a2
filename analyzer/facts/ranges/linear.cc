// Sums of products: matrix products, convolutions and transforms.
#include <algorithm>
#include <array>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

Terms Exactly(std::optional<double> count) { return count ? Terms{*count, *count} : Terms{}; }

// Sums of products of a number from a and one from b; of the weights' units
// where these are known, else of any products.
Interval Dot(const Interval& a, const Interval& b, const std::optional<UnitSums>& units,
             const Terms& terms, ir::ElementType type) {
  const Interval any = SumOfTerms(FitToType(Multiply(a, b), type), terms, type);
  if (!units || b.nan) return any;
  const Interval weighted = WeightedSum(a, *units, terms, type);
  return IsEmpty(any) || IsEmpty(weighted) ? any : Intersect(any, weighted);
}

// Length over which a and b are multiplied: the last axis of a, the first or
// last but one of b.
std::optional<double> InnerLength(const Call& call, std::size_t a, std::size_t b, bool transposed_a,
                                  bool transposed_b) {
  if (const auto length = AxisLength(call, a, transposed_a ? -2 : -1)) return length;
  if (RankOf(call, b) == std::size_t{1}) return AxisLength(call, b, 0);
  return AxisLength(call, b, transposed_b ? -1 : -2);
}

struct Product {
  Interval sum;
  Terms terms;
};

// Of the units of whichever operand is a known matrix.
Product MatrixProduct(const Call& call, std::size_t a, std::size_t b, bool transposed_a,
                      bool transposed_b) {
  const ir::ElementType type = call.OutputElement(0);
  Product product;
  product.terms = Exactly(InnerLength(call, a, b, transposed_a, transposed_b));
  if (RankOf(call, b) == std::size_t{2}) {
    const auto units = UnitsOf(call, b, transposed_b ? 0 : 1);
    product.sum = Dot(call.Range(a), call.Range(b), units, product.terms, type);
  } else if (RankOf(call, a) == std::size_t{2}) {
    const auto units = UnitsOf(call, a, transposed_a ? 1 : 0);
    product.sum = Dot(call.Range(b), call.Range(a), units, product.terms, type);
  } else {
    product.sum = Dot(call.Range(a), call.Range(b), std::nullopt, product.terms, type);
  }
  return product;
}

void MatMulRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = MatrixProduct(call, 0, 1, false, false).sum;
}

Interval Scaled(const Interval& x, double scale, ir::ElementType type) {
  return scale == 1 ? x : Inexact(Multiply(Point(scale), x), type, 2);
}

void GemmRange(const Call& call, std::span<Interval> outputs) {
  const ir::ElementType type = call.OutputElement(0);
  const Product product =
      MatrixProduct(call, 0, 1, call.Int("transA", 0) != 0, call.Int("transB", 0) != 0);
  outputs[0] = Scaled(product.sum, call.Float("alpha", 1), type);
  if (!call.Has(2)) return;
  const Interval bias = Scaled(call.Range(2), call.Float("beta", 1), type);
  outputs[0] = AddBias(outputs[0], bias, product.terms, type);
}

void FusedMatMulRange(const Call& call, std::span<Interval> outputs) {
  const bool batch = call.Int("transBatchA", 0) != 0 || call.Int("transBatchB", 0) != 0;
  const ir::ElementType type = call.OutputElement(0);
  const Interval sum =
      batch ? Dot(call.Range(0), call.Range(1), std::nullopt, {}, type)
            : MatrixProduct(call, 0, 1, call.Int("transA", 0) != 0, call.Int("transB", 0) != 0).sum;
  outputs[0] = Scaled(sum, call.Float("alpha", 1), type);
}

bool MayPad(const Call& call) {
  const std::string_view automatic = call.String("auto_pad", "NOTSET");
  if (automatic != "NOTSET" && automatic != "VALID") return true;
  const auto* pads = call.Ints("pads");
  return pads != nullptr &&
         std::any_of(pads->begin(), pads->end(), [](std::int64_t pad) { return pad != 0; });
}

// Weights are [M, C / group, kernel...]; padding multiplies with 0.
void ConvRange(const Call& call, std::span<Interval> outputs) {
  Interval x = call.Range(0);
  if (MayPad(call)) x = Join(x, Point(0));
  const ir::ElementType type = call.OutputElement(0);
  const Terms terms = TermsFrom(call, 1, 1);
  const Interval sum = Dot(x, call.Range(1), UnitsOf(call, 1, 0), terms, type);
  outputs[0] = call.Has(2) ? AddBias(sum, call.Range(2), terms, type) : sum;
}

// Weights are [C, M / group, kernel...]. A place of the output gets some of
// the kernel's products: any of them may be missing, as if x were 0 there.
void ConvTransposeRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = Join(call.Range(0), Point(0));
  const ir::ElementType type = call.OutputElement(0);
  const Terms channels = TermsOver(call.Shape(1), 0, 1);
  const Terms kernel = TermsFrom(call, 1, 2);
  const Terms terms{0, channels.most * kernel.most};
  const Interval sum = Dot(x, call.Range(1), UnitsOf(call, 1, 1), terms, type);
  outputs[0] = call.Has(2) ? AddBias(sum, call.Range(2), terms, type) : sum;
}

// X, W, offsets, bias, mask: samples between the elements, 0 outside.
void DeformConvRange(const Call& call, std::span<Interval> outputs) {
  const ir::ElementType type = call.OutputElement(0);
  Interval x = Inexact(Join(call.Range(0), Point(0)), type, 4 * kKernelUnits);
  if (call.Has(4)) x = Multiply(x, call.Range(4));
  const Terms terms = TermsFrom(call, 1, 1);
  const Interval sum = Dot(x, call.Range(1), UnitsOf(call, 1, 0), terms, type);
  outputs[0] = call.Has(3) ? AddBias(sum, call.Range(3), terms, type) : sum;
}

// input, weight [channels, 1, k], bias, past state.
void CausalConvRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = Join(call.Range(0), call.Has(3) ? call.Range(3) : Point(0));
  const ir::ElementType type = call.OutputElement(0);
  const Terms terms = TermsFrom(call, 1, 1);
  Interval sum = Dot(x, call.Range(1), UnitsOf(call, 1, 0), terms, type);
  if (call.Has(2)) sum = AddBias(sum, call.Range(2), terms, type);
  // x * sigmoid(x): between that and 0, and not below the least value of silu.
  const std::string_view activation = call.String("activation", "none");
  if (activation != "none") {
    constexpr double kSiluLeast = -0.27847;
    Interval active = Join(sum, Point(0));
    active.low = std::max(active.low, kSiluLeast);
    active.nan = sum.nan || MayBeInfinite(sum);
    sum = Inexact(active, type, 2 * kKernelUnits);
  }
  outputs[0] = sum;
  if (outputs.size() > 1) outputs[1] = x;
}

Interval LessZeroPoint(const Call& call, std::size_t input, std::size_t zero_point) {
  return call.Has(zero_point) ? Subtract(call.Range(input), call.Range(zero_point))
                              : call.Range(input);
}

void MatMulIntegerRange(const Call& call, std::span<Interval> outputs) {
  const Interval product = Multiply(LessZeroPoint(call, 0, 2), LessZeroPoint(call, 1, 3));
  outputs[0] =
      SumOfTerms(product, Exactly(InnerLength(call, 0, 1, false, false)), ir::ElementType::kInt32);
}

// The padding is the zero point, and 0 once that is taken off.
void ConvIntegerRange(const Call& call, std::span<Interval> outputs) {
  Interval x = LessZeroPoint(call, 0, 2);
  if (MayPad(call)) x = Join(x, Point(0));
  outputs[0] = SumOfTerms(Multiply(x, LessZeroPoint(call, 1, 3)), TermsFrom(call, 1, 1),
                          ir::ElementType::kInt32);
}

// Letters of a term of an einsum equation and the sizes of their axes.
struct Letters {
  std::array<bool, 256> present{};
  std::array<bool, 256> kept{};
  std::array<int, 256> uses{};
  std::array<double, 256> size{};
};

// False where the term cannot be laid over the shape.
bool ReadTerm(std::string_view term, const std::vector<ir::Dimension>* shape, Letters* letters) {
  const std::size_t dots = term.find("...");
  std::size_t axis = 0;
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (i == dots) {
      const std::size_t rest = term.size() - i - 3;
      if (shape != nullptr) {
        if (shape->size() < rest) return false;
        axis = shape->size() - rest;
      }
      i += 2;
      continue;
    }
    const auto letter = static_cast<unsigned char>(term[i]);
    if (shape != nullptr && axis >= shape->size()) return false;
    const auto size = shape == nullptr ? std::nullopt : (*shape)[axis].size;
    const double length = size && *size >= 0 ? static_cast<double>(*size) : kInfinity;
    // An axis of 1 is stretched to that of another operand.
    double& known = letters->size[letter];
    const bool first = !letters->present[letter];
    if (first || known == 1 || (length != 1 && length < known)) known = length;
    letters->present[letter] = true;
    ++letters->uses[letter];
    ++axis;
  }
  return true;
}

void EinsumRange(const Call& call, std::span<Interval> outputs) {
  std::string equation(call.String("equation", ""));
  equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
  const std::size_t arrow = equation.find("->");
  const std::string_view left = std::string_view(equation).substr(0, arrow);
  Letters letters;
  Interval product = Point(1);
  std::size_t input = 0;
  bool dots = false;
  for (std::size_t begin = 0; begin <= left.size(); ++input) {
    const std::size_t end = std::min(left.find(',', begin), left.size());
    const std::string_view term = left.substr(begin, end - begin);
    if (input >= call.inputs.size() || !ReadTerm(term, call.Shape(input), &letters)) return;
    dots = dots || term.find("...") != std::string_view::npos;
    product = Multiply(product, call.Range(input));
    begin = end + 1;
  }
  if (arrow == std::string::npos) {
    for (std::size_t i = 0; i < letters.uses.size(); ++i) letters.kept[i] = letters.uses[i] == 1;
  } else {
    const std::string_view right = std::string_view(equation).substr(arrow + 2);
    if (dots && right.find("...") == std::string_view::npos) return;
    for (const char letter : right) letters.kept[static_cast<unsigned char>(letter)] = true;
  }
  Terms terms{1, 1};
  for (std::size_t i = 0; i < letters.size.size(); ++i) {
    if (!letters.present[i] || letters.kept[i]) continue;
    const double length = letters.size[i];
    terms.least = std::isfinite(length) ? terms.least * length : std::min(terms.least, 1.0);
    terms.most = length == 0 || terms.most == 0 ? 0 : terms.most * length;
  }
  if (terms.least > terms.most) terms.least = terms.most;
  const ir::ElementType type = call.OutputElement(0);
  outputs[0] = SumOfTerms(Inexact(product, type, static_cast<double>(input)), terms, type);
}

// |det| <= n^(n/2) max^n (Hadamard).
void DetRange(const Call& call, std::span<Interval> outputs) {
  const auto n = AxisLength(call, 0, -1);
  const double most = MagnitudeOf(call.Range(0));
  if (!n || !std::isfinite(most)) return;
  const double bound = std::pow(*n, *n / 2) * std::pow(most, *n) * 1.001;
  outputs[0] = Between(-bound, bound);
  outputs[0].nan = call.Range(0).nan || bound > LargestOfType(call.OutputElement(0));
}

// Real and imaginary part are sums of n terms x cos or x sin; complex numbers
// have two such.
void TransformRange(const Call& call, double terms, double scale, const Interval& x,
                    std::span<Interval> outputs) {
  const bool is_complex = AxisLength(call, 0, -1) != 1.0;
  const ir::ElementType type = call.OutputElement(0);
  const Interval term = Multiply(x, Between(-1, 1));
  const double count = is_complex ? 2 * terms : terms;
  Interval sum = SumOfTerms(term, {0, count}, type);
  const double units = 4 * kKernelUnits * (1 + std::log2(std::max(terms, 1.0)));
  outputs[0] = Inexact(Multiply(sum, Point(scale)), type, std::min(units, 4096.0));
}

// signal, dft_length, axis (an attribute before opset 20).
void DftRange(const Call& call, std::span<Interval> outputs) {
  const auto* lengths = call.Elements(1);
  double n = kLongestAxis;
  bool fixed = false;
  if (call.Has(1)) {
    fixed = lengths != nullptr && lengths->size() == 1;
    if (fixed) n = lengths->front();
  } else {
    // The axis: of any, the longest. One-sided input stands for twice as many.
    n = 0;
    const std::size_t rank = RankOf(call, 0).value_or(0);
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const auto length = AxisLength(call, 0, static_cast<std::int64_t>(axis));
      n = std::max(n, 2 * length.value_or(kLongestAxis));
    }
    if (rank == 0) n = kLongestAxis;
  }
  // The inverse divides by n: a mean.
  const bool inverse = call.Int("inverse", 0) != 0;
  TransformRange(call, inverse ? 2 : n, 1, call.Range(0), outputs);
}

// signal, frame_step, window, frame_length.
void StftRange(const Call& call, std::span<Interval> outputs) {
  const auto* lengths = call.Elements(3);
  double n = AxisLength(call, 2, 0).value_or(kLongestAxis);
  if (lengths != nullptr && lengths->size() == 1) n = lengths->front();
  if (!call.Has(2) && !call.Has(3)) n = AxisLength(call, 0, 1).value_or(kLongestAxis);
  const Interval x = call.Has(2) ? Multiply(call.Range(0), call.Range(2)) : call.Range(0);
  TransformRange(call, n, 1, x, outputs);
}

// com.microsoft: 4-bit weights in blocks; their scales bound them.
// A, B, scales, zero points: B is (q - zero point) * scale.
void MatMulNBitsRange(const Call& call, std::span<Interval> outputs) {
  const auto bits = static_cast<double>(call.Int("bits", 4));
  const auto k = static_cast<double>(call.Int("K", 0));
  if (k <= 0 || bits < 1 || bits > 8) return;
  const double levels = std::exp2(bits) - 1;
  const Interval weight = Multiply(call.Range(2), Between(-levels, levels));
  const ir::ElementType type = call.Element(0);
  const Interval sum = SumOfTerms(Multiply(call.Range(0), weight), {k, k}, type);
  outputs[0] = call.Has(5) ? AddBias(sum, call.Range(5), {k, k}, type) : sum;
}

// A int8, B int8, scales of A and B, zero points, bias.
void MatMulIntegerToFloatRange(const Call& call, std::span<Interval> outputs) {
  const Interval a = Multiply(LessZeroPoint(call, 0, 4), call.Range(2));
  const Interval b = Multiply(LessZeroPoint(call, 1, 5), call.Range(3));
  const ir::ElementType type = ir::ElementType::kFloat;
  const Terms terms = Exactly(InnerLength(call, 0, 1, false, false));
  const Interval sum = Inexact(SumOfTerms(Multiply(a, b), terms, type), type, 8);
  outputs[0] = call.Has(6) ? AddBias(sum, call.Range(6), terms, type) : sum;
}

constexpr std::string_view kMicrosoft = "com.microsoft";
constexpr std::string_view kSums =
    "sums of products; of each unit where the weight's sums are known";

constexpr RangeOperator kLinear[] = {
    {"", "CausalConvWithState", CausalConvRange, kSums},
    {"", "Conv", ConvRange, kSums},
    {"", "ConvInteger", ConvIntegerRange, "sums of products less the zero points"},
    {"", "ConvTranspose", ConvTransposeRange, kSums},
    {"", "DFT", DftRange, "as many times the input as the transform is long"},
    {"", "DeformConv", DeformConvRange, kSums},
    {"", "Det", DetRange, "Hadamard's bound"},
    {"", "Einsum", EinsumRange, "sums of products over the letters that are left out"},
    {"", "Gemm", GemmRange, kSums},
    {"", "MatMul", MatMulRange, kSums},
    {"", "MatMulInteger", MatMulIntegerRange, "sums of products less the zero points"},
    {"", "STFT", StftRange, "as many times the windowed input as a frame is long"},
    {kMicrosoft, "FusedMatMul", FusedMatMulRange, kSums},
    {kMicrosoft, "MatMulIntegerToFloat", MatMulIntegerToFloatRange, "scaled sums of products"},
    {kMicrosoft, "MatMulNBits", MatMulNBitsRange, "sums of products with what the scales allow"},
    {kMicrosoft, "TransposeMatMul", FusedMatMulRange, kSums},
};

}  // namespace

std::span<const RangeOperator> LinearRanges() { return kLinear; }

}  // namespace onnxcheck::facts
