// Recurrent networks and attention.
#include <algorithm>
#include <cmath>
#include <string>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

// What an activation function of a recurrent operator gives for any finite x.
Interval Activated(std::string_view name, double alpha) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "sigmoid" || lower == "hardsigmoid") return Between(0, 1);
  if (lower == "tanh" || lower == "softsign") return Between(-1, 1);
  if (lower == "scaledtanh") return Between(-std::abs(alpha), std::abs(alpha));
  if (lower == "relu" || lower == "softplus") return Between(0, kInfinity);
  return Between(-kInfinity, kInfinity);
}

// Of the activation functions at `which` of each direction's `each`.
Interval ActivatedAt(const Call& call, std::size_t which, std::size_t each,
                     std::string_view otherwise) {
  const ir::Attribute* attribute = nullptr;
  const ir::Attribute* alphas = nullptr;
  for (const ir::Attribute& entry : call.node.attributes) {
    if (entry.name == "activations") attribute = &entry;
    if (entry.name == "activation_alpha") alphas = &entry;
  }
  const auto* names =
      attribute == nullptr ? nullptr : std::get_if<std::vector<std::string>>(&attribute->value);
  if (names == nullptr || names->empty()) return Activated(otherwise, 1);
  Interval all = NoElement();
  for (std::size_t i = which; i < names->size(); i += each) {
    // Which alpha belongs to which function depends on the functions before.
    const bool scaled = (*names)[i].size() == 10 && alphas != nullptr;
    all = Join(all, scaled ? Between(-kInfinity, kInfinity) : Activated((*names)[i], 1));
  }
  return all;
}

// X W + H R + B, for whether NaN may come of it.
bool MayBecomeNan(const Call& call, const Interval& hidden) {
  const ir::ElementType type = call.Element(0);
  const auto product = [&](const Interval& x, std::size_t weight) {
    const auto length = AxisLength(call, weight, 2);
    const Terms terms = length ? Terms{*length, *length} : Terms{1, kLongestAxis};
    return FitToType(SumOfTerms(Multiply(x, call.Range(weight)), terms, type), type);
  };
  Interval sum = Add(product(call.Range(0), 1), product(hidden, 2));
  if (call.Has(3)) sum = Add(sum, call.Range(3));
  return sum.nan;
}

// Steps: the first axis, or the second in the other layout.
double StepsOf(const Call& call) {
  const std::int64_t axis = call.Int("layout", 0) != 0 ? 1 : 0;
  return AxisLength(call, 0, axis).value_or(kInfinity);
}

// Shorter sequences are filled with 0, and end with the initial state when
// they have no step at all.
void SetStates(const Call& call, const Interval& state, std::size_t initial,
               std::span<Interval> outputs, std::size_t first) {
  for (std::size_t i = first; i < std::min<std::size_t>(outputs.size(), 2); ++i) {
    outputs[i] = Join(state, Point(0));
    if (i == 1) outputs[i] = Join(outputs[i], call.Has(initial) ? call.Range(initial) : Point(0));
  }
}

void RnnRange(const Call& call, std::span<Interval> outputs) {
  const Interval initial = call.Has(5) ? call.Range(5) : Point(0);
  Interval state = ActivatedAt(call, 0, 1, "Tanh");
  state.nan = MayBecomeNan(call, Join(state, initial)) || initial.nan;
  SetStates(call, state, 5, outputs, 0);
}

// H' = (1 - z) h + z H, with z within 0 to 1.
void GruRange(const Call& call, std::span<Interval> outputs) {
  const Interval initial = call.Has(5) ? call.Range(5) : Point(0);
  const Interval gate = ActivatedAt(call, 0, 2, "Sigmoid");
  Interval state = Join(ActivatedAt(call, 1, 2, "Tanh"), initial);
  if (gate.low < 0 || gate.high > 1) state = Interval();
  state = Inexact(state, call.Element(0), 2 * kKernelUnits);
  state.nan = MayBecomeNan(call, state) || initial.nan || MayBeInfinite(state);
  SetStates(call, state, 5, outputs, 0);
}

// C' = f C + i c and H = o h(C'). Outputs: Y, Y_h, Y_c.
void LstmRange(const Call& call, std::span<Interval> outputs) {
  const Interval hidden = call.Has(5) ? call.Range(5) : Point(0);
  const Interval cell = call.Has(6) ? call.Range(6) : Point(0);
  const Interval gate = ActivatedAt(call, 0, 3, "Sigmoid");
  const Interval added = Multiply(gate, ActivatedAt(call, 1, 3, "Tanh"));
  const Interval shown = Multiply(gate, ActivatedAt(call, 2, 3, "Tanh"));
  if (gate.low < 0 || gate.high > 1) return;
  const ir::ElementType type = call.Element(0);
  Interval state = Join(shown, hidden);
  Interval next = Join(Add(cell, SumOfTerms(added, {0, StepsOf(call)}, type)), Point(0));
  next = Join(next, SumOfTerms(added, {0, StepsOf(call)}, type));
  const bool nan = MayBecomeNan(call, state) || hidden.nan || cell.nan || MayBeInfinite(shown) ||
                   MayBeInfinite(added);
  state = shown;
  state.nan = nan;
  next.nan = nan;
  SetStates(call, state, 5, outputs, 0);
  if (outputs.size() > 2) outputs[2] = Inexact(Join(next, cell), type, 4 * kKernelUnits);
}

// Means of the values with weights of a softmax; 0 for a query that sees no key.
Interval Attended(const Interval& values, bool nan, ir::ElementType type) {
  Interval result = Inexact(Join(values, Point(0)), type, 64 * kKernelUnits);
  result.nan = nan || values.nan || MayBeInfinite(values);
  return result;
}

// Scores are finite, so that their softmax is a number.
bool ScoresMayBeNan(const Call& call, const Interval& query, const Interval& keys, double scale) {
  const ir::ElementType type = call.Element(0);
  const auto length = AxisLength(call, 0, -1);
  const Terms terms = length ? Terms{*length, *length} : Terms{1, kLongestAxis};
  const Interval product = Multiply(Multiply(query, keys), Point(std::max(scale, 1.0)));
  const Interval scores = FitToType(SumOfTerms(product, terms, type), type);
  return scores.nan || MayBeInfinite(scores);
}

// Q, K, V, mask, past key, past value.
void AttentionRange(const Call& call, std::span<Interval> outputs) {
  const Interval keys = call.Has(4) ? Join(call.Range(1), call.Range(4)) : call.Range(1);
  const Interval values = call.Has(5) ? Join(call.Range(2), call.Range(5)) : call.Range(2);
  const double scale = std::abs(call.Float("scale", 1));
  // A row of -inf alone would be NaN; from opset 24 on it gives 0.
  const bool masked = call.Has(3) && !(call.opset >= 24);
  const bool bad_mask = call.Has(3) && (call.Range(3).nan || call.Range(3).high == kInfinity);
  const bool nan = ScoresMayBeNan(call, call.Range(0), keys, scale) || bad_mask || masked;
  outputs[0] = Attended(values, nan, call.OutputElement(0));
  if (outputs.size() > 1) outputs[1] = keys;
  if (outputs.size() > 2) outputs[2] = values;
  if (outputs.size() > 3 && call.Int("qk_matmul_output_mode", 0) == 3) {
    outputs[3] = Between(0, 1);
    outputs[3].nan = nan;
  }
}

// Q, K, V; subgraphs change scores and probabilities.
void FlexAttentionRange(const Call& call, std::span<Interval> outputs) {
  for (const ir::Attribute& attribute : call.node.attributes) {
    if (attribute.name == "prob_mod") return;
  }
  outputs[0] = Attended(call.Range(2), true, call.OutputElement(0));
}

// S' = decay S + k v, o = scale q S, for rules that only add and decay.
void LinearAttentionRange(const Call& call, std::span<Interval> outputs) {
  const std::string_view rule = call.String("update_rule", "gated_delta");
  const bool decays = rule == "gated" && call.Has(4) && call.Range(4).high <= 0;
  const auto heads = call.Int("q_num_heads", 0);
  const auto width = AxisLength(call, 0, -1);
  const auto steps = AxisLength(call, 0, 1);
  if ((rule != "linear" && !decays) || heads < 1 || !width || !steps) return;
  const ir::ElementType type = call.OutputElement(0);
  const double size = *width / static_cast<double>(heads);
  const Interval past = call.Has(3) ? call.Range(3) : Point(0);
  const Interval added = SumOfTerms(Multiply(call.Range(1), call.Range(2)), {0, *steps}, type);
  const Interval state = Inexact(Add(Join(past, Point(0)), Join(added, Point(0))), type,
                                 kKernelUnits * (2 + std::min(*steps, 65536.0)));
  const double given = call.Float("scale", 0);
  const double scale = given == 0 ? 1 / std::sqrt(size) : given;
  const Interval sum = SumOfTerms(Multiply(call.Range(0), state), {size, size}, type);
  outputs[0] = Inexact(Multiply(Point(scale), sum), type, 4 * kKernelUnits);
  if (outputs.size() > 1) outputs[1] = state;
}

// com.microsoft Attention: input, weights [hidden, 3 * hidden], bias, mask,
// past, attention bias. Values are a third of input * weights + bias.
void PackedAttentionRange(const Call& call, std::span<Interval> outputs) {
  const ir::ElementType type = call.Element(0);
  Interval projected;
  if (const auto units = UnitsOf(call, 1, 1)) {
    projected = WeightedSum(call.Range(0), *units, TermsOver(call.Shape(1), 0, 1), type);
  } else {
    projected =
        SumOfTerms(Multiply(call.Range(0), call.Range(1)), TermsOver(call.Shape(1), 0, 1), type);
  }
  if (call.Has(2)) {
    const Terms terms = TermsOver(call.Shape(1), 0, 1);
    projected = AddBias(projected, call.Range(2), terms, type);
  }
  if (call.Has(4)) projected = Join(projected, call.Range(4));
  constexpr double kWidestHead = 65536;
  const double score = kWidestHead * MagnitudeOf(projected) * MagnitudeOf(projected);
  const bool nan = call.Has(5) || call.Has(3) || score > LargestOfType(type);
  outputs[0] = Attended(projected, nan, type);
  if (outputs.size() > 1) outputs[1] = projected;
}

// com.microsoft MultiHeadAttention: query, key, value, bias, ... past value at 7.
// GroupQueryAttention: query, key, value, past key, past value. Without a
// value, query holds all three.
template <std::size_t bias, std::size_t past_key, std::size_t past_value>
void HeadsRange(const Call& call, std::span<Interval> outputs) {
  Interval keys = call.Range(call.Has(1) ? 1 : 0);
  Interval values = call.Range(call.Has(2) ? 2 : call.Has(1) ? 1 : 0);
  if (bias != 0 && call.Has(bias)) {
    keys = Add(keys, call.Range(bias));
    values = Add(values, call.Range(bias));
  }
  if (call.Has(past_key)) keys = Join(keys, call.Range(past_key));
  if (call.Has(past_value)) values = Join(values, call.Range(past_value));
  outputs[0] = Attended(values, true, call.Element(0));
  if (outputs.size() > 1 && call.Int("do_rotary", 0) == 0) outputs[1] = Join(keys, Point(0));
  if (outputs.size() > 2) outputs[2] = Join(values, Point(0));
}

// x cos - y sin of elements of x. Inputs: x, then the caches in either order.
template <std::size_t cosine, std::size_t sine>
void RotaryRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  const Interval turned = Multiply(x, call.Range(sine));
  const Interval rotated = Add(Multiply(x, call.Range(cosine)), Join(turned, Negate(turned)));
  const double magnitude =
      MagnitudeOf(x) * (MagnitudeOf(call.Range(cosine)) + MagnitudeOf(call.Range(sine)));
  const double epsilon = std::max(EpsilonOfType(call.Element(0)), 0x1p-52);
  outputs[0] =
      Join(x, std::isfinite(magnitude) ? Loosen(rotated, 2 * kKernelUnits * epsilon * magnitude)
                                       : rotated);
}

constexpr std::string_view kMicrosoft = "com.microsoft";
constexpr std::string_view kMeans = "means of the values, or 0";

constexpr RangeOperator kRecurrent[] = {
    {"", "Attention", AttentionRange, kMeans},
    {"", "GRU", GruRange, "-1 to 1 and the initial state, for the usual activations"},
    {"", "LSTM", LstmRange, "-1 to 1 for the usual activations; cells by the number of steps"},
    {"", "LinearAttention", LinearAttentionRange, "sums over the steps, for the rules that decay"},
    {"", "RNN", RnnRange, "-1 to 1 for the usual activations"},
    {"", "RotaryEmbedding", RotaryRange<1, 2>, "elements of the input times the caches"},
    {"ai.onnx.preview", "FlexAttention", FlexAttentionRange, kMeans},
    {kMicrosoft, "Attention", PackedAttentionRange, kMeans},
    {kMicrosoft, "GroupQueryAttention", HeadsRange<0, 3, 4>, kMeans},
    {kMicrosoft, "MultiHeadAttention", HeadsRange<3, 6, 7>, kMeans},
    {kMicrosoft, "RotaryEmbedding", RotaryRange<2, 3>, "elements of the input times the caches"},
};

}  // namespace

std::span<const RangeOperator> RecurrentRanges() { return kRecurrent; }

}  // namespace onnxcheck::facts
