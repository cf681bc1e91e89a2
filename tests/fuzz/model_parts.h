// What mutations of a model choose from.
#ifndef ONNXCHECK_TESTS_FUZZ_MODEL_PARTS_H_
#define ONNXCHECK_TESTS_FUZZ_MODEL_PARTS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace onnxcheck::fuzz {

// Numbers at the edges of types, of limits in the code, and of what is usual.
const std::array<std::int64_t, 22>& Integers();
const std::array<double, 14>& Reals();

// Every operator and attribute that a schema of the linked ONNX names.
struct Vocabulary {
  std::vector<std::string> operators;
  std::vector<std::string> attributes;
};
const Vocabulary& Words();

// The messages of a model by type, and its strings; both lists are bounded.
struct Parts {
  std::map<const google::protobuf::Descriptor*, std::vector<google::protobuf::Message*>> messages;
  std::vector<std::string> strings;
  std::size_t count = 0;
};

Parts PartsOf(google::protobuf::Message* model);

}  // namespace onnxcheck::fuzz

#endif  // ONNXCHECK_TESTS_FUZZ_MODEL_PARTS_H_
