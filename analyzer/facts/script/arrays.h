// Arrays and tensors whose size and type the script itself states.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_ARRAYS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_ARRAYS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/facts/script/trace.h"
#include "analyzer/ir/config.h"

namespace onnxcheck::facts {

enum class ElementType : std::uint8_t {
  kUnknown,
  kFloat,    // float32, which layers have
  kDouble,   // NumPy's own
  kInteger,  // 64 bits, signed
  kBool,
  kText,
};

struct ScriptArray {
  bool tensor = false;                      // of PyTorch; else of NumPy
  std::optional<ir::Located<double>> rows;  // of the first axis, where that is stated
  std::optional<int> rank;
  ElementType type = ElementType::kUnknown;
  ValueId typed_by = kUnknownValue;  // the value whose making settles the type
};

// The array that the value is, where every step of its making is known: random numbers, zeros,
// lists, conversions, slices. nullopt: no array for sure. Looks at 32 makings at most.
std::optional<ScriptArray> ArrayOf(const ir::Script& script, ValueId value);

// What a round over a DataLoader of PyTorch gets, one for each part of an item of its dataset: of a
// TensorDataset, or of an own Dataset whose __getitem__ returns a tuple. Ranks count the batch's
// axis; rows are those of the dataset. Empty: not known. A part that is no known array is absent.
struct LoaderParts {
  std::vector<std::optional<ScriptArray>> parts;
  const Step* dataset = nullptr;  // the call that made it
};
LoaderParts PartsOfLoader(const ir::Script& script, ValueId loader);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_ARRAYS_H_
