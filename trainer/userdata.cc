// The user's own examples as a task.
#include "trainer/npz.h"
#include "trainer/task.h"

namespace onnxcheck::trainer {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;  // of one array
constexpr std::int64_t kMostExamples = 4096;                  // a replay sees the first of them

std::string ShapeText(at::IntArrayRef sizes) {
  std::string text = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(sizes[i]);
  }
  return text + "]";
}

at::Tensor FitInput(const at::Tensor& x, const InputSpec& spec) {
  std::vector<std::int64_t> sizes = {x.size(0)};
  sizes.insert(sizes.end(), spec.dims.begin(), spec.dims.end());
  if (x.sizes() != at::IntArrayRef(sizes)) {
    throw Unsupported("x of the data file is " + ShapeText(x.sizes()) + ", the model takes " +
                      ShapeText(sizes));
  }
  return x.to(spec.type);
}

}  // namespace

Task TaskFromFile(const std::string& path, const std::vector<InputSpec>& specs,
                  const std::vector<std::int64_t>& output_dims, const ir::Experiment& experiment) {
  if (specs.size() != 1) throw Unsupported("a data file for a model with several inputs");
  const at::Tensor x = ReadNpzMember(path, "x", kMostBytes);
  const at::Tensor y = ReadNpzMember(path, "y", kMostBytes);
  if (x.dim() < 1 || y.dim() < 1 || x.size(0) != y.size(0) || x.size(0) < 1) {
    throw Unsupported("x and y of the data file do not have the same number of examples");
  }
  const std::int64_t count = std::min(x.size(0), kMostExamples);
  Task task;
  task.inputs.push_back(FitInput(x.slice(0, 0, count), specs[0]));
  const at::Tensor target = y.slice(0, 0, count);

  std::vector<std::int64_t> sizes = {count};
  sizes.insert(sizes.end(), output_dims.begin(), output_dims.end());
  const std::int64_t width = output_dims.empty() ? 1 : output_dims.back();
  std::int64_t per_example = 1;
  for (const std::int64_t dim : output_dims) per_example *= dim;
  const bool fits = target.numel() == count * per_example;
  if (experiment.classes == 0) {
    if (!fits) throw Unsupported("y of the data file does not have the output's shape");
    task.target.values = target.to(at::kFloat).reshape(sizes);
    return task;
  }
  task.classes = width == 1 ? 2 : width;
  const bool one_hot = width > 1 && fits;
  if (!one_hot && target.numel() != count) {
    throw Unsupported("y of the data file is neither class indices nor one-hot");
  }
  const at::Tensor classes =
      one_hot ? target.reshape({count, width}).argmax(-1) : target.reshape({count}).to(at::kLong);
  if (classes.min().item<std::int64_t>() < 0 ||
      classes.max().item<std::int64_t>() >= task.classes) {
    throw Unsupported("y of the data file names classes that the model has no output for");
  }
  task.target.classes = classes;
  task.target.values =
      (width == 1 ? classes : at::one_hot(classes, width)).to(at::kFloat).reshape(sizes);
  return task;
}

}  // namespace onnxcheck::trainer
