// Damaged files and files that are no models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "parsers/model/strip.h"
#include "parsers/model/wire.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using ir::ProblemKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kNet[] = R"(
  <ir_version: 8, opset_import: ["" : 17]>
  net (float[N, 4] x) => (float[N, 3] y)
  <float[4, 3] w = {1,2,3,4,5,6,7,8,9,10,11,12}>
  {
    h = MatMul(x, w)
    y = Softmax <axis = -1> (h)
  })";

TEST(Damage, TheWholeModelIsSilent) {
  const ir::Model model = ParseText(kNet);
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_TRUE(model.decoded);
  EXPECT_THAT(model.graph.nodes, SizeIs(2));
}

TEST(Damage, EveryTruncationIsAProblemOrAPrefixThatTheCheckerRejects) {
  const std::string bytes = OnnxFromText(kNet);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ir::Model model = ParseBytes(bytes.substr(0, size));
    ASSERT_FALSE(model.input.problems.empty()) << "cut at " << size;
    for (const ir::Problem& problem : model.input.problems) {
      EXPECT_LE(problem.location.offset + problem.location.length, size) << "cut at " << size;
      EXPECT_FALSE(problem.message.empty());
      EXPECT_EQ(problem.location.path, "m.onnx");
    }
  }
}

TEST(Damage, WhatStandsBeforeTheEndIsKept) {
  const std::string bytes = OnnxFromText(kNet);
  const std::size_t softmax = bytes.find("Softmax");
  const ir::Model model = ParseBytes(bytes.substr(0, softmax + 3));
  ASSERT_THAT(model.input.problems, SizeIs(1));
  const ir::Problem& problem = model.input.problems[0];
  EXPECT_EQ(problem.kind, ProblemKind::kTruncated);
  EXPECT_EQ(problem.location.logical, "graph/node[1]");
  EXPECT_EQ(problem.location.offset, softmax - 2);
  EXPECT_THAT(problem.message, HasSubstr("ends inside 'op_type' of NodeProto"));
  EXPECT_TRUE(model.decoded);
  ASSERT_FALSE(model.graph.nodes.empty());
  EXPECT_EQ(model.graph.nodes[0].op_type, "MatMul");
}

TEST(Damage, ALengthBeyondTheFileIsTruncation) {
  const std::string model = "\x08\x08" + Varint(7 << 3 | 2) + Varint(1u << 30) + Field(2, "g");
  const ir::Model read = ParseBytes(model);
  ASSERT_EQ(Count(read, ProblemKind::kTruncated), 1u);
  EXPECT_THAT(read.input.problems[0].message, HasSubstr("bytes short"));
  EXPECT_EQ(read.graph.name, "g");
}

TEST(Damage, ALengthBeyondItsMessageIsMalformedAndTheRestIsRead) {
  std::string bytes = OnnxFromText(kNet);
  const std::size_t at = bytes.find("MatMul");
  bytes[at - 1] = 100;  // op_type of the first node claims more than the node has
  const ir::Model model = ParseBytes(bytes);
  ASSERT_THAT(model.input.problems, SizeIs(1));
  const ir::Problem& problem = model.input.problems[0];
  EXPECT_EQ(problem.kind, ProblemKind::kMalformedModel);
  EXPECT_EQ(problem.location.offset, at - 2);
  EXPECT_EQ(problem.location.logical, "graph/node[0]");
  EXPECT_THAT(problem.message, HasSubstr("claims 100 bytes"));
  ASSERT_THAT(model.graph.nodes, SizeIs(2));
  EXPECT_EQ(model.graph.nodes[1].op_type, "Softmax");
}

TEST(Damage, AVarintThatRunsOnIsMalformedAtItsByte) {
  const std::string header = "\x08\x08";
  const ir::Model model = ParseBytes(header + std::string(1, '\x28') + std::string(40, '\xff') +
                                     Field(7, Field(2, "g")));
  ASSERT_FALSE(model.input.problems.empty());
  EXPECT_EQ(model.input.problems[0].kind, ProblemKind::kMalformedModel);
  EXPECT_EQ(model.input.problems[0].location.offset, 3u);
  EXPECT_THAT(model.input.problems[0].message, HasSubstr("more than ten bytes"));
}

TEST(Damage, NumbersThatAreNoneAreLeftOutOfTheDecodedModel) {
  pb::ModelProto proto;
  ASSERT_TRUE(proto.ParseFromString(OnnxFromText(kNet)));
  // A packed list whose last number never ends.
  const std::string tensor = Field(1, "\x01") + "\x10\x07" + Field(7, "\x01\x80") + Field(8, "bad");
  const ir::Model model = ParseBytes(proto.SerializeAsString() + Field(7, Field(5, tensor)));
  ASSERT_THAT(model.input.problems, SizeIs(1));
  EXPECT_EQ(model.input.problems[0].kind, ProblemKind::kMalformedModel);
  EXPECT_EQ(model.input.problems[0].location.logical, "graph/initializer[0]");
  EXPECT_THAT(model.graph.initializers, SizeIs(2));
}

// Subgraphs, types and unknown groups, each nested 10,000 deep.
TEST(Damage, DeepNestingIsRefusedAndTheRestIsRead) {
  constexpr int kDepth = 10'000;
  std::string graph = Field(2, "inner");
  for (int i = 0; i < kDepth; ++i) graph = Field(2, "g") + Field(1, Field(5, Field(6, graph)));
  const ir::Model model = ParseBytes("\x08\x08" + Field(7, graph) + Field(8, "\x10\x11"));
  EXPECT_EQ(Count(model, ProblemKind::kResourceLimit), 1u);
  EXPECT_TRUE(model.decoded);
  EXPECT_EQ(model.graph.name, "g");

  std::string type;
  for (int i = 0; i < kDepth; ++i) type = Field(4, Field(1, type));
  const std::string input = Field(11, Field(1, "x") + Field(2, type));
  const ir::Model typed = ParseBytes("\x08\x08" + Field(7, Field(2, "g") + input));
  EXPECT_EQ(Count(typed, ProblemKind::kResourceLimit), 1u);

  const ir::Model groups =
      ParseBytes("\x08\x08" + Field(7, Field(2, "g")) + std::string(kDepth, '\x5b'));
  EXPECT_GE(groups.input.problems.size(), 1u);
  EXPECT_EQ(groups.graph.name, "g");
}

TEST(Damage, EverySingleByteMayBeAnything) {
  const std::string bytes = OnnxFromText(kNet);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff, 0x08, 0x3a}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      const ir::Model model = ParseBytes(changed);
      for (const ir::Problem& problem : model.input.problems) {
        EXPECT_LE(problem.location.offset + problem.location.length, bytes.size());
      }
    }
  }
}

TEST(Damage, PlacesInSubgraphsAndFunctionsAreNamed) {
  const std::string broken(1, '\x07');  // no field has number 0
  const std::string subgraph =
      Field(1, "then_branch") + Field(6, Field(1, Field(4, "Relu") + broken));
  const ir::Model nested = ParseBytes(
      "\x08\x08" + Field(7, Field(2, "g") + Field(1, Field(3, "If_0") + Field(5, subgraph))));
  ASSERT_THAT(nested.input.problems, SizeIs(1));
  EXPECT_EQ(nested.input.problems[0].location.logical,
            "graph/node[0]:If_0/then_branch/node[0]:Relu");
  const ir::Model preset = ParseBytes("\x08\x08" + Field(7, Field(2, "g")) +
                                      Field(25, Field(1, "f") + Field(11, subgraph)));
  ASSERT_THAT(preset.input.problems, SizeIs(1));
  EXPECT_EQ(preset.input.problems[0].location.logical, "functions[0]:f/then_branch/node[0]:Relu");
}

TEST(Damage, UnknownFieldsAreNoDamage) {
  const std::string bytes = OnnxFromText(kNet) + Field(1000, "from the future") +
                            Varint(1001 << 3 | 3) + Varint(1001 << 3 | 4);
  EXPECT_THAT(Problems(ParseBytes(bytes)), IsEmpty());
}

struct Foreign {
  const char* name;
  std::string bytes;
  ProblemKind kind;
  const char* says;
  const char* help;
};

TEST(Foreign, FilesThatAreNoModelsAreNamed) {
  const Foreign cases[] = {
      {"empty", "", ProblemKind::kMalformedModel, "empty", ""},
      {"lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
       ProblemKind::kLfsPointer, "Git LFS pointer", "git lfs pull"},
      {"html", "\n<!DOCTYPE html>\n<html><head><title>404</title></head></html>",
       ProblemKind::kNotAModel, "HTML", "raw file"},
      {"json", "{\"message\": \"Not Found\"}", ProblemKind::kNotAModel, "JSON", ""},
      {"zip", std::string("PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", 14), ProblemKind::kNotAModel, "zip",
       ""},
      {"text", "this is not a model at all", ProblemKind::kNotAModel, "text", ""},
      {"onnx text", "<ir_version: 8>\nnet (float x) => (float y) { y = Relu(x) }",
       ProblemKind::kNotAModel, "text syntax", ""},
      {"pickle", std::string("\x80\x02}q\x00.", 6), ProblemKind::kNotAModel, "pickle", ""},
      {"hdf5", "\x89HDF\r\n\x1a\n rest", ProblemKind::kNotAModel, "HDF5", ""},
      {"flatbuffer", std::string("\x18\0\0\0ORTM....", 12), ProblemKind::kNotAModel, ".ort", ""},
      {"protobuf", Field(1, "a caffe net") + Field(100, "layer"), ProblemKind::kNotAModel,
       "no graph", ""},
  };
  for (const Foreign& test : cases) {
    const ir::Model model = ParseBytes(test.bytes);
    ASSERT_THAT(model.input.problems, SizeIs(1)) << test.name;
    EXPECT_EQ(model.input.problems[0].kind, test.kind) << test.name;
    EXPECT_THAT(model.input.problems[0].message, HasSubstr(test.says)) << test.name;
    EXPECT_THAT(model.input.problems[0].help, HasSubstr(test.help)) << test.name;
    EXPECT_FALSE(model.decoded) << test.name;
  }
}

TEST(Foreign, AModelWhoseFirstBytesArePrintableIsAModel) {
  // Without ir_version a model begins with ':' and a length.
  const ir::Model model =
      ParseBytes(Field(7, Field(2, "a graph whose name is long enough to be text")));
  EXPECT_TRUE(model.decoded);
  EXPECT_EQ(Count(model, ProblemKind::kNotAModel), 0u);
}

TEST(Wire, ReadsWhatProtobufWrites) {
  const std::string bytes = Varint(1 << 3) + Varint(300) + Field(2, "abc") + Varint(3 << 3 | 5) +
                            "1234" + Varint(4 << 3 | 1) + "12345678";
  parsers::wire::Reader reader(bytes, 0, bytes.size());
  parsers::wire::Field field;
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(std::tuple(field.number, field.varint), std::tuple(1u, std::uint64_t{300}));
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(bytes.substr(field.begin, field.end - field.begin), "abc");
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.end - field.begin, 4u);
  ASSERT_TRUE(reader.Next(&field));
  EXPECT_EQ(field.end, bytes.size());
  EXPECT_FALSE(reader.Next(&field));
  EXPECT_EQ(reader.error(), parsers::wire::Error::kNone);
}

TEST(Wire, ALengthNearTheEndOfNumbersDoesNotWrap) {
  const std::string bytes = Varint(7 << 3 | 2) + Varint(UINT64_MAX) + "x";
  parsers::wire::Reader reader(bytes, 0, bytes.size());
  parsers::wire::Field field;
  EXPECT_FALSE(reader.Next(&field));
  EXPECT_EQ(reader.error(), parsers::wire::Error::kCutOff);
  EXPECT_EQ(field.end, UINT64_MAX);
}

}  // namespace
}  // namespace onnxcheck::tests
