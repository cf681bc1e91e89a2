#include "analyzer/facts/initializers.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace onnxcheck::facts {
namespace {

constexpr std::uint64_t kLeastElements = 64;
// Moments further away than this many standard deviations are not the law's: one tensor in two
// million by chance.
constexpr double kMostDistance = 5;
// An Exp(1) variable exceeds this once in 160,000.
constexpr double kMostEdge = 12;
// Rounding to half precision, relative to the bound; and to single.
constexpr double kHalfRounding = 1.0 / 1024;
constexpr double kSingleRounding = 1e-6;
// Layers folded with a fresh batch normalisation are divided by sqrt(1 + epsilon), of which 1e-3
// (Keras) is the largest in use.
constexpr double kFoldedNormalization = 6e-4;

// Of a normal law cut at two standard deviations: what remains of its standard deviation
// (keras VarianceScaling divides by it), its excess kurtosis, and its density at the cut.
constexpr double kTruncatedDeviation = 0.87962566103423978;
constexpr double kTruncatedKurtosis = -0.6345;
constexpr double kTruncatedDensity =
    0.2262;  // 2 * 2 * phi(2) / (Phi(2) - Phi(-2)), by relative gap

struct Fans {
  double in = 0;
  double out = 0;
};

Law Uniform(std::string_view name, double bound) {
  return {name, LawShape::kUniform, bound, bound / std::sqrt(3)};
}
Law Normal(std::string_view name, double deviation) {
  return {name, LawShape::kNormal, 0, deviation};
}
Law Truncated(std::string_view name, double deviation) {
  return {name, LawShape::kTruncated, 2 * deviation / kTruncatedDeviation, deviation};
}

std::vector<Law> Candidates(const MeasuredWeight& measured) {
  const LayerWeight& weight = *measured.weight;
  const LayerKind kind = measured.layer->kind;
  if (kind == LayerKind::kEmbedding) {
    return {Normal("PyTorch's normal law N(0, 1) of embeddings", 1),
            Uniform("Keras's uniform law 0.05 of embeddings", 0.05),
            Normal("the normal law N(0, 0.02) of transformers", 0.02)};
  }
  std::vector<Law> laws = {Normal("the normal law N(0, 0.02) of transformers", 0.02),
                           Normal("the normal law N(0, 0.01)", 0.01),
                           Law{"a truncated normal law of 0.02", LawShape::kTruncated, 0.04,
                               0.02 * kTruncatedDeviation}};
  if (kind == LayerKind::kRecurrent && measured.layer->out_features) {
    const auto state = static_cast<double>(*measured.layer->out_features);
    laws.insert(laws.begin(),
                Uniform("PyTorch's uniform law 1/sqrt(hidden_size)", 1 / std::sqrt(state)));
  }
  if (!weight.fan_in || !weight.fan_out || *weight.fan_in <= 0 || *weight.fan_out <= 0) return laws;
  const auto in = static_cast<double>(*weight.fan_in);
  const auto out = static_cast<double>(*weight.fan_out);
  laws.push_back(Uniform("PyTorch's uniform law 1/sqrt(fan_in)", 1 / std::sqrt(in)));
  laws.push_back(
      Uniform("the Glorot uniform law sqrt(6/(fan_in+fan_out))", std::sqrt(6 / (in + out))));
  // Query, key and value are drawn as one matrix and exported as three.
  laws.push_back(Uniform("the Glorot uniform law of a joint query, key and value matrix",
                         std::sqrt(6 / (in + 3 * out))));
  laws.push_back(Uniform("the He uniform law sqrt(6/fan_in)", std::sqrt(6 / in)));
  laws.push_back(Uniform("the LeCun uniform law sqrt(3/fan_in)", std::sqrt(3 / in)));
  laws.push_back(Normal("the He normal law sqrt(2/fan_in)", std::sqrt(2 / in)));
  laws.push_back(Normal("the He normal law sqrt(2/fan_out)", std::sqrt(2 / out)));
  laws.push_back(Normal("the Glorot normal law", std::sqrt(2 / (in + out))));
  laws.push_back(Truncated("Keras's He normal law", std::sqrt(2 / in)));
  laws.push_back(Truncated("Keras's Glorot normal law", std::sqrt(2 / (in + out))));
  laws.push_back(Truncated("Keras's LeCun normal law", std::sqrt(1 / in)));
  laws.push_back(
      {"the orthogonal law", LawShape::kOrthogonal, 0, 1 / std::sqrt(std::max(in, out))});
  return laws;
}

std::optional<LawMatch> Match(const Law& law, const ir::TensorStatistics& s, double rounding) {
  const auto n = static_cast<double>(s.count);
  const double square = law.deviation * law.deviation;
  LawMatch match{.law = law};
  if (law.shape == LawShape::kOrthogonal) {
    const double mean_square = s.variance + s.mean * s.mean;
    match.sharp = true;
    match.distance = std::abs(mean_square / square - 1);
    if (match.distance > 2 * rounding + 1e-5) return std::nullopt;
    return match;
  }
  const double kurtosis = law.shape == LawShape::kUniform     ? -1.2
                          : law.shape == LawShape::kTruncated ? kTruncatedKurtosis
                                                              : 0;
  // Of the mean, the variance and the kurtosis of a sample; the last for a normal law, which is
  // wider than for the others.
  const double of_mean = std::abs(s.mean) / (law.deviation / std::sqrt(n));
  const double slack = 2 * (kFoldedNormalization + rounding);
  const double of_variance =
      std::max(0.0, std::abs(s.variance / square - 1) - slack) / std::sqrt((kurtosis + 2) / n);
  const double of_kurtosis = std::abs(s.excess_kurtosis - kurtosis) /
                             std::sqrt((law.shape == LawShape::kNormal ? 24 : 6) / n);
  match.distance = std::max({of_mean, of_variance, of_kurtosis});
  if (!(match.distance <= kMostDistance)) return std::nullopt;
  if (law.shape == LawShape::kNormal) return match;
  const double largest = std::max(std::abs(s.min), std::abs(s.max));
  const double gap = 1 - largest / law.bound;
  if (gap < -rounding) return std::nullopt;
  const double density = law.shape == LawShape::kUniform ? 1 : kTruncatedDensity;
  match.edge = n * density * std::max(0.0, gap - kFoldedNormalization - rounding);
  match.sharp = true;
  return match.edge <= kMostEdge ? std::optional(match) : std::nullopt;
}

double RoundingOf(ir::ElementType type) {
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ? kSingleRounding
         : type == ir::ElementType::kFloat16                                 ? kHalfRounding
                                                                             : 8 * kHalfRounding;
}

bool IsConstantly(const ir::TensorStatistics& s, double value) {
  return s.nan + s.infinite == 0 && s.min == value && s.max == value;
}

// Zeros, and ones for the forget gate.
bool IsZerosAndOnes(const ir::TensorStatistics& s) {
  const auto* each = SlicesAlong(s, 0);
  if (s.min != 0 || s.max != 1) return false;
  const double ones = static_cast<double>(s.count - s.zeros);
  return each != nullptr && std::abs(s.mean * static_cast<double>(s.count) - ones) < 1e-6 * ones;
}

}  // namespace

std::optional<LawMatch> MatchLaw(const MeasuredWeight& measured) {
  const ir::TensorStatistics& s = *measured.statistics;
  if (measured.weight->dequantised || s.count < kLeastElements || s.nan + s.infinite > 0 ||
      s.variance == 0) {
    return std::nullopt;
  }
  std::optional<LawMatch> best;
  for (const Law& law : Candidates(measured)) {
    const auto match = Match(law, s, RoundingOf(measured.weight->tensor->element));
    if (!match) continue;
    const bool better = !best || match->sharp > best->sharp ||
                        (match->sharp == best->sharp && match->distance < best->distance);
    if (better) best = match;
  }
  return best;
}

ListState StateOfList(const MeasuredWeight& measured) {
  const ir::TensorStatistics& s = *measured.statistics;
  const Layer& layer = *measured.layer;
  switch (measured.weight->role) {
    case WeightRole::kScale:
    case WeightRole::kVariance:
      return IsConstantly(s, 1) ? ListState::kFresh : ListState::kTouched;
    case WeightRole::kMean:
      return IsConstantly(s, 0) ? ListState::kFresh : ListState::kTouched;
    default:
      break;
  }
  if (IsConstantly(s, 0)) return ListState::kFresh;
  double bound = 0;
  if (IsZerosAndOnes(s)) return ListState::kFresh;
  if (layer.kind == LayerKind::kRecurrent) {
    if (layer.out_features) bound = 1 / std::sqrt(static_cast<double>(*layer.out_features));
  } else {
    for (const LayerWeight& weight : layer.weights) {
      if (weight.role != WeightRole::kWeight || !weight.fan_in || *weight.fan_in <= 0) continue;
      bound = 1 / std::sqrt(static_cast<double>(*weight.fan_in));
    }
  }
  const double largest = std::max(std::abs(s.min), std::abs(s.max));
  const double rounding = RoundingOf(measured.weight->tensor->element);
  // The largest of n uniform numbers is below this once in ten thousand times: biases that began at
  // zero and have moved a little are not taken for uniform ones.
  const double least = bound * std::pow(1e-4, 1 / static_cast<double>(s.count));
  const bool uniform = largest <= bound * (1 + rounding) && largest >= least;
  return s.nan + s.infinite == 0 && uniform ? ListState::kOnLaw : ListState::kTouched;
}

}  // namespace onnxcheck::facts
