// Mutations of ONNX models that stay models: what libFuzzer's byte mutations seldom reach.
#ifndef ONNXCHECK_TESTS_FUZZ_MUTATE_MODEL_H_
#define ONNXCHECK_TESTS_FUZZ_MUTATE_MODEL_H_

#include <cstdint>

#include "onnx/onnx_pb.h"

namespace onnxcheck::fuzz {

// One to four changes by protobuf's reflection: elements of repeated fields duplicated, removed and
// swapped, numbers at their edges, strings taken from elsewhere in the model so that names alias,
// other operators, attributes of another kind, subgraphs and functions nested, inputs rewired
// (cycles too), chains whose paths double with each node. The same seed makes the same model.
void MutateModel(ONNX_NAMESPACE::ModelProto* model, std::uint32_t seed);

// Parts of `other` take the place of, or are added to, parts of the same type.
void CrossModels(const ONNX_NAMESPACE::ModelProto& other, ONNX_NAMESPACE::ModelProto* model,
                 std::uint32_t seed);

}  // namespace onnxcheck::fuzz

#endif  // ONNXCHECK_TESTS_FUZZ_MUTATE_MODEL_H_
