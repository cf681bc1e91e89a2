#include "parsers/model/moments.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "parsers/model/decode.h"

// The same source is compiled for several instruction sets; a vector holds 64 bytes whatever they
// are. Fused multiply-adds would make the results differ: they are off for this file.
#if defined(__x86_64__)
#define ONNXCHECK_FOR(set) __attribute__((target(set)))
#endif
#define ONNXCHECK_INLINE inline __attribute__((always_inline))

namespace onnxcheck::parsers {
namespace {

using ir::ElementType;

constexpr std::size_t kVectorBytes = 64;
template <typename T>
constexpr std::size_t kLanes = kVectorBytes / sizeof(T);

template <typename T>
using IntegerOf = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
template <typename T>
struct VectorOf {
  typedef T Type __attribute__((vector_size(kVectorBytes)));
};
template <typename T>
using Vector = typename VectorOf<T>::Type;

// Fourth powers of floats neither vanish nor overflow between these.
constexpr float kLeastInFloat = 1e-6F;
constexpr float kMostInFloat = 1e8F;

template <typename T>
constexpr IntegerOf<T> kInfinityBits =
    std::bit_cast<IntegerOf<T>>(std::numeric_limits<T>::infinity());
template <typename T>
constexpr IntegerOf<T> kMagnitudeBits = std::numeric_limits<IntegerOf<T>>::max();

// Never by value: how a vector is passed depends on the instruction set.
template <typename T>
ONNXCHECK_INLINE void Load(const T* from, Vector<T>* to) {
  std::memcpy(to, from, sizeof *to);
}

template <typename T>
ONNXCHECK_INLINE double Total(const Vector<T>& lanes) {
  double total = 0;
  for (std::size_t i = 0; i < kLanes<T>; ++i) total += static_cast<double>(lanes[i]);
  return total;
}

// Sums of the powers of the distances from `pivot`, as moments about the mean.
ONNXCHECK_INLINE void FromPivot(double pivot, double n, double s1, double s2, double s3, double s4,
                                Moments* moments) {
  const double d = s1 / n;
  moments->mean = pivot + d;
  moments->m2 = std::fmax(0, s2 - n * d * d);
  moments->m3 = s3 - 3 * d * s2 + 2 * n * d * d * d;
  moments->m4 = std::fmax(0, s4 - 4 * d * s3 + 6 * d * d * s2 - 3 * n * d * d * d * d);
}

// All of n finite values, n a multiple of the lanes.
template <typename T>
ONNXCHECK_INLINE void Powers(const T* values, std::size_t n, std::size_t padding,
                             Moments* moments) {
  const T pivot = values[0];
  Vector<T> s1 = {}, s2 = {}, s3 = {}, s4 = {};
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    Vector<T> d;
    Load(values + i, &d);
    d -= pivot;
    const Vector<T> square = d * d;
    s1 += d;
    s2 += square;
    s3 += square * d;
    s4 += square * square;
  }
  // Values that fill up the last vector are equal to the pivot and add nothing.
  FromPivot(static_cast<double>(pivot), static_cast<double>(n - padding), Total<T>(s1),
            Total<T>(s2), Total<T>(s3), Total<T>(s4), moments);
}

template <typename T>
ONNXCHECK_INLINE Moments MeasureFinite(const T* values, std::size_t n, std::size_t padding,
                                       bool* finite) {
  using I = IntegerOf<T>;
  Vector<I> magnitude = {}, zeros = {};
  Vector<T> x, low;
  Load(values, &low);
  Vector<T> high = low;
  for (std::size_t i = 0; i < n; i += kLanes<T>) {
    Load(values + i, &x);
    Vector<I> bits;
    std::memcpy(&bits, &x, sizeof bits);
    bits &= kMagnitudeBits<T>;
    magnitude = bits > magnitude ? bits : magnitude;
    low = x < low ? x : low;
    high = x > high ? x : high;
    zeros -= x == T{0};
  }
  Moments moments;
  moments.count = n - padding;
  I largest = 0;
  for (std::size_t i = 0; i < kLanes<T>; ++i) largest = std::max<I>(largest, magnitude[i]);
  *finite = largest < kInfinityBits<T>;
  if (!*finite) return moments;
  for (std::size_t i = 0; i < kLanes<T>; ++i) {
    moments.min = std::min<double>(moments.min, static_cast<double>(low[i]));
    moments.max = std::max<double>(moments.max, static_cast<double>(high[i]));
    moments.zeros += static_cast<std::uint64_t>(zeros[i]);
  }
  if (values[0] == T{0}) moments.zeros -= padding;
  const double reach = moments.max - moments.min;
  if (std::is_same_v<T, double> || reach == 0 ||
      (reach > static_cast<double>(kLeastInFloat) && reach < static_cast<double>(kMostInFloat))) {
    Powers(values, n, padding, &moments);
    return moments;
  }
  std::array<double, kBlock> wide = {};
  for (std::size_t i = 0; i < n; ++i) wide[i] = static_cast<double>(values[i]);
  Powers(wide.data(), n, padding, &moments);
  return moments;
}

// Counts what is not finite and measures the rest.
template <typename T>
ONNXCHECK_INLINE Moments MeasureMixed(T* values, std::size_t n) {
  alignas(kVectorBytes) std::array<T, kBlock> rest;
  std::size_t kept = 0;
  Moments moments;
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isfinite(values[i])) {
      rest[kept++] = values[i];
      continue;
    }
    ++(std::isnan(values[i]) ? moments.nan : moments.infinite);
    if (moments.first_nonfinite == kNowhere) moments.first_nonfinite = i;
    values[i] = 0;
  }
  if (kept > 0) {
    const std::size_t padded = (kept + kLanes<T> - 1) / kLanes<T> * kLanes<T>;
    for (std::size_t i = kept; i < padded; ++i) rest[i] = rest[0];
    bool finite = true;
    Moments of_rest = MeasureFinite(rest.data(), padded, padded - kept, &finite);
    of_rest.nan = moments.nan;
    of_rest.infinite = moments.infinite;
    of_rest.first_nonfinite = moments.first_nonfinite;
    moments = of_rest;
  }
  moments.count = n;
  return moments;
}

template <typename T>
ONNXCHECK_INLINE Moments Measure(T* values, std::size_t n) {
  bool finite = true;
  if (n % kLanes<T> == 0) {
    const Moments moments = MeasureFinite(values, n, 0, &finite);
    if (finite) return moments;
  }
  return MeasureMixed(values, n);
}

template <typename T, bool kPlaces>
ONNXCHECK_INLINE Sums SumAll(const T* values, std::size_t n, T* positive, T* negative) {
  const Vector<T> zero = {};
  Vector<T> up = {}, down = {};
  std::size_t i = 0;
  for (; i + kLanes<T> <= n; i += kLanes<T>) {
    Vector<T> x;
    Load(values + i, &x);
    const Vector<T> above = x > zero ? x : zero;
    const Vector<T> below = x - above;
    up += above;
    down += below;
    if constexpr (kPlaces) {
      Vector<T> p, q;
      Load(positive + i, &p);
      Load(negative + i, &q);
      p += above;
      q += below;
      std::memcpy(positive + i, &p, sizeof p);
      std::memcpy(negative + i, &q, sizeof q);
    }
  }
  Sums sums{Total<T>(up), Total<T>(down)};
  for (; i < n; ++i) {
    const T x = values[i];
    (x > 0 ? sums.positive : sums.negative) += static_cast<double>(x);
    if constexpr (kPlaces) (x > 0 ? positive : negative)[i] += x;
  }
  return sums;
}

template <typename T>
ONNXCHECK_INLINE Sums Sum(const T* values, std::size_t n, T* positive, T* negative) {
  return positive != nullptr ? SumAll<T, true>(values, n, positive, negative)
                             : SumAll<T, false>(values, n, nullptr, nullptr);
}

// The loops under one name for each instruction set.
#define ONNXCHECK_LOOPS(name, attribute)                                                           \
  attribute void ToFloat##name(ElementType type, const char* bytes, std::size_t n, float* out) {   \
    DecodeFloats(type, bytes, n, out);                                                             \
  }                                                                                                \
  attribute void ToDouble##name(ElementType type, const char* bytes, std::size_t n, double* out) { \
    DecodeDoubles(type, bytes, n, out);                                                            \
  }                                                                                                \
  attribute Moments MeasureFloat##name(float* values, std::size_t n) {                             \
    return Measure(values, n);                                                                     \
  }                                                                                                \
  attribute Moments MeasureDouble##name(double* values, std::size_t n) {                           \
    return Measure(values, n);                                                                     \
  }                                                                                                \
  attribute Sums SumFloat##name(const float* values, std::size_t n, float* positive,               \
                                float* negative) {                                                 \
    return Sum(values, n, positive, negative);                                                     \
  }                                                                                                \
  attribute Sums SumDouble##name(const double* values, std::size_t n, double* positive,            \
                                 double* negative) {                                               \
    return Sum(values, n, positive, negative);                                                     \
  }                                                                                                \
  constexpr Loops k##name = {ToFloat##name,       ToDouble##name, MeasureFloat##name,              \
                             MeasureDouble##name, SumFloat##name, SumDouble##name};

ONNXCHECK_LOOPS(Plain, )
#if defined(ONNXCHECK_FOR)
ONNXCHECK_LOOPS(Avx2, ONNXCHECK_FOR("avx2"))
ONNXCHECK_LOOPS(Avx512, ONNXCHECK_FOR("avx512f,avx512bw,avx512vl,avx512dq"))
#endif

}  // namespace

void Append(const Moments& next, Moments* moments) {
  Moments& m = *moments;
  if (next.first_nonfinite != kNowhere && m.first_nonfinite == kNowhere) {
    m.first_nonfinite = m.count + next.first_nonfinite;
  }
  const auto na = static_cast<double>(m.count - m.nan - m.infinite);
  const auto nb = static_cast<double>(next.count - next.nan - next.infinite);
  m.count += next.count;
  m.nan += next.nan;
  m.infinite += next.infinite;
  m.zeros += next.zeros;
  m.min = std::min(m.min, next.min);
  m.max = std::max(m.max, next.max);
  if (nb == 0) return;
  const double n = na + nb;
  const double d = next.mean - m.mean;
  const double dn = d / n;
  m.m4 += next.m4 + d * dn * dn * dn * na * nb * (na * na - na * nb + nb * nb) +
          6 * dn * dn * (na * na * next.m2 + nb * nb * m.m2) + 4 * dn * (na * next.m3 - nb * m.m3);
  m.m3 += next.m3 + d * dn * dn * na * nb * (na - nb) + 3 * dn * (na * next.m2 - nb * m.m2);
  m.m2 += next.m2 + d * dn * na * nb;
  m.mean = na == 0 ? next.mean : m.mean + dn * nb;
}

Arithmetic ArithmeticOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat:
    case ElementType::kUint8:
    case ElementType::kInt8:
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kBool:
    case ElementType::kFloat16:
    case ElementType::kBfloat16:
    case ElementType::kFloat8E4M3FN:
    case ElementType::kFloat8E4M3FNUZ:
    case ElementType::kFloat8E5M2:
    case ElementType::kFloat8E5M2FNUZ:
    case ElementType::kUint4:
    case ElementType::kInt4:
    case ElementType::kFloat4E2M1:
    case ElementType::kFloat8E8M0:
      return Arithmetic::kFloat;
    case ElementType::kDouble:
    case ElementType::kInt32:
    case ElementType::kUint32:
    case ElementType::kInt64:
    case ElementType::kUint64:
      return Arithmetic::kDouble;
    default:
      return Arithmetic::kNone;
  }
}

const Loops& PlainLoops() { return kPlain; }

const Loops& FastLoops() {
#if defined(ONNXCHECK_FOR)
  static const bool kHasAvx512 =
      __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
      __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kHasAvx512) return kAvx512;
  if (kHasAvx2) return kAvx2;
#endif
  return kPlain;
}

}  // namespace onnxcheck::parsers
