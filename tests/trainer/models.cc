#include "tests/trainer/models.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {
namespace {

std::string Weights(const std::string& name, int rows, int columns) {
  std::string text =
      "float[" + std::to_string(rows) + "," + std::to_string(columns) + "] " + name + " = {0.0";
  for (int i = 1; i < rows * columns; ++i) text += ", 0.0";
  return text + "}";
}

}  // namespace

std::string WriteModel(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "onnxcheck_trainer_" + name + ".onnx";
  std::ofstream(path, std::ios::binary) << OnnxFromText(text);
  return path;
}

std::string Mlp(const std::string& name, int inputs, int hidden, int outputs,
                const std::string& head) {
  const std::string in = std::to_string(inputs);
  const std::string out = std::to_string(outputs);
  std::string text = "<ir_version: 8, opset_import: [\"\" : 17]>\nnet (float[N, " + in +
                     "] x) => (float[N, " + out + "] y)\n<" + Weights("w", inputs, hidden) + ", " +
                     Weights("a", 1, hidden) + ", " + Weights("v", hidden, outputs) + ", " +
                     Weights("b", 1, outputs) + ">\n{ h = MatMul(x, w)\n g = Add(h, a)\n" +
                     " r = Relu(g)\n m = MatMul(r, v)\n";
  text += head.empty() ? " y = Add(m, b) }" : " z = Add(m, b)\n y = " + head + "(z) }";
  return WriteModel(name, text);
}

ir::Experiment Experiment(const std::string& model, std::int64_t classes, ir::LossKind loss,
                          ir::LossInput input, ir::Framework framework) {
  ir::Experiment experiment;
  experiment.model_path = model;
  experiment.output = "y";
  experiment.classes = classes;
  experiment.baseline.framework = framework;
  experiment.baseline.loss = loss;
  experiment.baseline.loss_input = input;
  experiment.baseline.optimizer = "adam";
  experiment.baseline.learning_rate = 1e-3;
  experiment.baseline.batch_size = 32;
  experiment.baseline.dataset_size = 1024;
  experiment.changed = experiment.baseline;
  return experiment;
}

}  // namespace onnxcheck::tests
