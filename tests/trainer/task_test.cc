// Tasks: synthetic ones are learnable, fixed by their seed and fit the model;
// the user's are read from npz as they stand.
#include "trainer/task.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>

#include "trainer/npz.h"

namespace onnxcheck::trainer {
namespace {

InputSpec Floats(std::vector<std::int64_t> dims) { return {std::move(dims), at::kFloat, 0}; }

ir::Experiment Classes(std::int64_t classes) {
  ir::Experiment experiment;
  experiment.classes = classes;
  return experiment;
}

// Share of examples that the nearest class mean gets right: what any linear
// model can do.
double NearestMean(const Task& task) {
  const at::Tensor x = task.inputs[0].flatten(1);
  const at::Tensor y = at::one_hot(task.target.classes, task.classes).to(at::kFloat);
  const at::Tensor means = at::matmul(y.t(), x) / y.sum(0).unsqueeze(1);
  return at::cdist(x, means).argmin(1).eq(task.target.classes).to(at::kFloat).mean().item<double>();
}

TEST(SyntheticTask, ClassesCanBeToldApart) {
  for (const auto& [dims, classes] :
       std::vector<std::pair<std::vector<std::int64_t>, std::int64_t>>{
           {{2}, 2}, {{2}, 10}, {{64}, 10}, {{3, 32, 32}, 5}, {{28, 28, 1}, 10}, {{1}, 3}}) {
    const Task task = SyntheticTask({Floats(dims)}, {classes}, Classes(classes), 600, 7);
    EXPECT_GT(NearestMean(task), 0.95) << dims << " " << classes;
    EXPECT_NEAR(task.inputs[0].mean().item<double>(), 0, 1.1);
    EXPECT_LT(task.inputs[0].abs().max().item<double>(), 10);
  }
}

TEST(SyntheticTask, OneColumnIsTwoClasses) {
  const Task task = SyntheticTask({Floats({4})}, {1}, Classes(2), 100, 7);
  EXPECT_EQ(task.classes, 2);
  EXPECT_EQ(task.target.values.sizes(), (std::vector<std::int64_t>{100, 1}));
  EXPECT_EQ(task.target.values.sum().item<double>(), 50);
}

TEST(SyntheticTask, RegressionIsLinearInItsInputs) {
  const Task task = SyntheticTask({Floats({12})}, {2}, Classes(0), 500, 7);
  const at::Tensor x = at::cat({task.inputs[0], at::ones({500, 1})}, 1);
  const at::Tensor solved = at::matmul(at::pinverse(x), task.target.values);
  EXPECT_GT(TaskProgress(task, at::matmul(x, solved), task.target), 0.9);
}

TEST(SyntheticTask, TargetsStayWithinReachOfTheHead) {
  ir::Experiment experiment = Classes(0);
  experiment.head = ir::Activation::kSigmoid;
  const Task task = SyntheticTask({Floats({12})}, {2}, experiment, 500, 7);
  EXPECT_GT(task.target.values.min().item<double>(), 0);
  EXPECT_LT(task.target.values.max().item<double>(), 1);
}

TEST(SyntheticTask, TokensTellTheClass) {
  const InputSpec tokens{{8}, at::kLong, 50};
  const Task task = SyntheticTask({tokens}, {4}, Classes(4), 400, 7);
  EXPECT_GE(task.inputs[0].min().item<std::int64_t>(), 0);
  EXPECT_LT(task.inputs[0].max().item<std::int64_t>(), 50);
  const at::Tensor votes = at::one_hot(task.inputs[0].remainder(4), 4).sum(1);
  EXPECT_GT(votes.argmax(1).eq(task.target.classes).to(at::kFloat).mean().item<double>(), 0.8);
}

TEST(SyntheticTask, IsFixedByItsSeed) {
  const auto make = [](std::uint64_t seed) {
    return SyntheticTask({Floats({6})}, {3}, Classes(3), 50, seed).inputs[0];
  };
  EXPECT_TRUE(at::equal(make(1), make(1)));
  EXPECT_FALSE(at::equal(make(1), make(2)));
}

TEST(TaskProgress, MeasuresAgainstAConstant) {
  const Task task = SyntheticTask({Floats({4})}, {5}, Classes(5), 100, 7);
  EXPECT_NEAR(TaskProgress(task, at::ones({100, 5}), task.target), 0, 1e-6);
  EXPECT_NEAR(TaskProgress(task, task.target.values, task.target), 1, 1e-6);
  const Task values = SyntheticTask({Floats({4})}, {3}, Classes(0), 100, 7);
  const at::Tensor mean = values.target.values.mean(0, true).expand({100, 3});
  EXPECT_NEAR(TaskProgress(values, mean, values.target), 0, 1e-5);
  EXPECT_NEAR(TaskProgress(values, values.target.values, values.target), 1, 1e-6);
}

std::string Npy(const std::string& descr, const std::string& shape, const std::string& data,
                const std::string& order = "False") {
  std::string header =
      "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize((header.size() + 10 + 63) / 64 * 64 - 10, ' ');
  std::string bytes = "\x93NUMPY";
  bytes += {1, 0};
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + data;
}

template <typename T>
std::string Bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST(Npy, ReadsWhatNumpyWrites) {
  const at::Tensor plain = ReadNpy(Npy("<f4", "(2, 3)", Bytes<float>({1, 2, 3, 4, 5, 6})));
  EXPECT_TRUE(at::equal(plain, at::tensor({1.F, 2.F, 3.F, 4.F, 5.F, 6.F}).reshape({2, 3})));
  const at::Tensor fortran =
      ReadNpy(Npy("<f4", "(2, 3)", Bytes<float>({1, 4, 2, 5, 3, 6}), "True"));
  EXPECT_TRUE(at::equal(fortran, plain));
  const at::Tensor whole = ReadNpy(Npy("<i8", "(2,)", Bytes<std::int64_t>({7, -7})));
  EXPECT_EQ(whole[1].item<std::int64_t>(), -7);
  const at::Tensor scalar = ReadNpy(Npy("|u1", "()", "\xff"));
  EXPECT_EQ(scalar.item<int>(), 255);
}

TEST(Npy, DamageIsRefused) {
  const std::string good = Npy("<f4", "(2, 3)", Bytes<float>({1, 2, 3, 4, 5, 6}));
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_THROW(ReadNpy(good.substr(0, length)), Unsupported) << length;
  }
  EXPECT_THROW(ReadNpy(Npy("|O", "(1,)", "12345678")), Unsupported);
  EXPECT_THROW(ReadNpy(Npy(">f4", "(1,)", "1234")), Unsupported);
  EXPECT_THROW(ReadNpy(Npy("<f4", "(-1,)", "1234")), Unsupported);
  EXPECT_THROW(ReadNpy(Npy("<f4", "(99999999999, 99999999999)", "1234")), Unsupported);
}

std::string WriteNpz(const std::string& name, const std::string& x, const std::string& y) {
  const std::string path = ::testing::TempDir() + name;
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  const auto add = [archive](const char* member, const std::string& bytes) {
    zip_file_add(archive, member,
                 zip_source_buffer(archive, bytes.data(), bytes.size(), /*freep=*/0),
                 ZIP_FL_OVERWRITE);
  };
  add("x.npy", x);
  add("y.npy", y);
  zip_close(archive);
  return path;
}

TEST(TaskFromFile, LabelsMayBeIndicesOrOneHot) {
  const std::string x = Npy("<f4", "(3, 2)", Bytes<float>({1, 2, 3, 4, 5, 6}));
  const std::string indices =
      WriteNpz("indices.npz", x, Npy("<i8", "(3,)", Bytes<std::int64_t>({2, 0, 1})));
  const std::string one_hot =
      WriteNpz("onehot.npz", x, Npy("<f4", "(3, 3)", Bytes<float>({0, 0, 1, 1, 0, 0, 0, 1, 0})));
  for (const std::string& path : {indices, one_hot}) {
    const Task task = TaskFromFile(path, {Floats({2})}, {3}, Classes(3));
    EXPECT_EQ(task.Size(), 3);
    EXPECT_TRUE(at::equal(task.target.classes,
                          at::tensor({2, 0, 1}, at::TensorOptions().dtype(at::kLong))));
    EXPECT_EQ(task.target.values[0][2].item<float>(), 1);
  }
}

TEST(TaskFromFile, WhatDoesNotFitIsNamed) {
  const std::string x = Npy("<f4", "(3, 2)", Bytes<float>({1, 2, 3, 4, 5, 6}));
  const std::string path =
      WriteNpz("classes.npz", x, Npy("<i8", "(3,)", Bytes<std::int64_t>({2, 0, 7})));
  EXPECT_THROW(TaskFromFile(path, {Floats({2})}, {3}, Classes(3)), Unsupported);
  EXPECT_THROW(TaskFromFile(path, {Floats({5})}, {8}, Classes(8)), Unsupported);
  EXPECT_THROW(TaskFromFile("/nowhere.npz", {Floats({2})}, {3}, Classes(3)), Unsupported);
  const std::string text = ::testing::TempDir() + "text.npz";
  std::ofstream(text) << "no archive";
  EXPECT_THROW(TaskFromFile(text, {Floats({2})}, {3}, Classes(3)), Unsupported);
}

}  // namespace
}  // namespace onnxcheck::trainer
