// Large payloads stay in the file, wherever a tensor can stand, and their spans are right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <variant>

#include "parsers/model/strip.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using parsers::Source;
using parsers::Strip;
using parsers::Stripped;
using pb::TensorProto;
using testing::IsEmpty;

constexpr int kLarge = 4096;  // bytes, well above the inline limit

constexpr char kNet[] = R"(
  <ir_version: 8, opset_import: ["" : 17]>
  net (float[1024] x) => (float[1024] y) { y = Relu(x) })";

// Raw bytes that nothing else in the file looks like.
std::string Pattern(char seed) { return std::string(kLarge, seed); }

void Large(TensorProto* tensor, char seed, const std::string& name = "w") {
  tensor->set_name(name);
  tensor->set_data_type(TensorProto::FLOAT);
  tensor->add_dims(kLarge / 4);
  tensor->set_raw_data(Pattern(seed));
}

struct Place {
  const char* name;
  void (*put)(pb::ModelProto*);
};

void PutInAttribute(pb::AttributeProto* attribute) {
  attribute->set_name("value");
  attribute->set_type(pb::AttributeProto::TENSOR);
  Large(attribute->mutable_t(), 'Q');
}

pb::GraphProto* Subgraph(pb::NodeProto* node) {
  pb::AttributeProto* attribute = node->add_attribute();
  attribute->set_name("body");
  attribute->set_type(pb::AttributeProto::GRAPH);
  return attribute->mutable_g();
}

const Place kPlaces[] = {
    {"initializer", [](pb::ModelProto* m) { Large(m->mutable_graph()->add_initializer(), 'Q'); }},
    {"sparse_values",
     [](pb::ModelProto* m) {
       Large(m->mutable_graph()->add_sparse_initializer()->mutable_values(), 'Q');
     }},
    {"sparse_indices",
     [](pb::ModelProto* m) {
       Large(m->mutable_graph()->add_sparse_initializer()->mutable_indices(), 'Q');
     }},
    {"attribute_t",
     [](pb::ModelProto* m) {
       PutInAttribute(m->mutable_graph()->mutable_node(0)->add_attribute());
     }},
    {"attribute_tensors",
     [](pb::ModelProto* m) {
       Large(m->mutable_graph()->mutable_node(0)->add_attribute()->add_tensors(), 'Q');
     }},
    {"attribute_sparse_tensor",
     [](pb::ModelProto* m) {
       auto* attribute = m->mutable_graph()->mutable_node(0)->add_attribute();
       Large(attribute->mutable_sparse_tensor()->mutable_values(), 'Q');
     }},
    {"attribute_sparse_tensors",
     [](pb::ModelProto* m) {
       auto* attribute = m->mutable_graph()->mutable_node(0)->add_attribute();
       Large(attribute->add_sparse_tensors()->mutable_values(), 'Q');
     }},
    {"subgraph",
     [](pb::ModelProto* m) {
       Large(Subgraph(m->mutable_graph()->mutable_node(0))->add_initializer(), 'Q');
     }},
    {"subgraphs",
     [](pb::ModelProto* m) {
       auto* attribute = m->mutable_graph()->mutable_node(0)->add_attribute();
       Large(attribute->add_graphs()->add_initializer(), 'Q');
     }},
    {"function",
     [](pb::ModelProto* m) { PutInAttribute(m->add_functions()->add_node()->add_attribute()); }},
    {"function_default",
     [](pb::ModelProto* m) { PutInAttribute(m->add_functions()->add_attribute_proto()); }},
    {"training_initialization",
     [](pb::ModelProto* m) {
       Large(m->add_training_info()->mutable_initialization()->add_initializer(), 'Q');
     }},
    {"training_algorithm",
     [](pb::ModelProto* m) {
       Large(m->add_training_info()->mutable_algorithm()->add_initializer(), 'Q');
     }},
};

class PayloadPlace : public testing::TestWithParam<Place> {};

TEST_P(PayloadPlace, StaysInTheFile) {
  pb::ModelProto proto = Proto(kNet);
  GetParam().put(&proto);
  const std::string bytes = proto.SerializeAsString();
  const auto source = Source::FromBytes("m.onnx", bytes);
  const Stripped stripped = Strip(*source);
  EXPECT_THAT(stripped.problems, IsEmpty());
  ASSERT_EQ(stripped.tensors.size(), 1u);
  const ir::Payload& payload = stripped.tensors[0].payload;
  EXPECT_EQ(payload.encoding, ir::PayloadEncoding::kRaw);
  EXPECT_EQ(bytes.substr(payload.offset, payload.length), Pattern('Q'));
  EXPECT_LT(stripped.bytes.size(), 1024u);
  pb::ModelProto small;
  ASSERT_TRUE(small.ParseFromString(stripped.bytes));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, PayloadPlace, testing::ValuesIn(kPlaces),
                         [](const auto& place) { return std::string(place.param.name); });

struct Encoding {
  const char* name;
  int type;
  void (*fill)(TensorProto*);
  ir::PayloadEncoding encoding;
};

const Encoding kEncodings[] = {
    {"float_data", TensorProto::FLOAT,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_float_data(1.5f);
     },
     ir::PayloadEncoding::kFixed},
    {"double_data", TensorProto::DOUBLE,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_double_data(1.5);
     },
     ir::PayloadEncoding::kFixed},
    {"int32_data", TensorProto::INT32,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_int32_data(-i);
     },
     ir::PayloadEncoding::kVarints},
    {"int64_data", TensorProto::INT64,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_int64_data(i);
     },
     ir::PayloadEncoding::kVarints},
    {"uint64_data", TensorProto::UINT64,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_uint64_data(static_cast<std::uint64_t>(i));
     },
     ir::PayloadEncoding::kVarints},
    {"string_data", TensorProto::STRING,
     [](TensorProto* t) {
       for (int i = 0; i < kLarge; ++i) t->add_string_data("word");
     },
     ir::PayloadEncoding::kStrings},
};

class PayloadEncodings : public testing::TestWithParam<Encoding> {};

TEST_P(PayloadEncodings, SpansTheElements) {
  pb::ModelProto proto = Proto(kNet);
  TensorProto* tensor = proto.mutable_graph()->add_initializer();
  tensor->set_name("w");
  tensor->set_data_type(GetParam().type);
  tensor->add_dims(kLarge);
  GetParam().fill(tensor);
  const ir::Model model = Parse(proto);
  EXPECT_THAT(Problems(model), IsEmpty());
  ASSERT_EQ(model.graph.initializers.size(), 1u);
  const ir::Tensor& read = model.graph.initializers[0];
  EXPECT_EQ(read.payload.encoding, GetParam().encoding);
  EXPECT_FALSE(read.elements.has_value());
  // The span, put back as the only field of a tensor, gives the elements again.
  const std::string span =
      proto.SerializeAsString().substr(read.payload.offset, read.payload.length);
  TensorProto again;
  if (GetParam().encoding == ir::PayloadEncoding::kStrings) {
    ASSERT_TRUE(again.ParseFromString(span));
    EXPECT_EQ(again.string_data_size(), kLarge);
  } else {
    const int number = tensor->float_data_size() > 0    ? 4
                       : tensor->int32_data_size() > 0  ? 5
                       : tensor->int64_data_size() > 0  ? 7
                       : tensor->double_data_size() > 0 ? 10
                                                        : 11;
    ASSERT_TRUE(again.ParseFromString(Field(static_cast<std::uint32_t>(number), span)));
    EXPECT_EQ(again.ByteSizeLong(), Field(static_cast<std::uint32_t>(number), span).size());
  }
}

INSTANTIATE_TEST_SUITE_P(Each, PayloadEncodings, testing::ValuesIn(kEncodings),
                         [](const auto& encoding) { return std::string(encoding.param.name); });

TEST(Payload, SmallOnesAreReadWhateverTheirEncoding) {
  pb::ModelProto proto = Proto(kNet);
  const auto add = [&](const char* name, int type, auto fill) {
    TensorProto* tensor = proto.mutable_graph()->add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    tensor->add_dims(2);
    fill(tensor);
  };
  add("raw", TensorProto::INT64, [](TensorProto* t) {
    const std::int64_t values[] = {1, -2};
    t->set_raw_data(values, sizeof values);
  });
  add("typed", TensorProto::INT64, [](TensorProto* t) {
    t->add_int64_data(1);
    t->add_int64_data(-2);
  });
  add("half", TensorProto::FLOAT16, [](TensorProto* t) {
    t->add_int32_data(0x3c00);
    t->add_int32_data(0xbc00);
  });
  const ir::Model model = Parse(proto);
  EXPECT_THAT(Problems(model), IsEmpty());
  const auto& tensors = model.graph.initializers;
  ASSERT_TRUE(tensors[0].elements && tensors[1].elements && tensors[2].elements);
  EXPECT_EQ(*tensors[0].elements, *tensors[1].elements);
  EXPECT_EQ(*tensors[2].elements, std::string("\x00\x3c\x00\xbc", 4));
  EXPECT_EQ(tensors[0].payload.length, 16u);
}

TEST(Payload, PiecesAreNamedAsPieces) {
  // dims: [600], data_type: FLOAT, name: "w", and 600 elements each behind its own tag.
  std::string tensor = Field(1, Varint(600)) + "\x10\x01" + Field(8, "w");
  const std::uint64_t before = tensor.size();
  for (int i = 0; i < 600; ++i) tensor += std::string("\x25\0\0\x80\x3f", 5);
  pb::ModelProto proto = Proto(kNet);
  std::string bytes = proto.SerializeAsString();
  const std::string graph = Field(5, tensor);
  const ir::Model model = ParseBytes(bytes + Field(7, graph));
  EXPECT_THAT(Problems(model), IsEmpty());
  ASSERT_EQ(model.graph.initializers.size(), 1u);
  const ir::Payload& payload = model.graph.initializers[0].payload;
  EXPECT_EQ(payload.encoding, ir::PayloadEncoding::kPieces);
  EXPECT_EQ(payload.length, 600u * 5);
  EXPECT_EQ(payload.offset, bytes.size() + Field(7, graph).size() - (tensor.size() - before));
}

// protobuf refuses messages of 2 GiB; the walk does not. The file is sparse.
TEST(Payload, FilesOverTwoGibibytesAreRead) {
  constexpr std::uint64_t kBytes = std::uint64_t{3} << 30;
  const std::string tensor_head = Field(1, Varint(kBytes / 4)) + "\x10\x01" + Field(8, "w") +
                                  Varint(9 << 3 | 2) + Varint(kBytes);
  const std::string tail =
      Field(1, Field(1, "x") + Field(1, "w") + Field(2, "y") + Field(4, "Add")) + Field(2, "g");
  const std::uint64_t tensor_size = tensor_head.size() + kBytes;
  const std::string graph_head = Varint(5 << 3 | 2) + Varint(tensor_size);
  const std::uint64_t graph_size = graph_head.size() + tensor_size + tail.size();
  const std::string head = std::string("\x08\x08", 2) + Field(8, "\x10\x11") + Varint(7 << 3 | 2) +
                           Varint(graph_size) + graph_head + tensor_head;
  const std::string path = testing::TempDir() + "over_2_gib.onnx";
  {
    std::ofstream file(path, std::ios::binary);
    file << head;
    file.seekp(static_cast<std::streamoff>(head.size() + kBytes));
    file << tail;
    ASSERT_TRUE(file.good());
  }
  const auto opened = Source::Open(path);
  ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const Source>>(opened));
  const ir::Model model = parsers::ParseOnnx(*std::get<0>(opened));
  std::remove(path.c_str());
  EXPECT_EQ(model.graph.name, "g");
  ASSERT_EQ(model.graph.nodes.size(), 1u);
  EXPECT_EQ(model.graph.nodes[0].offset, head.size() + kBytes);
  ASSERT_EQ(model.graph.initializers.size(), 1u);
  EXPECT_EQ(model.graph.initializers[0].payload.offset, head.size());
  EXPECT_EQ(model.graph.initializers[0].payload.length, kBytes);
  // All that is wrong is that x comes from nowhere.
  EXPECT_THAT(Problems(model), testing::ElementsAre(testing::HasSubstr("input 'x'")));
}

struct TooShort {
  const char* name;
  void (*fill)(TensorProto*);
};

TEST(Payload, ATensorWithTooLittleDataIsFoundWithoutReadingIt) {
  const TooShort cases[] = {
      {"raw_data", [](TensorProto* t) { t->set_raw_data(std::string(3999, 'x')); }},
      {"float_data",
       [](TensorProto* t) {
         for (int i = 0; i < 999; ++i) t->add_float_data(0);
       }},
  };
  for (const TooShort& test : cases) {
    pb::ModelProto proto = Proto(kNet);
    TensorProto* tensor = proto.mutable_graph()->add_initializer();
    tensor->set_name("w");
    tensor->set_data_type(TensorProto::FLOAT);
    tensor->add_dims(1000);
    test.fill(tensor);
    const ir::Model model = Parse(proto);
    ASSERT_EQ(Count(model, ir::ProblemKind::kCheckerViolation), 1u) << test.name;
    EXPECT_EQ(model.input.problems[0].location.logical, "graph/initializer[0]:w");
    EXPECT_THAT(model.input.problems[0].message,
                testing::AllOf(testing::HasSubstr(test.name), testing::HasSubstr("too small")));
  }
}

}  // namespace
}  // namespace onnxcheck::tests
