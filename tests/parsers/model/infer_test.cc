// Shapes, constants and contradictions, and what would grow without end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "analyzer/ir/path.h"
#include "parsers/model/infer.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using ir::ProblemKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ir::Value& Find(const ir::Graph& graph, const std::string& name) {
  for (const ir::Value& value : graph.values) {
    if (value.name == name) return value;
  }
  ADD_FAILURE() << "no value " << name;
  static const ir::Value none;
  return none;
}

// "?" for what is unknown, a symbol by its name.
std::string Shape(const ir::Value& value) {
  if (!value.type.shape) return "unknown";
  std::string text;
  for (const ir::Dimension& dim : *value.type.shape) {
    text += text.empty() ? "" : ",";
    text += dim.size ? std::to_string(*dim.size) : dim.symbol.empty() ? "?" : dim.symbol;
  }
  return text;
}

std::vector<std::int64_t> Ints(const ir::Value& value) {
  if (!value.constant) return {};
  std::vector<std::int64_t> ints(value.constant->size() / sizeof(std::int64_t));
  std::memcpy(ints.data(), value.constant->data(), value.constant->size());
  return ints;
}

TEST(Infer, ShapesFollowTheGraph) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[batch, 3, 32, 32] x, float[8, 3, 3, 3] w) => (float[batch, D] y) {
      c = Conv <pads = [1, 1, 1, 1]> (x, w)
      p = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (c)
      y = Flatten (p)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_EQ(Shape(Find(model.graph, "c")), "batch,8,32,32");
  EXPECT_EQ(Shape(Find(model.graph, "p")), "batch,8,16,16");
  EXPECT_EQ(Shape(Find(model.graph, "y")), "batch,2048");
}

TEST(Infer, ASparseInitializerIsADenseValue) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, D] y) { y = MatMul (x, w) })");
  pb::SparseTensorProto* sparse = proto.mutable_graph()->add_sparse_initializer();
  sparse->add_dims(4);
  sparse->add_dims(3);
  sparse->mutable_values()->set_name("w");
  sparse->mutable_values()->set_data_type(pb::TensorProto::FLOAT);
  sparse->mutable_values()->add_dims(1);
  sparse->mutable_values()->add_float_data(0.5F);
  sparse->mutable_indices()->set_name("at");
  sparse->mutable_indices()->set_data_type(pb::TensorProto::INT64);
  sparse->mutable_indices()->add_dims(1);
  sparse->mutable_indices()->add_int64_data(7);
  const ir::Model model = Parse(proto);
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_EQ(Shape(Find(model.graph, "y")), "N,3");
}

TEST(Infer, ConstantsArePropagatedIntoShapes) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2, 3, 4] x) => (float[A, B] y) {
      s = Shape (x)
      zero = Constant <value = int64[1] {0}> ()
      one = Constant <value_ints = [1]> ()
      first = Slice (s, zero, one)
      rest = Constant <value_ints = [-1]> ()
      target = Concat <axis = 0> (first, rest)
      y = Reshape (x, target)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_THAT(Ints(Find(model.graph, "s")), ElementsAre(2, 3, 4));
  EXPECT_THAT(Ints(Find(model.graph, "one")), ElementsAre(1));
  EXPECT_THAT(Ints(Find(model.graph, "target")), ElementsAre(2, -1));
  EXPECT_EQ(Shape(Find(model.graph, "y")), "2,12");
}

TEST(Infer, AnInitializerIsConstantUnlessItIsAnInputToo) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2] x, float[2] b = {1, 2}) => (float[2] y)
    <float[2] a = {3, 4}>
    {
      s = Add(x, a)
      y = Add(s, b)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_TRUE(Find(model.graph, "a").constant.has_value());
  EXPECT_FALSE(Find(model.graph, "b").constant.has_value());
  EXPECT_EQ(model.graph.inputs.size(), 1u);
}

TEST(Infer, AContradictionIsReportedOnceWhereItStands) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, 5] y)
    <float[4, 3] w = {1,2,3,4,5,6,7,8,9,10,11,12}, float[5, 5] v, float[N, 5] h>
    {
      h = MatMul (x, w)
      y = MatMul (h, v)
    })");
  ASSERT_EQ(Count(model, ProblemKind::kShapeConflict), 1u);
  const auto conflict = std::find_if(
      model.input.problems.begin(), model.input.problems.end(),
      [](const ir::Problem& problem) { return problem.kind == ProblemKind::kShapeConflict; });
  EXPECT_EQ(conflict->location.logical, "graph/node[0]:MatMul/output[0]");
  EXPECT_THAT(conflict->message, HasSubstr("declared shape differ in dimension 1: (3) vs (5)"));
}

TEST(Infer, OperandsThatDoNotFitAreFound) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2, 4] x, float[5, 3] w, int64[2, 4] n) => (float[2, 3] y, float[2, 4] z) {
      y = MatMul (x, w)
      z = Add (x, n)
    })");
  EXPECT_EQ(Count(model, ProblemKind::kShapeConflict), 2u);
  EXPECT_THAT(Problems(model), ElementsAre(HasSubstr("graph/node[0]:MatMul: MatMul: "),
                                           HasSubstr("graph/node[1]:Add: Add: ")));
}

TEST(Infer, WhatIsUnknownContradictsNothing) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "com.acme" : 1]>
    net (float[2, 4] x) => (float[7] y) {
      a = com.acme.Swirl (x)
      b = Transpose <perm = [1, 0]> (a)
      y = MatMul (b, a)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
}

TEST(Infer, TypesThatANewerOpsetAllowsAreTaken) {
  // Relu takes integers since opset 14.
  constexpr char kNet[] = R"(
    <ir_version: 8, opset_import: ["" : 13]>
    net (int32[2] x) => (int32[2] y) { y = Relu (x) })";
  EXPECT_THAT(Problems(ParseText(kNet)), IsEmpty());
}

TEST(Infer, SubgraphsSeeTheValuesAroundThem) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (bool c, float[2, 4] x) => (float[D, E] y) {
      t = Transpose <perm = [1, 0]> (x)
      y = If (c) <
        then_branch = a () => (float[A, B] p) { p = Relu(t) },
        else_branch = b () => (float[C, D] q) { q = Sigmoid(t) }
      >
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_EQ(Shape(Find(model.graph, "y")), "4,2");
  const auto& branch =
      std::get<std::vector<ir::Graph>>(model.graph.nodes[1].attributes[0].value)[0];
  EXPECT_EQ(branch.path, "graph/node[1]:If/then_branch");
  EXPECT_EQ(Shape(Find(branch, "p")), "4,2");
}

TEST(Infer, FunctionsAreEntered) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "local" : 1]>
    net (float[2, 4] x) => (float[A, B] y) { y = local.outer(x) }
    <domain: "local", opset_import: ["" : 17, "local" : 1]>
    outer (a) => (b) { b = local.inner(a) }
    <domain: "local", opset_import: ["" : 17]>
    inner (a) => (b) { b = Transpose <perm = [1, 0]> (a) })");
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_EQ(Shape(Find(model.graph, "y")), "4,2");
}

// Each function calls the next one ten times: 10^20 nodes if it were expanded.
TEST(Infer, FunctionsThatMultiplyAreNotExpanded) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17, "local" : 1]>
    net (float[2] x) => (float[2] y) { y = local.f0(x) })");
  for (int depth = 0; depth < 20; ++depth) {
    pb::FunctionProto* function = proto.add_functions();
    function->set_name("f" + std::to_string(depth));
    function->set_domain("local");
    function->add_input("a0");
    function->add_output("a10");
    for (const auto& [domain, version] : {std::pair("", 17), std::pair("local", 1)}) {
      auto* opset = function->add_opset_import();
      opset->set_domain(domain);
      opset->set_version(version);
    }
    for (int i = 0; i < 10; ++i) {
      pb::NodeProto* node = function->add_node();
      const bool last = depth == 19;
      node->set_op_type(last ? "Relu" : "f" + std::to_string(depth + 1));
      if (!last) node->set_domain("local");
      node->add_input("a" + std::to_string(i));
      node->add_output("a" + std::to_string(i + 1));
    }
  }
  EXPECT_THAT(Problems(Parse(proto)), IsEmpty());
}

// A shape that is joined to itself doubles with every node.
TEST(Infer, ShapesThatDoubleAreForgotten) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2, 3] x) => (int64[S] y) { s0 = Shape(x) })");
  for (int i = 0; i < 64; ++i) {
    pb::NodeProto* node = proto.mutable_graph()->add_node();
    node->set_op_type("Concat");
    node->add_input("s" + std::to_string(i));
    node->add_input("s" + std::to_string(i));
    node->add_output(i == 63 ? "y" : "s" + std::to_string(i + 1));
    auto* axis = node->add_attribute();
    axis->set_name("axis");
    axis->set_type(pb::AttributeProto::INT);
    axis->set_i(0);
  }
  const ir::Model model = Parse(proto);
  EXPECT_EQ(Count(model, ProblemKind::kCheckerViolation), 0u);
  EXPECT_THAT(Ints(Find(model.graph, "s1")), ElementsAre(2, 3, 2, 3));
  EXPECT_FALSE(Find(model.graph, "s30").constant.has_value());
}

TEST(Infer, RanksBeyondAnyFrameworkAreUnknown) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2] x) => (float[2] y) { y = Relu(x) })");
  auto* shape = proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
  for (int i = 0; i < parsers::kMaxRank + 1; ++i)
    shape->mutable_shape()->add_dim()->set_dim_value(1);
  const ir::Model model = Parse(proto);
  EXPECT_THAT(Problems(model), IsEmpty());
  EXPECT_EQ(Shape(Find(model.graph, "x")), "unknown");
}

TEST(Infer, AnAxisBeyondAnyTensorIsLeftAlone) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2, 3] x, float[3] s) => (float[2, 3] y, float[2, 1] m) {
      y, m = LayerNormalization <axis = 2147483649> (x, s)
    })");
  EXPECT_EQ(Count(model, ProblemKind::kShapeConflict), 0u);
  EXPECT_EQ(Shape(Find(model.graph, "y")), "2,3");
}

// LabelEncoder's inference does not ask whether its input has a type.
TEST(Infer, UnknownTypesReachNoFunctionThatTrustsThem) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "ai.onnx.ml" : 2, "com.acme" : 1]>
    net (float[2, 3] x) => (float[2, 3] y) {
      a = com.acme.Swirl (x)
      y = ai.onnx.ml.LabelEncoder <keys_int64s = [1], values_floats = [1.0]> (a)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
}

// ONNX's own function goes round for ever at any character but those it knows.
TEST(Infer, SplitMakesNoMoreThanItHas) {
  for (const char* count : {"1", "2147483647", "9223372036854775807"}) {
    const ir::Model model = ParseText(std::string(R"(
      <ir_version: 8, opset_import: ["" : 18]>
      net (float[7] x) => (float[N] a, float[M] b) { a, b = Split<num_outputs = )") +
                                      count + ">(x) }");
    EXPECT_THAT(Problems(model), IsEmpty()) << count;
  }
}

TEST(Infer, SliceOfAShapeEndsForAnyStep) {
  for (const char* step : {"2147483648", "4294967296", "9223372036854775807", "-4294967296"}) {
    const ir::Model model = ParseText(std::string(R"(
      <ir_version: 8, opset_import: ["" : 18]>
      net (float[2, 3, 4] x) => (int64[N] y) {
        s = Shape(x)
        from = Constant<value = int64[1] {2}>()
        to = Constant<value = int64[1] {-9}>()
        axes = Constant<value = int64[1] {0}>()
        step = Constant<value = int64[1] {)") +
                                      step + R"(}>()
        up = Slice(s, axes, from, axes, step)
        y = Slice(s, from, to, axes, step)
      })");
    EXPECT_THAT(Problems(model), IsEmpty()) << step;
  }
}

TEST(Infer, EinsumEndsForAnyEquation) {
  const auto einsum = [](const std::string& equation) {
    return ParseText(R"(<ir_version: 8, opset_import: ["" : 17]>
      net (float[2, 3] a, float[3, 4] b) => (float[I, J] y) { y = Einsum <equation = ")" +
                     equation + R"("> (a, b) })");
  };
  EXPECT_EQ(Shape(Find(einsum("ij, jk -> ik").graph, "y")), "2,4");
  EXPECT_EQ(Shape(Find(einsum("...j,jk").graph, "y")), "2,4");
  for (const char* wild : {"ij,j-k", "i.j,jk->ik", "......,jk", "ij;jk", "i>,jk", "ij,j\xff"}) {
    EXPECT_THAT(Problems(einsum(wild)), IsEmpty()) << wild;
  }
}

TEST(Path, NamesNodesByNameOrOperator) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { h = Add(x, w) y = Softmax(h) })");
  proto.mutable_graph()->mutable_node(0)->set_name("/layer/Add");
  const ir::Model model = Parse(proto);
  EXPECT_EQ(ir::NodePath(model.graph, 0), "graph/node[0]:/layer/Add");
  EXPECT_EQ(ir::NodePath(model.graph, 1), "graph/node[1]:Softmax");
  EXPECT_EQ(ir::InputPath(model.graph, 0, 1), "graph/node[0]:/layer/Add/input[1]");
  EXPECT_EQ(ir::AttributePath(model.graph, 1, "axis"), "graph/node[1]:Softmax/attribute[axis]");
  EXPECT_EQ(ir::InitializerPath(model.graph, 0), "graph/initializer[0]:w");
  EXPECT_EQ(ir::GraphOutputPath(model.graph, 0), "graph/output[0]:y");
}

}  // namespace
}  // namespace onnxcheck::tests
