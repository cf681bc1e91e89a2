// Tensors that a model file holds: where their elements are, and what they are like.
#ifndef ONNXCHECK_ANALYZER_IR_TENSOR_H_
#define ONNXCHECK_ANALYZER_IR_TENSOR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onnxcheck::ir {

// Values are those of onnx.TensorProto.DataType; numbers unknown to this
// release are kept as they stand in the file.
enum class ElementType : std::int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kComplex64 = 14,
  kComplex128 = 15,
  kBfloat16 = 16,
  kFloat8E4M3FN = 17,
  kFloat8E4M3FNUZ = 18,
  kFloat8E5M2 = 19,
  kFloat8E5M2FNUZ = 20,
  kUint4 = 21,
  kInt4 = 22,
  kFloat4E2M1 = 23,
  kFloat8E8M0 = 24,
  kUint2 = 25,
  kInt2 = 26,
  kFloat6E2M3 = 27,
  kFloat6E3M2 = 28,
};

enum class PayloadEncoding {
  kAbsent,    // no data in the file (or an element count of 0)
  kRaw,       // little-endian elements, as TensorProto.raw_data
  kVarints,   // packed int32_data, int64_data or uint64_data
  kFixed,     // packed float_data or double_data: little-endian elements
  kStrings,   // string_data
  kExternal,  // little-endian elements in another file
  // Numbers in several pieces or one by one, each behind its own field tag: the
  // span runs from the first tag to the end of the last and is read as protobuf.
  kPieces,
};

// Where a tensor's elements are. Payloads above the reader's inline limit
// (1 KiB) are never read to lint a graph.
struct Payload {
  PayloadEncoding encoding = PayloadEncoding::kAbsent;
  // kExternal: path resolved against the model's folder, empty when the elements
  // cannot or must not be read (P007, P008); else empty.
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // bytes
};

// Which models' tensors are read, and not only their structure.
enum class WeightMode {
  kAuto,  // those whose payloads together are small enough (parsers/model/weights.h)
  kAlways,
  kNever,
};

// What one pass over all elements of a tensor found. Numbers are those that are
// stored: of a quantised tensor the integers, without scale and zero point.
struct TensorStatistics {
  // The units of an axis: slice i is everything with index i on that axis.
  struct Slices {
    std::size_t axis = 0;
    std::vector<float> positive;  // per slice: sum of the elements above 0
    std::vector<float> negative;  // per slice: sum of the elements below 0
  };

  std::uint64_t count = 0;
  std::uint64_t nan = 0;
  std::uint64_t infinite = 0;
  std::optional<std::uint64_t> first_nonfinite;  // flat, row-major index
  std::uint64_t zeros = 0;
  // Of the finite elements; all 0 when there is none.
  double min = 0;
  double max = 0;
  double mean = 0;
  double variance = 0;         // population
  double excess_kurtosis = 0;  // 0: normal, -1.2: uniform; 0 as well where variance is 0
  // 64 bits, of the elements in raw form: tensors of one type and shape have the same digest when
  // their bytes are equal, however the file encodes them.
  std::uint64_t digest = 0;
  // Axis 0, of a list its single elements, and from rank 2 on axis 1; each only where it has 65,536
  // units at most. Sums are of finite elements.
  std::vector<Slices> slices;
};

struct Tensor {
  std::string name;
  ElementType element = ElementType::kUndefined;
  std::vector<std::int64_t> dims;
  Payload payload;
  // A sparse tensor: how many elements the payload holds, in an order of their
  // own; all others are 0. `dims` are those of the dense tensor it stands for,
  // `elements` is absent. Absent for dense tensors.
  std::optional<std::int64_t> stored;
  // Elements in little-endian raw form when the payload was small enough to
  // read (whatever its encoding in the file); else absent.
  std::optional<std::string> elements;
  // Absent: the elements were not read (a single one in `elements` never is), or are no numbers.
  std::shared_ptr<const TensorStatistics> statistics;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_TENSOR_H_
