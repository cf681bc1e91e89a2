// The pass over the weights against a plain sum of the same bytes: weights_bench
//
// Writes a model of 512 MiB of float32 into the temporary folder, then sums its mapped bytes as
// whole numbers and reads its weights, in turn, on every processor; the best of seven each counts.
// Prints both speeds and their ratio, and exits with 1 when the pass is below half the speed of the
// sum.
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "onnx/onnx_pb.h"
#include "parsers/model/onnx.h"
#include "parsers/model/weights.h"

namespace onnxcheck {
namespace {

constexpr double kLeastRatio = 0.5;
constexpr int kRounds = 7;
constexpr int kTensors = 128;
constexpr std::int64_t kWidth = 1024;
constexpr std::size_t kStep = std::size_t{1} << 20;

void WriteModel(const std::string& path) {
  onnxcheck_onnx::ModelProto model;
  model.set_ir_version(8);
  model.mutable_graph()->set_name("weights");
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0, 0.02F);
  std::vector<float> values(kWidth * kWidth);
  for (float& value : values) value = normal(generator);
  for (int i = 0; i < kTensors; ++i) {
    std::rotate(values.begin(), values.begin() + 1 + i, values.end());
    auto* tensor = model.mutable_graph()->add_initializer();
    tensor->set_name("w" + std::to_string(i));
    tensor->set_data_type(onnxcheck_onnx::TensorProto::FLOAT);
    tensor->add_dims(kWidth);
    tensor->add_dims(kWidth);
    tensor->set_raw_data(values.data(), values.size() * sizeof(float));
  }
  std::ofstream file(path, std::ios::binary);
  model.SerializeToOstream(&file);
}

std::shared_ptr<const parsers::Source> Open(const std::string& path) {
  return std::get<std::shared_ptr<const parsers::Source>>(parsers::Source::Open(path));
}

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::uint64_t Sum(std::string_view bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + sizeof sum <= bytes.size(); i += sizeof sum) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    sum += word;
  }
  return sum;
}

// Over the mapped file, as many threads as the pass has, a mebibyte at a time.
std::uint64_t SumAll(std::string_view bytes) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> total{0};
  const auto work = [&] {
    for (std::size_t at = next.fetch_add(kStep); at < bytes.size(); at = next.fetch_add(kStep)) {
      total += Sum(bytes.substr(at, kStep));
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return total;
}

int Main() {
  const std::string path =
      (std::filesystem::temp_directory_path() / "onnxcheck_weights_bench.onnx").string();
  WriteModel(path);
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  double of_sum = 1e9;
  double of_pass = 1e9;
  std::uint64_t sum = 0;
  for (int i = 0; i < kRounds; ++i) {
    // Each opens the file for itself: a mapping is new to both.
    of_sum = std::min(of_sum, Seconds([&] { sum += SumAll(Open(path)->bytes()); }));
    const auto source = Open(path);
    ir::Model model = parsers::ParseOnnx(*source);
    parsers::WeightOptions options;
    options.mode = ir::WeightMode::kAlways;
    of_pass = std::min(of_pass, Seconds([&] { ReadWeights(*source, options, &model); }));
    if (model.graph.initializers.back().statistics == nullptr) return 1;
  }
  std::filesystem::remove(path);
  std::printf("plain sum   %6.2f GB/s  (%llx)\nweight pass %6.2f GB/s\nratio       %6.2f\n",
              bytes / of_sum / 1e9, static_cast<unsigned long long>(sum), bytes / of_pass / 1e9,
              of_sum / of_pass);
  if (of_sum / of_pass >= kLeastRatio) return 0;
  std::printf("FAIL: below %.2f\n", kLeastRatio);
  return 1;
}

}  // namespace
}  // namespace onnxcheck

int main() { return onnxcheck::Main(); }
