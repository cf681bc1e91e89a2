// Operators that move elements, and may put constants beside them.
#include <algorithm>
#include <cmath>

#include "analyzer/facts/ranges/common.h"

namespace onnxcheck::facts {
namespace {

// The outputs hold elements of the first input only.
void Moved(const Call& call, std::span<Interval> outputs) {
  for (Interval& output : outputs) output = call.Range(0);
}

// And zeros.
void MovedAmongZeros(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Join(call.Range(0), Point(0));
}

Interval JoinOf(const Call& call, std::size_t first) {
  Interval all = NoElement();
  for (std::size_t i = first; i < call.inputs.size(); ++i) all = Join(all, call.Range(i));
  return all;
}

void JoinRange(const Call& call, std::span<Interval> outputs) { outputs[0] = JoinOf(call, 0); }

void PadRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = call.Range(0);
  if (call.String("mode", "constant") != "constant") return;
  bool grows = true;
  if (const auto* pads = call.Elements(1)) {
    grows = std::any_of(pads->begin(), pads->end(), [](double pad) { return pad > 0; });
  }
  if (!grows) return;
  const bool attribute = call.opset > 0 && call.opset < 11 && call.node.domain.empty();
  Interval value = Point(attribute ? call.Float("value", 0) : 0);
  if (!attribute && call.Has(2)) value = call.Range(2);
  outputs[0] = Join(outputs[0], value);
}

// Inference gives x; training, 0 or x / (1 - ratio).
void DropoutRange(const Call& call, std::span<Interval> outputs) {
  const Interval x = call.Range(0);
  if (outputs.size() > 1) outputs[1] = Whole(0, 1);
  outputs[0] = x;
  const bool older = call.opset > 0 && call.opset < 12;
  const bool attribute = call.opset > 0 && call.opset < 7 && call.Int("is_test", 0) == 0;
  const bool input = !older && call.Has(2) && Contains(call.Range(2), 1);
  if (!attribute && !input) return;
  Interval ratio = Point(call.Float("ratio", 0.5));
  if (!older && call.Has(1)) ratio = Clamp(call.Range(1), 0, 1);
  const Interval kept = Subtract(Point(1), ratio);
  // A ratio of 1 drops everything: what would be divided by 0 is 0.
  Interval scaled = Inexact(Divide(x, kept), call.OutputElement(0), 2);
  scaled.nan = x.nan;
  outputs[0] = Join(Join(x, scaled), Point(0));
}

// How often numbers may be combined into one element of the output.
void ScatterRange(const Call& call, std::span<Interval> outputs) {
  const Interval data = call.Range(0);
  const Interval updates = call.Range(2);
  const std::string_view reduction = call.String("reduction", "none");
  Interval& result = outputs[0];
  if (reduction == "none") {
    result = Join(data, updates);
  } else if (reduction == "max") {
    result = Join(data, Maximum(data, updates));
  } else if (reduction == "min") {
    result = Join(data, Minimum(data, updates));
  } else if (reduction == "add") {
    const Terms count{0, call.InputCount(2).value_or(kInfinity)};
    result = Add(data, SumOfTerms(updates, count, call.OutputElement(0)));
    result = Inexact(result, call.OutputElement(0), 2);
  } else if (call.InputCount(2) == 1.0) {
    result = Join(data, Multiply(data, updates));
  } else if (MagnitudeOf(updates) <= 1) {
    result = Join(data, Join(Point(0), Multiply(data, Join(updates, Negate(updates)))));
  }
}

// One of the outputs holds elements, others indices of them or counts.
void TopKRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = call.Range(0);
  if (outputs.size() > 1) outputs[1] = IndexBelow(AxisLength(call, 0, call.Int("axis", -1)));
}

void UniqueRange(const Call& call, std::span<Interval> outputs) {
  const double count = call.InputCount(0).value_or(kLargestTensor);
  outputs[0] = call.Range(0);
  for (std::size_t i = 1; i < outputs.size(); ++i) {
    const bool counts = i == 3;
    outputs[i] = count < 1 ? NoElement() : Whole(counts ? 1 : 0, counts ? count : count - 1);
  }
}

void OneHotRange(const Call& call, std::span<Interval> outputs) { outputs[0] = call.Range(2); }

void TensorScatterRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Join(call.Range(0), call.Range(1));
}

// Overlapping blocks are added: at most as many as a block has elements.
void Col2ImRange(const Call& call, std::span<Interval> outputs) {
  double overlap = kInfinity;
  if (const auto* block = call.Elements(2)) {
    overlap = 1;
    for (const double size : *block) overlap *= std::max(size, 1.0);
  }
  outputs[0] = SumOfTerms(call.Range(0), {0, overlap}, call.OutputElement(0));
}

void LengthRange(const Call&, std::span<Interval> outputs) { outputs[0] = Whole(0, kLongestAxis); }

void NoMember(const Call&, std::span<Interval> outputs) { outputs[0] = NoElement(); }

void SequenceInsertRange(const Call& call, std::span<Interval> outputs) {
  outputs[0] = Join(call.Range(0), call.Range(1));
}

// An optional without an element has no number.
void OptionalRange(const Call& call, std::span<Interval> outputs) { outputs[0] = JoinOf(call, 0); }

constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr RangeOperator kMovement[] = {
    {"", "CenterCropPad", MovedAmongZeros, "elements of the input, or 0"},
    {"", "Col2Im", Col2ImRange, "sums of as many elements as a block has"},
    {"", "Compress", Moved, "elements of the input"},
    {"", "Concat", JoinRange, "elements of all inputs"},
    {"", "ConcatFromSequence", Moved, "elements of the input"},
    {"", "DepthToSpace", Moved, "elements of the input"},
    {"", "Dropout", DropoutRange, "the input; in training mode also 0 and x / (1 - ratio)"},
    {"", "Expand", Moved, "elements of the input"},
    {"", "Flatten", Moved, "elements of the input"},
    {"", "Gather", Moved, "elements of the input"},
    {"", "GatherElements", Moved, "elements of the input"},
    {"", "GatherND", Moved, "elements of the input"},
    {"", "Identity", Moved, "elements of the input"},
    {"", "MaxUnpool", MovedAmongZeros, "elements of the input, or 0"},
    {"", "OneHot", OneHotRange, "the on and off values"},
    {"", "Optional", OptionalRange, "elements of the input"},
    {"", "OptionalGetElement", Moved, "elements of the input"},
    {"", "Pad", PadRange, "elements of the input; with constant padding, its value"},
    {"", "Reshape", Moved, "elements of the input"},
    {"", "ReverseSequence", Moved, "elements of the input"},
    {"", "Scatter", ScatterRange, "elements of data and updates"},
    {"", "ScatterElements", ScatterRange, "elements of data and updates, combined as asked"},
    {"", "ScatterND", ScatterRange, "elements of data and updates, combined as asked"},
    {"", "SequenceAt", Moved, "elements of the members"},
    {"", "SequenceConstruct", JoinRange, "elements of all inputs"},
    {"", "SequenceEmpty", NoMember, "no element"},
    {"", "SequenceErase", Moved, "elements of the members"},
    {"", "SequenceInsert", SequenceInsertRange, "elements of the members and the input"},
    {"", "SequenceLength", LengthRange, "not negative"},
    {"", "Slice", Moved, "elements of the input"},
    {"", "SpaceToDepth", Moved, "elements of the input"},
    {"", "Split", Moved, "elements of the input"},
    {"", "SplitToSequence", Moved, "elements of the input"},
    {"", "Squeeze", Moved, "elements of the input"},
    {"", "TensorScatter", TensorScatterRange, "elements of cache and update"},
    {"", "Tile", Moved, "elements of the input"},
    {"", "TopK", TopKRange, "elements of the input; indices within the axis"},
    {"", "Transpose", Moved, "elements of the input"},
    {"", "Trilu", MovedAmongZeros, "elements of the input, or 0"},
    {"", "Unique", UniqueRange, "elements of the input; indices and counts within its size"},
    {"", "Unsqueeze", Moved, "elements of the input"},
    {"ai.onnx.ml", "ArrayFeatureExtractor", Moved, "elements of the input"},
    {"ai.onnx.ml", "FeatureVectorizer", JoinRange, "elements of all inputs"},
    {kMicrosoft, "ExpandDims", Moved, "elements of the input"},
    {kMicrosoft, "GatherND", Moved, "elements of the input"},
    {kMicrosoft, "Pad", PadRange, "elements of the input; with constant padding, its value"},
    {kMicrosoft, "Trilu", MovedAmongZeros, "elements of the input, or 0"},
};

}  // namespace

std::span<const RangeOperator> MovementRanges() { return kMovement; }

}  // namespace onnxcheck::facts
