// Small models for the trainer's tests, as files.
#ifndef ONNXCHECK_TESTS_TRAINER_MODELS_H_
#define ONNXCHECK_TESTS_TRAINER_MODELS_H_

#include <cstdint>
#include <string>

#include "analyzer/ir/experiment.h"

namespace onnxcheck::tests {

// Writes a model given as ONNX text and returns its path.
std::string WriteModel(const std::string& name, const std::string& text);

// x [N, inputs] -> `hidden` ReLU units -> y [N, outputs], ended by `head`
// (an operator's name, or empty). All weights are there and zero.
std::string Mlp(const std::string& name, int inputs, int hidden, int outputs,
                const std::string& head);

// A run of the MLP above that learns: Adam, 1e-3, batches of 32 of 1024.
ir::Experiment Experiment(const std::string& model, std::int64_t classes, ir::LossKind loss,
                          ir::LossInput input, ir::Framework framework);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_TRAINER_MODELS_H_
