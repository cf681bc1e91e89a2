// The inner loops of the pass over the weights: bytes to numbers, numbers to moments.
//
// Blocks of numbers are summed in sixteen (or eight) lanes and the lanes in a fixed order, so that
// the result is the same on every processor; floats are summed as floats within a block and as
// doubles beyond it.
#ifndef ONNXCHECK_PARSERS_MODEL_MOMENTS_H_
#define ONNXCHECK_PARSERS_MODEL_MOMENTS_H_

#include <cstddef>
#include <cstdint>
#include <limits>

#include "analyzer/ir/tensor.h"

namespace onnxcheck::parsers {

inline constexpr std::size_t kBlock = 2048;  // most elements of one call below
inline constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

// What is known of a run of elements. mean, m2, m3 and m4 are of the finite ones: the mean, and the
// sums of the powers of the distances from it.
struct Moments {
  std::uint64_t count = 0;
  std::uint64_t nan = 0;
  std::uint64_t infinite = 0;
  std::uint64_t first_nonfinite = kNowhere;  // from the start of the run
  std::uint64_t zeros = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double mean = 0;
  double m2 = 0;
  double m3 = 0;
  double m4 = 0;
};

// Appends the run that follows. Pébay, Formulas for Robust, One-Pass Parallel Computation of
// Covariances and Arbitrary-Order Statistical Moments (SAND2008-6212), section 3.
void Append(const Moments& next, Moments* moments);

// Which type the elements are computed in: kFloat where a float holds every value of the type,
// kDouble for wider ones, kNone for strings, complex numbers and types that are not known.
enum class Arithmetic { kNone, kFloat, kDouble };
Arithmetic ArithmeticOf(ir::ElementType type);

// Elements above 0 and below 0 are summed apart.
struct Sums {
  double positive = 0;
  double negative = 0;
};

// One implementation of the loops; which one depends on the processor. n <= kBlock throughout.
struct Loops {
  // Little-endian elements as raw_data packs them to numbers. Types of ArithmeticOf() kFloat and
  // kDouble, respectively. Elements below a byte begin at a whole byte.
  void (*to_float)(ir::ElementType type, const char* bytes, std::size_t n, float* out);
  void (*to_double)(ir::ElementType type, const char* bytes, std::size_t n, double* out);
  // Sets non-finite elements to 0 once they are counted.
  Moments (*measure_float)(float* values, std::size_t n);
  Moments (*measure_double)(double* values, std::size_t n);
  // Sums finite values; adds each to its place in `positive` and `negative` unless these are null.
  Sums (*sum_float)(const float* values, std::size_t n, float* positive, float* negative);
  Sums (*sum_double)(const double* values, std::size_t n, double* positive, double* negative);
};
const Loops& FastLoops();
// What runs on every processor, for tests: its results are equal to those of the others.
const Loops& PlainLoops();

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_MOMENTS_H_
