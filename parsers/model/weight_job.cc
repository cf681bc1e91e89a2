#include "parsers/model/weight_job.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "parsers/model/digest.h"

namespace onnxcheck::parsers {
namespace {

// Bytes read at a time: they stay in a core's second-level cache while they are measured.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
constexpr std::size_t kCacheLine = 64;
// Elements of a chunk at least, and rows of it where columns are summed: adding up the columns of
// a chunk then costs little.
constexpr std::uint64_t kChunkElements = std::uint64_t{1} << 18;
constexpr std::uint64_t kChunkRows = 16;
// Slices of an axis, and columns of the whole matrix, that are kept apart.
constexpr std::uint64_t kMostUnits = std::uint64_t{1} << 16;
constexpr std::uint64_t kMostColumns = std::uint64_t{1} << 18;
// Matrices with fewer columns than this are summed several rows at a time.
constexpr std::uint64_t kNarrow = 64;
constexpr std::uint64_t kNarrowPeriod = 512;

// Columns that are summed apart: those of one row, or of several narrow ones.
std::uint64_t PeriodOf(const WeightJob& job) {
  return job.width >= kNarrow ? job.width : kNarrowPeriod / job.width * job.width;
}

// Shapes, indices and masks have no units.
bool HasUnits(ir::ElementType type) {
  return type != ir::ElementType::kInt64 && type != ir::ElementType::kUint64 &&
         type != ir::ElementType::kBool;
}

void Add(const std::vector<Sums>& from, std::size_t at, std::vector<Sums>* to) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    (*to)[at + i].positive += from[i].positive;
    (*to)[at + i].negative += from[i].negative;
  }
}

ir::TensorStatistics::Slices SlicesOf(std::size_t axis, const std::vector<Sums>& sums) {
  ir::TensorStatistics::Slices slices;
  slices.axis = axis;
  slices.positive.reserve(sums.size());
  slices.negative.reserve(sums.size());
  for (const Sums& each : sums) {
    slices.positive.push_back(static_cast<float>(each.positive));
    slices.negative.push_back(static_cast<float>(each.negative));
  }
  return slices;
}

void Finish(const WeightJob& job, const Measured& measured) {
  if (measured.failed) return;
  const Moments& moments = measured.moments;
  auto statistics = std::make_shared<ir::TensorStatistics>();
  statistics->count = moments.count;
  statistics->nan = moments.nan;
  statistics->infinite = moments.infinite;
  if (moments.first_nonfinite != kNowhere) statistics->first_nonfinite = moments.first_nonfinite;
  statistics->zeros = moments.zeros;
  const std::uint64_t finite = moments.count - moments.nan - moments.infinite;
  if (finite > 0) {
    const auto n = static_cast<double>(finite);
    statistics->min = moments.min;
    statistics->max = moments.max;
    statistics->mean = moments.mean;
    if (moments.min < moments.max) {
      statistics->variance = moments.m2 / n;
      statistics->excess_kurtosis = n * moments.m4 / (moments.m2 * moments.m2) - 3;
    }
  }
  statistics->digest = measured.digest;
  if (job.rows) statistics->slices.push_back(SlicesOf(0, measured.rows));
  if (job.columns) statistics->slices.push_back(SlicesOf(1, measured.columns));
  job.tensor->statistics = std::move(statistics);
}

Measured Empty(const WeightJob& job) {
  Measured measured;
  if (job.rows) measured.rows.resize(job.count / job.width);
  if (job.columns) measured.columns.resize(job.units);
  return measured;
}

// `next` is of the chunk that begins at row `first_row`.
void Append(const Measured& next, std::uint64_t first_row, Measured* measured) {
  Append(next.moments, &measured->moments);
  measured->failed |= next.failed;
  measured->digest =
      Digest(reinterpret_cast<const char*>(&next.digest), sizeof next.digest, measured->digest);
  Add(next.rows, first_row, &measured->rows);
  Add(next.columns, 0, &measured->columns);
}

}  // namespace

std::uint64_t WeightJob::SliceBytes() const {
  const std::uint64_t slices = (rows ? count / width : 0) + (columns ? units : 0);
  return slices * 2 * sizeof(float);
}

void PlanChunks(WeightJob* job) {
  const std::vector<std::int64_t>& dims = job->tensor->dims;
  const std::size_t rank = dims.size();
  const bool units = HasUnits(job->tensor->element);
  if (rank >= 1) {
    job->width = job->count / static_cast<std::uint64_t>(dims[0]);
    job->rows = units && job->count / job->width <= kMostUnits;
  }
  if (rank >= 2) {
    job->units = static_cast<std::uint64_t>(dims[1]);
    job->columns = units && job->units <= kMostUnits && job->width <= kMostColumns;
  }
  job->chunk = job->columns ? std::max(kChunkElements, kChunkRows * job->width) : kChunkElements;
  job->chunk = (job->chunk + kBlock - 1) / kBlock * kBlock;
  job->chunks = (job->count + job->chunk - 1) / job->chunk;
  if (job->chunks > 1) {
    job->progress = std::make_unique<WeightJob::Progress>();
  }
}

WeightWorker::WeightWorker() : loops_(FastLoops()), bytes_(kPieceBytes + kCacheLine) {}

template <typename T>
void WeightWorker::AddSlices(const WeightJob& job, const T* values, std::uint64_t at, std::size_t n,
                             std::uint64_t first_row, Measured* measured) {
  const auto sum = [&](const T* from, std::size_t size, T* positive, T* negative) {
    if constexpr (std::is_same_v<T, float>) {
      return loops_.sum_float(from, size, positive, negative);
    } else {
      return loops_.sum_double(from, size, positive, negative);
    }
  };
  T* positive = nullptr;
  T* negative = nullptr;
  if constexpr (std::is_same_v<T, float>) {
    positive = positive_.data();
    negative = negative_.data();
  } else {
    positive = wide_positive_.data();
    negative = wide_negative_.data();
  }
  const std::uint64_t period = PeriodOf(job);
  const bool narrow = job.width < kNarrow;
  for (std::size_t i = 0; i < n;) {
    const std::uint64_t column = (at + i) % period;
    const std::size_t size = std::min<std::uint64_t>(n - i, period - column);
    const Sums sums = job.columns ? sum(values + i, size, positive + column, negative + column)
                      : !narrow   ? sum(values + i, size, nullptr, nullptr)
                                  : Sums();
    if (job.rows && !narrow) {
      Sums& row = measured->rows[(at + i) / period - first_row];
      row.positive += sums.positive;
      row.negative += sums.negative;
    }
    i += size;
  }
  if (!job.rows || !narrow) return;
  std::uint64_t row = at / job.width;
  std::uint64_t left = job.width - at % job.width;
  for (std::size_t i = 0; i < n; ++row) {
    Sums sums;
    for (const std::size_t end = std::min<std::uint64_t>(n, i + left); i < end; ++i) {
      (values[i] > 0 ? sums.positive : sums.negative) += static_cast<double>(values[i]);
    }
    measured->rows[row - first_row].positive += sums.positive;
    measured->rows[row - first_row].negative += sums.negative;
    left = job.width;
  }
}

template <typename T>
void WeightWorker::Piece(const WeightJob& job, std::uint64_t at, std::size_t n,
                         Measured* measured) {
  alignas(kCacheLine) std::array<T, kBlock> block;
  const ir::ElementType type = job.tensor->element;
  // The worker's own bytes may be changed in place; those of a tensor may not.
  const bool in_place =
      own_piece_ && (type == ir::ElementType::kFloat || type == ir::ElementType::kDouble);
  for (std::size_t i = 0; i < n; i += kBlock) {
    const std::size_t size = std::min(kBlock, n - i);
    T* values = block.data();
    const char* raw = piece_ + i * job.bits / 8;
    Moments moments;
    if (in_place) {
      values = reinterpret_cast<T*>(const_cast<char*>(raw));
    } else if constexpr (std::is_same_v<T, float>) {
      loops_.to_float(type, raw, size, values);
    } else {
      loops_.to_double(type, raw, size, values);
    }
    if constexpr (std::is_same_v<T, float>) {
      moments = loops_.measure_float(values, size);
    } else {
      moments = loops_.measure_double(values, size);
    }
    Append(moments, &measured->moments);
    if (job.rows || job.columns) {
      AddSlices(job, values, at + i, size, first_row_, measured);
    }
  }
}

Measured WeightWorker::Measure(const WeightJob& job, std::uint64_t chunk, NumberStream* stream) {
  const std::uint64_t first = chunk * job.chunk;
  const std::uint64_t last = std::min(job.count, first + job.chunk);
  const bool floats = ArithmeticOf(job.tensor->element) == Arithmetic::kFloat;
  Measured measured;
  first_row_ = first / job.width;
  if (job.rows) measured.rows.resize((last - 1) / job.width - first_row_ + 1);
  if (job.columns) {
    const auto period = static_cast<std::size_t>(PeriodOf(job));
    if (floats) {
      positive_.assign(period, 0);
      negative_.assign(period, 0);
    } else {
      wide_positive_.assign(period, 0);
      wide_negative_.assign(period, 0);
    }
  }
  char* own =
      bytes_.data() + kCacheLine - reinterpret_cast<std::uintptr_t>(bytes_.data()) % kCacheLine;
  const std::uint64_t step = kPieceBytes * 8 / job.bits / kBlock * kBlock;
  for (std::uint64_t at = first; at < last; at += step) {
    const auto n = static_cast<std::size_t>(std::min(step, last - at));
    const std::size_t bytes = (n * job.bits + 7) / 8;
    const std::uint64_t offset = at / 8 * job.bits + at % 8 * job.bits / 8;
    const std::uint64_t place = job.tensor->payload.offset + offset;
    own_piece_ = stream != nullptr;
    if (job.source == nullptr) {
      piece_ = job.tensor->elements->data() + offset;
    } else if (stream != nullptr) {
      piece_ = own;
      measured.failed = !stream->Read(own, bytes);
    } else {
      piece_ = job.source->bytes().data() + place;
    }
    if (measured.failed) return measured;
    measured.digest = Digest(piece_, bytes, measured.digest);
    if (floats) {
      Piece<float>(job, at, n, &measured);
    } else {
      Piece<double>(job, at, n, &measured);
    }
  }
  if (job.source != nullptr) {
    measured.failed = job.source->Shrunk();
    if (measured.failed) return measured;
    const std::uint64_t begin = job.tensor->payload.offset;
    job.source->Release(begin + first * job.bits / 8, begin + last * job.bits / 8);
  }
  if (job.columns) {
    measured.columns.resize(job.units);
    const std::uint64_t inner = job.width / job.units;
    for (std::size_t i = 0; i < PeriodOf(job); ++i) {
      Sums& unit = measured.columns[i % job.width / inner];
      unit.positive += floats ? static_cast<double>(positive_[i]) : wide_positive_[i];
      unit.negative += floats ? static_cast<double>(negative_[i]) : wide_negative_[i];
    }
  }
  return measured;
}

void WeightWorker::MeasureWhole(WeightJob* job) {
  std::optional<NumberStream> stream;
  if (job->stream) {
    stream.emplace(job->source->bytes(), job->tensor->payload, job->tensor->element);
  }
  Measured measured = Empty(*job);
  for (std::uint64_t chunk = 0; chunk < job->chunks && !measured.failed; ++chunk) {
    Append(Measure(*job, chunk, stream ? &*stream : nullptr), chunk * job->chunk / job->width,
           &measured);
  }
  Finish(*job, measured);
}

void WeightWorker::MeasureChunk(WeightJob* job, std::uint64_t chunk) {
  const Measured next = Measure(*job, chunk, nullptr);
  WeightJob::Progress& progress = *job->progress;
  std::unique_lock lock(progress.mutex);
  progress.turn.wait(lock, [&] { return progress.next == chunk; });
  if (chunk == 0) progress.measured = Empty(*job);
  Append(next, chunk * job->chunk / job->width, &progress.measured);
  ++progress.next;
  if (progress.next == job->chunks) {
    Finish(*job, progress.measured);
    progress.measured = Measured();
  }
  lock.unlock();
  progress.turn.notify_all();
}

}  // namespace onnxcheck::parsers
