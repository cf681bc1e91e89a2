// Operators that move elements and make none.
#include "analyzer/facts/range_operators.h"

namespace onnxcheck::facts {
namespace {

// The output holds elements of the first input only.
void Moved(const Call& call, std::span<Interval> outputs) {
  for (Interval& output : outputs) output = call.Range(0);
}

void ConcatRange(const Call& call, std::span<Interval> outputs) {
  Interval all = NoElement();
  for (std::size_t i = 0; i < call.inputs.size(); ++i) all = Join(all, call.Range(i));
  outputs[0] = all;
}

constexpr RangeOperator kMovement[] = {
    {"", "Identity", Moved}, {"", "Reshape", Moved},      {"", "Flatten", Moved},
    {"", "Squeeze", Moved},  {"", "Unsqueeze", Moved},    {"", "Transpose", Moved},
    {"", "Expand", Moved},   {"", "Slice", Moved},        {"", "Split", Moved},
    {"", "Gather", Moved},   {"", "Concat", ConcatRange},
};

}  // namespace

std::span<const RangeOperator> MovementRanges() { return kMovement; }

}  // namespace onnxcheck::facts
