// The pass over the weights: against sums done one by one, for every type, encoding, shape and
// number of threads.
#include "parsers/model/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>

#include "parsers/model/decode.h"
#include "parsers/model/moments.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using ir::TensorStatistics;
using parsers::ReadWeights;
using parsers::Source;
using parsers::WeightOptions;
using pb::TensorProto;

constexpr const char* kNet = R"(<ir_version: 10, opset_import: ["" : 21]>
net (float[N] x) => (float[N] y) { y = Relu(x) })";

ir::Model Read(const Source& source, const WeightOptions& options = {}) {
  ir::Model model = parsers::ParseOnnx(source);
  ReadWeights(source, options, &model);
  return model;
}

// Statistics of a tensor alone in its model; null if it has none.
std::shared_ptr<const TensorStatistics> StatisticsOf(const TensorProto& tensor,
                                                     const WeightOptions& options = {}) {
  pb::ModelProto proto = Proto(kNet);
  *proto.mutable_graph()->add_initializer() = tensor;
  return Read(*Source::FromBytes("m.onnx", proto.SerializeAsString()), options)
      .graph.initializers[0]
      .statistics;
}

TensorProto Tensor(int type, const std::vector<std::int64_t>& dims, std::string raw) {
  TensorProto tensor;
  tensor.set_name("w");
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  tensor.set_raw_data(std::move(raw));
  return tensor;
}

template <typename T>
std::string Raw(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TensorProto Floats(const std::vector<std::int64_t>& dims, const std::vector<float>& values) {
  return Tensor(TensorProto::FLOAT, dims, Raw(values));
}

std::vector<float> Normal(std::size_t n, float mean, float deviation, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal(mean, deviation);
  std::vector<float> values(n);
  for (float& value : values) value = normal(generator);
  return values;
}

template <typename T>
void ExpectMoments(const std::vector<T>& values, const TensorStatistics& found) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, m2 = 0, m4 = 0;
  std::uint64_t zeros = 0;
  for (const T value : values) mean += static_cast<double>(value) / n;
  for (const T value : values) {
    const double d = static_cast<double>(value) - mean;
    m2 += d * d / n;
    m4 += d * d * d * d / n;
    zeros += value == 0;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  EXPECT_EQ(found.count, values.size());
  EXPECT_EQ(found.min, static_cast<double>(*low));
  EXPECT_EQ(found.max, static_cast<double>(*high));
  EXPECT_EQ(found.zeros, zeros);
  EXPECT_NEAR(found.mean, mean, 1e-6 * (std::abs(mean) + std::sqrt(m2)));
  EXPECT_NEAR(found.variance, m2, 1e-5 * m2);
  EXPECT_NEAR(found.excess_kurtosis, m4 / (m2 * m2) - 3, 1e-4);
}

void ExpectSlices(const std::vector<float>& values, const std::vector<std::int64_t>& dims,
                  const TensorStatistics& found) {
  ASSERT_EQ(found.slices.size(), std::min<std::size_t>(2, dims.size()));
  const std::size_t width = values.size() / static_cast<std::size_t>(dims[0]);
  for (const TensorStatistics::Slices& slices : found.slices) {
    const auto units = static_cast<std::size_t>(dims[slices.axis]);
    const std::size_t inner = slices.axis == 0 ? width : width / units;
    std::vector<double> positive(units), negative(units);
    for (std::size_t i = 0; i < values.size(); ++i) {
      (values[i] > 0 ? positive : negative)[i / inner % units] += static_cast<double>(values[i]);
    }
    ASSERT_EQ(slices.positive.size(), units);
    ASSERT_EQ(slices.negative.size(), units);
    for (std::size_t i = 0; i < units; ++i) {
      ASSERT_NEAR(slices.positive[i], positive[i], 1e-5 * positive[i]) << slices.axis << " " << i;
      ASSERT_NEAR(slices.negative[i], negative[i], -1e-5 * negative[i]) << slices.axis << " " << i;
    }
  }
}

TEST(Weights, ShapesOfEveryKindGiveMomentsAndSlices) {
  const std::vector<std::vector<std::int64_t>> shapes = {
      {2},           {7},         {300},          {5000},        {1, 1000},      {1000, 1},
      {3, 5},        {64, 64},    {1000, 1000},   {3, 60'000},   {40'000, 9},    {777, 63},
      {64, 3, 7, 7}, {1, 500, 3}, {512, 1, 3, 3}, {600, 700, 3}, {2, 3, 4, 5, 6}};
  for (const auto& dims : shapes) {
    std::size_t count = 1;
    std::string name;
    for (const std::int64_t dim : dims) {
      count *= static_cast<std::size_t>(dim);
      name += std::to_string(dim) + " ";
    }
    SCOPED_TRACE(name);
    const std::vector<float> values = Normal(count, 0.01F, 0.05F, static_cast<unsigned>(count));
    const auto found = StatisticsOf(Floats(dims, values));
    ASSERT_NE(found, nullptr);
    ExpectMoments(values, *found);
    ExpectSlices(values, dims, *found);
  }
}

TEST(Weights, AxesWithTooManyUnitsHaveNoSlices) {
  const auto found = StatisticsOf(Floats({70'000, 2}, Normal(140'000, 0, 1)));
  ASSERT_EQ(found->slices.size(), 1u);
  EXPECT_EQ(found->slices[0].axis, 1u);
}

TEST(Weights, AnyNumberOfThreadsGivesTheSameBits) {
  pb::ModelProto proto = Proto(kNet);
  *proto.mutable_graph()->add_initializer() = Floats({1500, 1501}, Normal(1500 * 1501, 0, 1));
  for (int i = 0; i < 300; ++i) {
    *proto.mutable_graph()->add_initializer() = Floats({50, 40}, Normal(2000, 0, 1, 100 + i));
  }
  const auto source = Source::FromBytes("m.onnx", proto.SerializeAsString());
  WeightOptions one;
  one.threads = 1;
  const ir::Model first = Read(*source, one);
  for (const unsigned threads : {2U, 3U, 8U}) {
    WeightOptions options;
    options.threads = threads;
    const ir::Model again = Read(*source, options);
    for (std::size_t i = 0; i < first.graph.initializers.size(); ++i) {
      const TensorStatistics& a = *first.graph.initializers[i].statistics;
      const TensorStatistics& b = *again.graph.initializers[i].statistics;
      EXPECT_EQ(std::tie(a.mean, a.variance, a.excess_kurtosis, a.digest),
                std::tie(b.mean, b.variance, b.excess_kurtosis, b.digest));
      ASSERT_EQ(a.slices.size(), 2u);
      EXPECT_EQ(a.slices[0].positive, b.slices[0].positive);
      EXPECT_EQ(a.slices[1].negative, b.slices[1].negative);
    }
  }
}

TEST(Weights, LargeSmallAndShiftedNumbersKeepTheirMoments) {
  for (const auto& [mean, deviation] :
       std::vector<std::pair<float, float>>{{0, 1e-20F}, {0, 1e15F}, {1000, 0.5F}, {-7, 1e-3F}}) {
    SCOPED_TRACE(deviation);
    const std::vector<float> values = Normal(10'000, mean, deviation);
    ExpectMoments(values, *StatisticsOf(Floats({10'000}, values)));
  }
  const auto constant = StatisticsOf(Floats({3000}, std::vector<float>(3000, 0.1F)));
  EXPECT_EQ(constant->variance, 0);
  EXPECT_EQ(constant->excess_kurtosis, 0);
}

TEST(Weights, WhatIsNotFiniteIsCountedAndLeftOut) {
  std::vector<float> values = Normal(300'000, 0, 1);
  values[299'999] = std::numeric_limits<float>::quiet_NaN();
  values[150'001] = -std::numeric_limits<float>::infinity();
  values[150'500] = std::numeric_limits<float>::infinity();
  const auto found = StatisticsOf(Floats({1000, 300}, values));
  EXPECT_EQ(found->nan, 1u);
  EXPECT_EQ(found->infinite, 2u);
  EXPECT_EQ(found->first_nonfinite, 150'001u);
  EXPECT_EQ(found->count, 300'000u);
  EXPECT_LT(found->max, 10);
  EXPECT_NEAR(found->variance, 1, 0.02);
  for (float& value : values) {
    if (!std::isfinite(value)) value = 0;
  }
  ExpectSlices(values, {1000, 300}, *found);
  const auto none = StatisticsOf(Floats({300}, std::vector<float>(300, NAN)));
  EXPECT_EQ(none->nan, 300u);
  EXPECT_EQ(none->first_nonfinite, 0u);
  EXPECT_EQ(none->min, 0);
  EXPECT_EQ(none->max, 0);
}

TEST(Weights, WholeNumbersOfEveryWidthAreExact) {
  std::mt19937 generator(3);
  const auto check = [&](auto type, int data_type) {
    using T = decltype(type);
    std::uniform_int_distribution<std::int64_t> uniform(std::is_signed_v<T> ? -100 : 0, 100);
    std::vector<T> values(4001);
    for (T& value : values) value = static_cast<T>(uniform(generator));
    SCOPED_TRACE(data_type);
    const auto found = StatisticsOf(Tensor(data_type, {4001}, Raw(values)));
    ASSERT_NE(found, nullptr);
    ExpectMoments(values, *found);
  };
  check(std::int8_t{}, TensorProto::INT8);
  check(std::uint8_t{}, TensorProto::UINT8);
  check(std::int16_t{}, TensorProto::INT16);
  check(std::uint16_t{}, TensorProto::UINT16);
  check(std::int32_t{}, TensorProto::INT32);
  check(std::uint32_t{}, TensorProto::UINT32);
  check(std::int64_t{}, TensorProto::INT64);
  check(std::uint64_t{}, TensorProto::UINT64);
  check(double{}, TensorProto::DOUBLE);
}

TEST(Weights, NibblesAreUnpackedLowHalfFirst) {
  // -8..7 twice: int4 as two's complement, uint4 as 0..15.
  std::string raw;
  for (int i = 0; i < 16; i += 2) raw.push_back(static_cast<char>(i | (i + 1) << 4));
  raw += raw;
  const auto from_int4 = StatisticsOf(Tensor(TensorProto::INT4, {31}, raw));
  EXPECT_EQ(from_int4->count, 31u);
  EXPECT_EQ(from_int4->min, -8);
  EXPECT_EQ(from_int4->max, 7);
  EXPECT_EQ(from_int4->zeros, 2u);
  ASSERT_EQ(from_int4->slices.size(), 1u);
  EXPECT_EQ(from_int4->slices[0].positive[7], 7);
  EXPECT_EQ(from_int4->slices[0].negative[8], -8);
  EXPECT_EQ(StatisticsOf(Tensor(TensorProto::UINT4, {32}, raw))->max, 15);
  const auto fp4 = StatisticsOf(Tensor(TensorProto::FLOAT4E2M1, {32}, raw));
  EXPECT_EQ(fp4->min, -6);
  EXPECT_EQ(fp4->max, 6);
  EXPECT_EQ(fp4->zeros, 4u);  // two signs
}

// By the definition of the format: sign, exponent, fraction.
double SmallFloat(int bits, int width, int exponent_width, int bias) {
  const int fraction_width = width - 1 - exponent_width;
  const int exponent = bits >> fraction_width & ((1 << exponent_width) - 1);
  const double fraction = (bits & ((1 << fraction_width) - 1)) * std::pow(2, -fraction_width);
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, exponent - bias);
  return bits >> (width - 1) != 0 ? -magnitude : magnitude;
}

TEST(Weights, SmallFloatsAreDecodedAsTheirFormatsSay) {
  for (int bits = 0; bits < 1 << 16; ++bits) {
    const float half = parsers::FromFloat16(static_cast<std::uint32_t>(bits));
    if ((bits & 0x7fff) > 0x7c00) {
      EXPECT_TRUE(std::isnan(half));
    } else if ((bits & 0x7fff) == 0x7c00) {
      EXPECT_TRUE(std::isinf(half)) << bits;
    } else {
      ASSERT_EQ(half, SmallFloat(bits, 16, 5, 15)) << bits;
    }
  }
  for (int bits = 0; bits < 256; ++bits) {
    const auto u = static_cast<std::uint32_t>(bits);
    const int magnitude = bits & 0x7f;
    if (magnitude == 0x7f) {
      EXPECT_TRUE(std::isnan(parsers::FromE4M3FN(u)));
    } else {
      EXPECT_EQ(parsers::FromE4M3FN(u), SmallFloat(bits, 8, 4, 7)) << bits;
    }
    if (bits == 0x80) {
      EXPECT_TRUE(std::isnan(parsers::FromE4M3FNUZ(u)));
      EXPECT_TRUE(std::isnan(parsers::FromE5M2FNUZ(u)));
    } else {
      EXPECT_EQ(parsers::FromE4M3FNUZ(u), SmallFloat(bits, 8, 4, 8)) << bits;
      EXPECT_EQ(parsers::FromE5M2FNUZ(u), SmallFloat(bits, 8, 5, 16)) << bits;
    }
    if (magnitude > 0x7c) {
      EXPECT_TRUE(std::isnan(parsers::FromE5M2(u)));
    } else if (magnitude == 0x7c) {
      EXPECT_TRUE(std::isinf(parsers::FromE5M2(u)));
    } else {
      EXPECT_EQ(parsers::FromE5M2(u), SmallFloat(bits, 8, 5, 15)) << bits;
    }
    if (bits == 0xff) {
      EXPECT_TRUE(std::isnan(parsers::FromE8M0(u)));
    } else {
      EXPECT_EQ(parsers::FromE8M0(u), std::ldexp(1.0, bits - 127)) << bits;
    }
  }
}

TEST(Weights, EveryProcessorComputesTheSame) {
  const parsers::Loops& fast = parsers::FastLoops();
  const parsers::Loops& plain = parsers::PlainLoops();
  for (const std::size_t n : {std::size_t{1}, std::size_t{100}, parsers::kBlock}) {
    std::vector<float> a = Normal(n, 0.1F, 1);
    std::vector<float> b = a;
    const parsers::Moments x = fast.measure_float(a.data(), n);
    const parsers::Moments y = plain.measure_float(b.data(), n);
    EXPECT_EQ(std::tie(x.mean, x.m2, x.m3, x.m4, x.min), std::tie(y.mean, y.m2, y.m3, y.m4, y.min));
    const parsers::Sums s = fast.sum_float(a.data(), n, nullptr, nullptr);
    const parsers::Sums t = plain.sum_float(b.data(), n, nullptr, nullptr);
    EXPECT_EQ(std::tie(s.positive, s.negative), std::tie(t.positive, t.negative));
    // Any bits at all.
    std::string bytes(n, '\0');
    std::mt19937 generator(5);
    for (char& byte : bytes) byte = static_cast<char>(generator());
    for (int type = 1; type <= 24; ++type) {
      const auto element = static_cast<ir::ElementType>(type);
      if (parsers::ArithmeticOf(element) != parsers::Arithmetic::kFloat) continue;
      std::vector<float> c(n / 4), d(n / 4);
      fast.to_float(element, bytes.data(), n / 4, c.data());
      plain.to_float(element, bytes.data(), n / 4, d.data());
      if (!c.empty()) {  // bit by bit: NaNs too
        EXPECT_EQ(std::memcmp(c.data(), d.data(), c.size() * sizeof(float)), 0) << type;
      }
    }
  }
}

TEST(Weights, EveryEncodingIsTheSameTensor) {
  const std::vector<float> values = Normal(5000, 0, 1);
  const auto raw = StatisticsOf(Floats({5000}, values));
  TensorProto packed = Floats({5000}, {});
  packed.clear_raw_data();
  for (const float value : values) packed.add_float_data(value);
  const auto from_packed = StatisticsOf(packed);
  ASSERT_NE(from_packed, nullptr);
  EXPECT_EQ(from_packed->digest, raw->digest);
  EXPECT_EQ(from_packed->variance, raw->variance);

  // Half of them packed, half one by one.
  std::string content =
      "\x08" + Varint(5000) + "\x10\x01" + Field(8, "w") + Field(4, Raw(values).substr(0, 10'000));
  for (std::size_t i = 2500; i < 5000; ++i) {
    content += Varint(4 << 3 | 5) + Raw(values).substr(i * 4, 4);
  }
  const std::string file = OnnxFromText(kNet) + Field(7, Field(5, content));
  const ir::Model pieces = Read(*Source::FromBytes("m.onnx", file));
  ASSERT_EQ(pieces.graph.initializers[0].payload.encoding, ir::PayloadEncoding::kPieces);
  ASSERT_NE(pieces.graph.initializers[0].statistics, nullptr);
  EXPECT_EQ(pieces.graph.initializers[0].statistics->digest, raw->digest);

  std::vector<std::int8_t> bytes(3000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::int8_t>(i * 7);
  TensorProto varints = Tensor(TensorProto::INT8, {3000}, "");
  varints.clear_raw_data();
  for (const std::int8_t byte : bytes) varints.add_int32_data(byte);
  const auto from_varints = StatisticsOf(varints);
  ASSERT_NE(from_varints, nullptr);
  EXPECT_EQ(from_varints->digest,
            StatisticsOf(Tensor(TensorProto::INT8, {3000}, Raw(bytes)))->digest);
  EXPECT_EQ(from_varints->min, -128);
}

TEST(Weights, DigestsTellTensorsApart) {
  std::vector<float> values = Normal(400'000, 0, 1);
  const auto first = StatisticsOf(Floats({400'000}, values));
  EXPECT_EQ(first->digest, StatisticsOf(Floats({400'000}, values))->digest);
  std::swap(values[10], values[390'000]);
  EXPECT_NE(first->digest, StatisticsOf(Floats({400'000}, values))->digest);
}

TEST(Weights, TensorsAreFoundWhereverTheyStand) {
  pb::ModelProto proto = Proto(R"(<ir_version: 10, opset_import: ["" : 21]>
net (float[N] x, bool c) => (float[N] y) {
  k = Constant <value = float[3] {1, 2, 3}> ()
  y = If (c) <then_branch = a () => (float[N] p) { j = Constant <value = float[2] {4, 5}> () p = Relu(j) },
              else_branch = b () => (float[N] q) { q = Relu(x) }>
})");
  const ir::Model model = Read(*Source::FromBytes("m.onnx", proto.SerializeAsString()));
  const auto tensor_of = [](const ir::Node& node) {
    return std::get<ir::Tensor>(node.attributes[0].value).statistics;
  };
  ASSERT_NE(tensor_of(model.graph.nodes[0]), nullptr);
  EXPECT_EQ(tensor_of(model.graph.nodes[0])->mean, 2);
  const auto& branches = std::get<std::vector<ir::Graph>>(model.graph.nodes[1].attributes[0].value);
  EXPECT_EQ(tensor_of(branches[0].nodes[0])->max, 5);
}

TEST(Weights, TheModeAndTheLimitDecide) {
  const TensorProto large = Floats({1000}, Normal(1000, 0, 1));
  WeightOptions options;
  options.limit = 3999;
  EXPECT_EQ(StatisticsOf(large, options), nullptr);
  EXPECT_NE(StatisticsOf(Floats({9}, Normal(9, 0, 1)), options), nullptr);
  options.limit = 4000;
  EXPECT_NE(StatisticsOf(large, options), nullptr);
  options.mode = ir::WeightMode::kNever;
  EXPECT_EQ(StatisticsOf(large, options), nullptr);
  EXPECT_EQ(StatisticsOf(Floats({9}, Normal(9, 0, 1)), options), nullptr);
  options.mode = ir::WeightMode::kAlways;
  options.limit = 0;
  EXPECT_NE(StatisticsOf(large, options), nullptr);
}

TEST(Weights, AFileThatShrinksAfterItWasOpenedCostsItsStatisticsOnly) {
  const std::string path = testing::TempDir() + "shrinks.onnx";
  pb::ModelProto proto = Proto(kNet);
  *proto.mutable_graph()->add_initializer() = Floats({1 << 20}, Normal(1 << 20, 0, 1));
  std::ofstream(path, std::ios::binary) << proto.SerializeAsString();
  const auto opened = Source::Open(path);
  const Source& source = *std::get<std::shared_ptr<const Source>>(opened);
  ir::Model model = parsers::ParseOnnx(source);
  std::filesystem::resize_file(path, 1 << 20);
  ReadWeights(source, {}, &model);
  std::filesystem::remove(path);
  EXPECT_EQ(model.graph.initializers[0].statistics, nullptr);
}

TEST(Weights, PayloadsThatDoNotFitTheirShapeAreLeftAlone) {
  EXPECT_EQ(StatisticsOf(Floats({2000}, Normal(1999, 0, 1))), nullptr);
  EXPECT_EQ(StatisticsOf(Floats({-1, 2000}, Normal(2000, 0, 1))), nullptr);
  EXPECT_EQ(StatisticsOf(Floats({1LL << 40, 1LL << 40}, Normal(2000, 0, 1))), nullptr);
  EXPECT_EQ(StatisticsOf(Floats({0}, {})), nullptr);
}

}  // namespace
}  // namespace onnxcheck::tests
