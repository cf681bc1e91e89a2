// One tensor of the pass over the weights, cut into chunks that any thread may measure.
#ifndef ONNXCHECK_PARSERS_MODEL_WEIGHT_JOB_H_
#define ONNXCHECK_PARSERS_MODEL_WEIGHT_JOB_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "analyzer/ir/model.h"
#include "parsers/model/moments.h"
#include "parsers/model/number_stream.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// What has been measured of a tensor from its first element on.
struct Measured {
  Moments moments;
  std::uint64_t digest = 0;
  bool failed = false;        // the file has become shorter, or ends before the elements do
  std::vector<Sums> rows;     // by index on axis 0
  std::vector<Sums> columns;  // by index on axis 1
};

struct WeightJob {
  ir::Tensor* tensor = nullptr;
  const Source* source = nullptr;  // null: the elements are in memory, in tensor->elements
  bool stream = false;             // can only be read from its start to its end
  std::uint64_t count = 0;         // elements, at least 1
  unsigned bits = 0;               // of an element
  // The tensor as a matrix of `width` columns: axis 0 against all others. Axis 1 has `units`
  // indices, each `width / units` columns wide.
  std::uint64_t width = 1;
  std::uint64_t units = 1;
  bool rows = false;        // sum the slices of axis 0
  bool columns = false;     // and of axis 1
  std::uint64_t chunk = 0;  // elements of all chunks but the last; a multiple of kBlock
  std::uint64_t chunks = 0;

  // Chunks are appended in their order, whatever order they are done in.
  struct Progress {
    std::mutex mutex;
    std::condition_variable turn;
    std::uint64_t next = 0;
    Measured measured;
  };
  std::unique_ptr<Progress> progress;  // several chunks only

  std::uint64_t bytes() const { return count / 8 * bits + (count % 8 * bits + 7) / 8; }
  std::uint64_t SliceBytes() const;
  void DropSlices() { rows = columns = false; }
};

// Decides on slices and chunks, by the tensor's shape alone.
void PlanChunks(WeightJob* job);

// The buffers of one thread.
class WeightWorker {
 public:
  WeightWorker();
  // Measures the tensor and fills its statistics.
  void MeasureWhole(WeightJob* job);
  // Measures a chunk, waits until those before it are appended and appends it; the last one
  // fills the statistics. Chunks must be begun in their order.
  void MeasureChunk(WeightJob* job, std::uint64_t chunk);

 private:
  Measured Measure(const WeightJob& job, std::uint64_t chunk, NumberStream* stream);
  template <typename T>
  void Piece(const WeightJob& job, std::uint64_t at, std::size_t n, Measured* measured);
  template <typename T>
  void AddSlices(const WeightJob& job, const T* values, std::uint64_t at, std::size_t n,
                 std::uint64_t first_row, Measured* measured);

  const Loops& loops_;
  std::vector<char> bytes_;
  const char* piece_ = nullptr;  // elements in raw form: in bytes_, in a file or in a tensor
  bool own_piece_ = false;
  std::uint64_t first_row_ = 0;
  // Sums of the chunk's elements by column, up to kMostColumns; of narrow matrices several rows
  // side by side. Floats hold them exactly enough: a chunk has a few hundred rows.
  std::vector<float> positive_, negative_;
  std::vector<double> wide_positive_, wide_negative_;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_WEIGHT_JOB_H_
