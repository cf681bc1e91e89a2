// Prints docs/operators.md: what the interval analysis knows of each operator,
// from the tables of analyzer/facts/ranges. `tools/docs` runs it.
#include <iostream>
#include <string>

#include "analyzer/facts/range_operators.h"

namespace onnxcheck {
namespace {

constexpr std::string_view kControl =
    "| If | ai.onnx | both branches, joined |\n"
    "| Loop | ai.onnx | what is carried, until it no longer grows (with widening) |\n"
    "| Scan | ai.onnx | what is carried, until it no longer grows (with widening) |\n"
    "| SequenceMap | ai.onnx | the body, for all members |\n";

void PrintFamily(const facts::RangeFamily& family) {
  std::cout << "\n## " << family.name << "\n\n| operator | domain | the result |\n|---|---|---|\n";
  for (const facts::RangeOperator& entry : family.operators) {
    std::cout << "| " << entry.op_type << " | "
              << (entry.domain.empty() ? "ai.onnx" : std::string(entry.domain)) << " | "
              << entry.result << " |\n";
  }
}

void PrintTable() {
  std::size_t count = 4;  // control flow
  for (const auto& family : facts::RangeFamilies()) count += family.operators.size();
  std::cout
      << "# Operators that the interval analysis knows\n\n"
      << "The N rules ask which numbers each value of a model can hold. " << count
      << " operators pass on what is\nknown of their inputs; all others may give anything, and no "
         "rule concludes anything from that. Ranges cover\nthe error of kernels, overflow in the "
         "element type, and NaN; inputs and weights that are not read are\nassumed to lie in the "
         "ranges that `analyzer/facts/ranges.h` states.\n";
  for (const auto& family : facts::RangeFamilies()) PrintFamily(family);
  std::cout << "\n## Control flow\n\n| operator | domain | the result |\n|---|---|---|\n"
            << kControl;
}

}  // namespace
}  // namespace onnxcheck

int main() {
  onnxcheck::PrintTable();
  return std::cout.good() ? 0 : 1;
}
