#include "analyzer/facts/attained.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

enum class Kind {
  kNone,
  kMove,        // elements of the first input, or their means and extremes
  kOdd,         // keeps the sign, more or less, and is monotonic around 0
  kEven,        // |x|, x * x and sums of them: 0 where x is 0
  kLayer,       // a learned or normalised quantity
  kSaturating,  // sigmoid and tanh: bounds that floats reach
  kClamp,       // relu, clip: bounds that are met whenever they are needed
  kMonotone,    // increasing: bounds follow the operand's
  kNegate,
  kDecreasing,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kChoose,  // elements of any of the inputs
  kExtreme,
};

Kind KindOf(const ir::Node& node) {
  static const auto* const kKinds = [] {
    auto* kinds = new absl::flat_hash_map<std::string_view, Kind>;
    const auto add = [&](Kind kind, std::initializer_list<std::string_view> names) {
      for (const std::string_view name : names) kinds->emplace(name, kind);
    };
    add(Kind::kMove,
        {"Identity",  "Reshape",        "Flatten",      "Squeeze",     "Unsqueeze",
         "Transpose", "Expand",         "Slice",        "Split",       "Gather",
         "GatherND",  "GatherElements", "Tile",         "Cast",        "CastLike",
         "Dropout",   "DepthToSpace",   "SpaceToDepth", "MaxPool",     "GlobalMaxPool",
         "ReduceMax", "ReduceMin",      "ReduceMean",   "AveragePool", "GlobalAveragePool",
         "TopK",      "Resize",         "Upsample",     "Compress",    "ReverseSequence",
         "ReduceSum", "CumSum",         "Round",        "Floor",       "Ceil"});
    add(Kind::kOdd, {"LeakyRelu", "Elu", "Selu", "Celu", "PRelu", "HardSwish", "Gelu", "Swish",
                     "Mish", "Softsign", "Sin", "Sinh", "Asinh", "Atan", "Tan", "Sign"});
    add(Kind::kEven, {"Abs", "ReduceL1", "ReduceL2", "ReduceSumSquare"});
    add(Kind::kLayer,
        {"MatMul", "Gemm", "Conv", "ConvTranspose", "BatchNormalization", "LayerNormalization",
         "InstanceNormalization", "GroupNormalization", "RMSNormalization",
         "MeanVarianceNormalization", "LSTM", "GRU", "RNN", "Attention"});
    add(Kind::kSaturating, {"Sigmoid", "Tanh", "Erf"});
    add(Kind::kClamp, {"Relu", "Clip", "HardSigmoid", "ThresholdedRelu"});
    add(Kind::kMonotone, {"Sqrt", "Exp", "Softplus"});
    add(Kind::kNegate, {"Neg"});
    add(Kind::kDecreasing, {"Reciprocal"});
    add(Kind::kAdd, {"Add"});
    add(Kind::kSubtract, {"Sub"});
    add(Kind::kMultiply, {"Mul"});
    add(Kind::kDivide, {"Div"});
    add(Kind::kChoose, {"Where", "Concat", "Pad"});
    add(Kind::kExtreme, {"Max", "Min"});
    return kinds;
  }();
  if (!node.domain.empty()) return Kind::kNone;
  const auto found = kKinds->find(node.op_type);
  return found == kKinds->end() ? Kind::kNone : found->second;
}

bool Crosses(const Interval& x) { return x.low < 0 && x.high > 0; }

class Finder {
 public:
  Finder(const RangeScope& scope, const ir::Node& node) : scope_(scope), node_(node) {}

  const Range& In(std::size_t index) const {
    static const Range kUnknown = [] {
      Range range;
      range.unknown = true;
      return range;
    }();
    const ir::ValueId value = InputOf(node_, index);
    if (value < 0 || static_cast<std::size_t>(value) >= scope_.ranges.size()) return kUnknown;
    return scope_.ranges[static_cast<std::size_t>(value)];
  }
  bool IsConst(std::size_t index) const {
    return IsConstant(scope_.graph, InputOf(node_, index)) || IsPoint(In(index).proved);
  }
  bool AreEntangled() const {
    return Entangled(scope_.graph, InputOf(node_, 0), InputOf(node_, 1));
  }

  // The flags of `in` where `out` still has its bounds.
  static void Follow(const Range& in, Range* out) {
    out->generic = in.generic && Crosses(out->assumed);
    if (out->proved.low == in.proved.low) out->low = in.low;
    if (out->proved.high == in.proved.high) out->high = in.high;
  }

  // A sum with, or a product with, numbers of which `shift` holds both bounds.
  static void Shift(const Range& in, bool flips, Range* out) {
    out->generic = in.generic && Crosses(out->assumed);
    out->low = flips ? in.high : in.low;
    out->high = flips ? in.low : in.high;
  }

  void Even(const Range& in, Range* out) const {
    if (in.unknown) return;
    // Whoever takes a magnitude expects both signs, and so 0 as well.
    if (Crosses(in.assumed)) {
      if (out->proved.low == 0) out->low = Bound::kReached;
    } else if (in.assumed.low >= 0) {
      if (out->proved.low == 0 && in.proved.low == 0) out->low = in.low;
    }
    if (in.assumed.low == -in.assumed.high && in.low == in.high) out->high = in.high;
  }

  void Clamp(const Range& in, Range* out) const {
    Follow(in, out);
    if (in.unknown) return;
    // A bound that the operand passes is met: that is what it was put there for.
    // A layer's result passes any that it is given.
    const Interval& reach = in.generic ? in.proved : in.assumed;
    if (std::isfinite(out->proved.low) && reach.low < out->proved.low) out->low = Bound::kReached;
    const bool finite = std::isfinite(out->proved.high) && out->proved.high < 1e38;
    if (finite && reach.high > out->proved.high) out->high = Bound::kReached;
  }

  void Layer(Range* out) const {
    // Two computed operands (attention scores) are as free as both of them are.
    bool varies = false;
    bool learned = false;
    for (std::size_t i = 0; i < std::min<std::size_t>(node_.inputs.size(), 2); ++i) {
      if (In(i).unknown) return;
      varies = varies || !IsConst(i);
      learned = learned || IsConst(i) || In(i).generic;
    }
    const bool product = node_.op_type == "MatMul" || node_.op_type == "Gemm";
    out->generic = varies && (learned || !product) && Crosses(out->assumed);
    // Sums of products that cannot be negative are 0 where one factor is.
    if (product && out->proved.low == 0 &&
        (In(0).low == Bound::kReached || In(1).low == Bound::kReached) && InputOf(node_, 2) < 0) {
      out->low = Bound::kReached;
    }
  }

  void Sum(bool minus, Range* out) const {
    const Range& a = In(0);
    const Range& b = In(1);
    if (IsConst(1)) return Shift(a, false, out);
    if (IsConst(0)) return Shift(b, minus, out);
    const bool entangled = AreEntangled();
    out->generic = !entangled && (a.generic || b.generic) && Crosses(out->assumed);
    const Bound low = minus ? b.high : b.low;
    const Bound high = minus ? b.low : b.high;
    const bool zeros = !minus && a.proved.low == 0 && b.proved.low == 0;
    if (!entangled || zeros) {
      out->low = std::min(a.low, low);
      if (!entangled) out->high = std::min(a.high, high);
    }
    // x - max(x) and its like were narrowed to one side of 0, which they meet.
    if (minus && out->proved.high == 0 && entangled) out->high = Bound::kReached;
    if (minus && out->proved.low == 0 && entangled) out->low = Bound::kReached;
  }

  void Product(bool quotient, Range* out) const {
    const Range& a = In(0);
    const Range& b = In(1);
    if (!quotient && SameNumbers(scope_.graph, InputOf(node_, 0), InputOf(node_, 1))) {
      return Even(a, out);
    }
    if (IsConst(1) && b.proved.low > 0) return Shift(a, false, out);
    if (IsConst(1) && b.proved.high < 0) return Shift(a, true, out);
    if (!quotient && IsConst(0) && a.proved.low > 0) return Shift(b, false, out);
    if (!quotient && IsConst(0) && a.proved.high < 0) return Shift(b, true, out);
    const auto positive = [](const Range& x) { return x.assumed.low > 0 || x.proved.low >= 0; };
    const bool signs =
        (a.generic && (b.generic || positive(b))) || (!quotient && b.generic && positive(a));
    const auto open = [](const Range& x) { return x.low != Bound::kReached; };
    // x * relu(x) is never negative, x * sigmoid(x) is as often as x.
    const bool harmless = !AreEntangled() || (a.generic && positive(b) && open(b)) ||
                          (b.generic && positive(a) && open(a));
    out->generic = signs && harmless && Crosses(out->assumed);
    const auto zero = [](const Range& x) { return x.low == Bound::kReached && x.proved.low == 0; };
    if (out->proved.low == 0 && (zero(a) || (!quotient && zero(b)))) out->low = Bound::kReached;
  }

  void Choose(std::size_t first, Range* out) const {
    for (std::size_t i = first; i < node_.inputs.size(); ++i) {
      const Range& in = In(i);
      out->generic = out->generic || (in.generic && Crosses(out->assumed));
      if (in.proved.low == out->proved.low) out->low = std::max(out->low, in.low);
      if (in.proved.high == out->proved.high) out->high = std::max(out->high, in.high);
    }
  }

  // Max(x, 0) is a clamp; of two computed values, only the bounds can be told.
  void Extreme(Range* out) const {
    if (node_.inputs.size() == 2 && (IsConst(0) || IsConst(1))) {
      return Clamp(In(IsConst(0) ? 1 : 0), out);
    }
    const bool max = node_.op_type == "Max";
    Bound met = Bound::kReached;
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
      met = std::min(met, max ? In(i).low : In(i).high);
    }
    (max ? out->low : out->high) = met;
  }

  void Saturating(Range* out) const {
    const Range& in = In(0);
    if (!in.generic) return;
    const bool odd = node_.op_type != "Sigmoid";
    out->generic = odd && Crosses(out->assumed);
    // Where the operand has no bound that would keep it from saturating.
    if (out->proved.low == (odd ? -1 : 0)) out->low = Bound::kApproached;
    if (out->proved.high == 1) out->high = Bound::kApproached;
  }

  void Find(Kind kind, Range* out) const {
    switch (kind) {
      case Kind::kNone:
        return;
      case Kind::kMove:
        return Follow(In(0), out);
      case Kind::kOdd:
        out->generic = In(0).generic && Crosses(out->assumed);
        return;
      case Kind::kEven:
        return Even(In(0), out);
      case Kind::kLayer:
        return Layer(out);
      case Kind::kSaturating:
        return Saturating(out);
      case Kind::kClamp:
        return Clamp(In(0), out);
      case Kind::kMonotone:
        if (std::isfinite(In(0).proved.low)) out->low = In(0).low;
        return;
      case Kind::kNegate:
        return Shift(In(0), true, out);
      case Kind::kDecreasing:
        out->generic = In(0).generic && Crosses(out->assumed);
        return;
      case Kind::kAdd:
        return Sum(false, out);
      case Kind::kSubtract:
        return Sum(true, out);
      case Kind::kMultiply:
        return Product(false, out);
      case Kind::kDivide:
        return Product(true, out);
      case Kind::kChoose:
        return Choose(node_.op_type == "Where" ? 1 : 0, out);
      case Kind::kExtreme:
        return Extreme(out);
    }
  }

 private:
  const RangeScope& scope_;
  const ir::Node& node_;
};

// Pow with an even exponent is a square, with another a root or a power.
void FindPower(const Finder& finder, double exponent, Range* out) {
  if (exponent > 0 && std::fmod(exponent, 2) == 0) return finder.Even(finder.In(0), out);
  if (exponent > 0 && std::isfinite(finder.In(0).proved.low)) out->low = finder.In(0).low;
}

}  // namespace

void FindAttained(const RangeScope& scope, ir::NodeId id) {
  const ir::Node& node = scope.graph.nodes[static_cast<std::size_t>(id)];
  const Kind kind = KindOf(node);
  const Finder finder(scope, node);
  for (const ir::ValueId output : node.outputs) {
    if (output == ir::kNone ||
        scope.graph.values[static_cast<std::size_t>(output)].producer != id) {
      continue;
    }
    Range* out = &scope.ranges[static_cast<std::size_t>(output)];
    out->generic = false;
    out->low = out->high = Bound::kOpen;
    if (out->unknown) continue;
    if (IsOnnx(node, "Pow")) {
      if (const auto exponent = ConstantScalar(scope.graph, InputOf(node, 1))) {
        FindPower(finder, *exponent, out);
      }
    } else {
      finder.Find(kind, out);
    }
  }
}

}  // namespace onnxcheck::facts
