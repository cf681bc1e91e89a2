// Models as bytes, for the tests of the model parser.
#ifndef ONNXCHECK_TESTS_PARSERS_MODEL_SUPPORT_H_
#define ONNXCHECK_TESTS_PARSERS_MODEL_SUPPORT_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/ir/model.h"
#include "onnx/onnx_pb.h"
#include "parsers/model/onnx.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {

namespace pb = onnxcheck_onnx;

inline ir::Model ParseBytes(std::string bytes) {
  return parsers::ParseOnnx(*parsers::Source::FromBytes("m.onnx", std::move(bytes)));
}

inline ir::Model ParseText(std::string_view text) { return ParseBytes(OnnxFromText(text)); }

// A valid model that tests change before they write it.
inline pb::ModelProto Proto(std::string_view text) {
  pb::ModelProto proto;
  EXPECT_TRUE(proto.ParseFromString(OnnxFromText(text)));
  return proto;
}

inline ir::Model Parse(const pb::ModelProto& proto) {
  return ParseBytes(proto.SerializeAsString());
}

// "kind at: message" of every problem.
inline std::vector<std::string> Problems(const ir::Model& model) {
  std::vector<std::string> lines;
  for (const ir::Problem& problem : model.input.problems) {
    lines.push_back(problem.location.logical + ": " + problem.message);
  }
  return lines;
}

inline std::size_t Count(const ir::Model& model, ir::ProblemKind kind) {
  return static_cast<std::size_t>(
      std::count_if(model.input.problems.begin(), model.input.problems.end(),
                    [&](const ir::Problem& problem) { return problem.kind == kind; }));
}

// Wire format by hand, for what protobuf's own writer does not write.
inline std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline std::string Field(std::uint32_t number, std::string_view content) {
  return Varint(number << 3 | 2) + Varint(content.size()) + std::string(content);
}

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_PARSERS_MODEL_SUPPORT_H_
