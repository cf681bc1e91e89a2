#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "analyzer/ir/path.h"
#include "parsers/model/inline.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Paths(const ir::Graph& graph) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    paths.push_back(ir::NodePath(graph, static_cast<ir::NodeId>(i)));
  }
  return paths;
}

std::vector<std::string> Names(const ir::Graph& graph, const std::vector<ir::ValueId>& ids) {
  std::vector<std::string> names;
  for (const ir::ValueId id : ids) {
    names.push_back(id == ir::kNone ? "" : graph.values[static_cast<std::size_t>(id)].name);
  }
  return names;
}

TEST(Inline, CallsAreReplacedAndKeepTheirPlaces) {
  const ir::Model model = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[N, 4] x) => (float[N, 4] y) {
  h = Relu(x)
  [layer1] g = my.outer(h)
  y = Neg(g)
}
<domain: "my", opset_import: ["" : 17]>
inner (a) => (b) { t = Abs(a) b = Sqrt(t) }
<domain: "my", opset_import: ["" : 17, "my" : 1]>
outer (a) => (b) { t = my.inner(a) b = Exp(t) })");
  EXPECT_THAT(Problems(model), IsEmpty());
  const ir::Graph& graph = model.graph;
  EXPECT_THAT(
      Paths(graph),
      ElementsAre("graph/node[0]:Relu",
                  "graph/node[1]:layer1/functions[1]:outer/node[0]:inner/functions[0]:inner/"
                  "node[0]:Abs",
                  "graph/node[1]:layer1/functions[1]:outer/node[0]:inner/functions[0]:inner/"
                  "node[1]:Sqrt",
                  "graph/node[1]:layer1/functions[1]:outer/node[1]:Exp", "graph/node[2]:Neg"));
  // The bytes are those of the function.
  EXPECT_EQ(graph.nodes[1].offset, model.functions[0].body.nodes[0].offset);
  EXPECT_EQ(Names(graph, graph.nodes[1].inputs), Names(graph, graph.nodes[0].outputs));
  EXPECT_EQ(Names(graph, graph.nodes[4].inputs), Names(graph, graph.nodes[3].outputs));
  for (const ir::Value& value : graph.values) {
    EXPECT_TRUE(value.type.shape.has_value()) << value.name;
  }
  EXPECT_EQ(model.functions.size(), 2u);
}

TEST(Inline, NamesOfTheCallerAreNotCaptured) {
  const ir::Model model = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] t, bool c) => (float[4] a, float[4] y) {
  a = my.f(t, c)
  y = my.f(a, c)
}
<domain: "my", opset_import: ["" : 17]>
f (a, c) => (b) {
  t = Abs(a)
  b = If (c) <
    then_branch = p () => (float[4] r) { y = Neg(t) r = Add(y, a) },
    else_branch = q () => (float[4] r) { r = Exp(a) }>
})");
  EXPECT_THAT(Problems(model), IsEmpty());
  const ir::Graph& graph = model.graph;
  ASSERT_EQ(graph.nodes.size(), 4u);
  EXPECT_THAT(Names(graph, graph.nodes[0].inputs), ElementsAre("t"));
  EXPECT_THAT(Names(graph, graph.nodes[2].inputs), ElementsAre("a"));
  EXPECT_THAT(Names(graph, graph.nodes[3].outputs), ElementsAre("y"));
  // The branch reads the body's t, not the caller's, and it is consumed there.
  const ir::ValueId inner = graph.nodes[0].outputs[0];
  EXPECT_NE(graph.values[static_cast<std::size_t>(inner)].name, "t");
  EXPECT_THAT(graph.values[static_cast<std::size_t>(inner)].consumers, ElementsAre(1));
}

TEST(Inline, AttributesOptionalInputsAndPassedOnInputs) {
  const ir::Model model = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[2, 3] x) => (float[2, 3] y, float[2, 3] z) {
  y, z = my.f<axis = 0>(x)
}
<domain: "my", opset_import: ["" : 17]>
f <axis> (a, low) => (b, a) {
  s = Softmax<axis: int = @axis>(a)
  b = Clip(s, low)
})");
  EXPECT_THAT(Problems(model), IsEmpty());
  const ir::Graph& graph = model.graph;
  ASSERT_EQ(graph.nodes.size(), 3u);
  ASSERT_EQ(graph.nodes[0].attributes.size(), 1u);
  EXPECT_EQ(std::get<std::int64_t>(graph.nodes[0].attributes[0].value), 0);
  EXPECT_EQ(Names(graph, graph.nodes[1].inputs).back(), "");
  EXPECT_EQ(graph.nodes[2].op_type, "Identity");
  EXPECT_THAT(Names(graph, graph.nodes[2].outputs), ElementsAre("z"));
}

// Softmax means something else under opset 11: the call stays, and is looked into as a call.
TEST(Inline, OtherOpsetsStayCalls) {
  constexpr char kText[] = R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[2, 3] x) => (float[2, 3] y) { y = my.f(x) }
<domain: "my", opset_import: ["" : 11]>
f (a) => (b) { b = OP(a) })";
  const auto with = [&](const char* op) {
    std::string text = kText;
    return ParseText(text.replace(text.find("OP"), 2, op)).graph.nodes.at(0).op_type;
  };
  EXPECT_EQ(with("Softmax"), "f");
  EXPECT_EQ(with("Erf"), "f");
  EXPECT_EQ(with("Shape"), "f");
  EXPECT_EQ(with("Acos"), "Acos") << "the same since opset 7";
}

TEST(Inline, RecursionAndExplosionStayCalls) {
  const ir::Model loop = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] x, bool c) => (float[4] y) { y = my.f(x, c) }
<domain: "my", opset_import: ["" : 17, "my" : 1]>
f (a, c) => (b) {
  b = If (c) <
    then_branch = p () => (float[4] r) { r = my.f(a, c) },
    else_branch = q () => (float[4] s) { s = Exp(a) }>
})");
  EXPECT_EQ(loop.graph.nodes.at(0).op_type, "f");
  std::string text = R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] x) => (float[4] y) { y = my.f0(x) }
)";
  for (int i = 0; i < 40; ++i) {
    const std::string next = i < 39 ? "my.f" + std::to_string(i + 1) : "Relu";
    text += "<domain: \"my\", opset_import: [\"\" : 17, \"my\" : 1]> f" + std::to_string(i) +
            " (a) => (b) { t = " + next + "(a) b = " + next + "(t) }\n";
  }
  EXPECT_EQ(ParseText(text).graph.nodes.at(0).op_type, "f0");
}

// The inner calls are bad (f imports no "my"), and copies of them would be replaced again and
// again.
TEST(Inline, RecursionThroughBadCallsStaysACall) {
  const ir::Model model = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] x, bool c) => (float[4] y) { y = my.f(x, c) }
<domain: "my", opset_import: ["" : 17]>
f (a, c) => (b) {
  b = If (c) <
    then_branch = p () => (float[4] r) { r = my.f(a, c) },
    else_branch = q () => (float[4] s) { s = my.f(a, c) }>
})");
  EXPECT_EQ(model.graph.nodes.at(0).op_type, "f");
}

// Every expansion fits, all together do not: each If of a body doubles what one call becomes.
TEST(Inline, AllCallsTogetherAreBounded) {
  std::string text = R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] x, bool c) => (float[4] y) { )";
  for (int i = 0; i < 100; ++i) text += "y" + std::to_string(i) + " = my.f0(x, c) ";
  text += "y = Relu(x) }\n";
  for (int i = 0; i < 11; ++i) {
    const std::string next = i < 10 ? "my.f" + std::to_string(i + 1) + "(a, c)" : "Relu(a)";
    text += "<domain: \"my\", opset_import: [\"\" : 17, \"my\" : 1]> f" + std::to_string(i) +
            " (a, c) => (b) { b = If (c) <then_branch = p () => (float[4] r) { r = " + next +
            " }, else_branch = q () => (float[4] s) { s = " + next + " }> }\n";
  }
  const ir::Model model = ParseText(text);
  EXPECT_EQ(model.graph.nodes.at(0).op_type, "If");
  EXPECT_EQ(model.graph.nodes.at(99).op_type, "f0");
}

// A long name that every node of a function reads must not be multiplied without end.
TEST(Inline, BytesAreBounded) {
  pb::ModelProto proto = Proto(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[4] x) => (float[4] y) { y = my.f(x) }
<domain: "my", opset_import: ["" : 17]>
f (a) => (b) { b = Sum(a) })");
  const std::string name(200'000, 'n');
  proto.mutable_graph()->mutable_input(0)->set_name(name);
  proto.mutable_graph()->mutable_node(0)->set_input(0, name);
  pb::NodeProto* sum = proto.mutable_functions(0)->mutable_node(0);
  for (int i = 0; i < 100'000; ++i) sum->add_input("a");
  EXPECT_EQ(Parse(proto).graph.nodes.at(0).op_type, "f");
}

TEST(Inline, FaultsInAFunctionAreReportedOnceAndAtTheirPlace) {
  const ir::Model model = ParseText(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[2, 3] x, float[2, 3] w) => (float[N, M] y, float[N, M] z) {
  y = my.f(x, w)
  z = my.f(w, x)
}
<domain: "my", opset_import: ["" : 17]>
f (a, w) => (b) {
  t = Softmax<axes = 1>(a)
  b = MatMul(a, w)
})");
  EXPECT_THAT(Problems(model),
              ElementsAre(HasSubstr("functions[0]:f/node[0]:Softmax: "),
                          HasSubstr("graph/node[0]:f/functions[0]:f/node[1]:MatMul: MatMul: ")));
}

}  // namespace
}  // namespace onnxcheck::tests
