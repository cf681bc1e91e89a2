#include "cli/snippet.h"

#include <gtest/gtest.h>

#include "analyzer/ir/path.h"
#include "cli/node_text.h"
#include "cli/terminal.h"
#include "tests/support/cases.h"

namespace onnxcheck::cli {
namespace {

// The snippet as it looks below each other: text, then marks.
std::string Shown(const Snippet& snippet) {
  return snippet.text + "\n" + std::string(snippet.mark, ' ') +
         std::string(snippet.mark_width, '^');
}

TEST(LineSnippetTest, MarksTheSpan) {
  EXPECT_EQ(Shown(LineSnippet("loss: mse", 4, 7, 3)), "loss: mse\n      ^^^");
  EXPECT_EQ(Shown(LineSnippet("loss: mse", 4, 7, 0)), "loss: mse\n      ^");
  EXPECT_EQ(Shown(LineSnippet("  loss: mse\r", 4, 0, 0)), "  loss: mse\n  ^");
  EXPECT_EQ(Shown(LineSnippet("ab", 1, 3, 1)), "ab\n  ^") << "just behind the end";
}

TEST(LineSnippetTest, CountsColumnsNotBytes) {
  const Snippet wide = LineSnippet("\xe6\x90\x8d\xe5\xa4\xb1: mse", 1, 9, 3);
  EXPECT_EQ(wide.mark, 6U);
  EXPECT_EQ(wide.mark_width, 3U);
  EXPECT_EQ(wide.utf16_column, 5U);
  EXPECT_EQ(wide.utf16_end, 8U);
  const Snippet astral = LineSnippet("\xf0\x9f\x94\xa5 mse", 1, 6, 3);
  EXPECT_EQ(astral.utf16_column, 4U) << "a surrogate pair is two units";
  EXPECT_EQ(Shown(LineSnippet("a\tb", 1, 3, 1)), "a   b\n    ^");
}

TEST(LineSnippetTest, ShowsNoControlBytes) {
  EXPECT_EQ(Shown(LineSnippet("\x1b[31mred\x1b[0m x\x07", 1, 14, 1)), "red x\\x07\n    ^");
  EXPECT_EQ(LineSnippet("\x1b[2J", 1, 0, 0).text, "") << "nothing left to show";
}

TEST(LineSnippetTest, ShowsOneRedrawingOfAProgressBar) {
  const std::string bar = "1/3 loss: 3\r2/3 loss: 2\r3/3 loss: nan\r";
  EXPECT_EQ(Shown(LineSnippet(bar, 1, 0, 0)), "3/3 loss: nan\n^");
  EXPECT_EQ(Shown(LineSnippet(bar, 1, 23, 1)), "2/3 loss: 2\n          ^");
  EXPECT_EQ(Shown(LineSnippet("1/2 x\b\b\b\b\b2/2 y", 1, 0, 0)), "2/2 y\n^");
}

TEST(LineSnippetTest, CutsALongLineAroundTheMark) {
  const std::string line = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  const Snippet snippet = LineSnippet(line, 1, 501, 4);
  EXPECT_LE(DisplayWidth(snippet.text), 88U);
  EXPECT_EQ(snippet.text.substr(snippet.mark, snippet.mark_width), "HERE");
  EXPECT_EQ(snippet.text.substr(0, 4), "...a");
  EXPECT_EQ(snippet.text.substr(snippet.text.size() - 4), "b...");
  const Snippet head = LineSnippet(line, 1, 1, 1);
  EXPECT_EQ(head.mark, 0U);
  const Snippet tail = LineSnippet(line, 1, 1004, 1);
  EXPECT_EQ(tail.text.back(), 'b');
  EXPECT_EQ(tail.mark, tail.text.size() - 1);
}

TEST(LineSnippetTest, CutsAMarkThatIsLongerThanTheLine) {
  const Snippet snippet = LineSnippet(std::string(5000, 'a'), 1, 1, 5000);
  EXPECT_LE(snippet.mark + snippet.mark_width, DisplayWidth(snippet.text));
}

TEST(SourceLinesTest, ReadsTextOnly) {
  const tests::TemporaryFolder folder;
  tests::WriteFile(folder.path() + "/a.yaml", "x: 1\ny: 2\r\n");
  tests::WriteFile(folder.path() + "/utf16.log", std::string("\xff\xfe"
                                                             "l\0o\0g\0",
                                                             8));
  tests::WriteFile(folder.path() + "/binary.log", std::string("a\0b\n", 4));
  SourceLines lines;
  ir::Location location;
  location.path = folder.path() + "/a.yaml";
  location.line = 2;
  EXPECT_EQ(lines.LineAt(location), "y: 2");
  location.line = 7;
  EXPECT_EQ(lines.LineAt(location), "");
  location.line = 1;
  for (const char* name : {"/utf16.log", "/binary.log", "/absent"}) {
    location.path = folder.path() + name;
    EXPECT_EQ(lines.LineAt(location), "") << name;
  }
}

// x -> MatMul(w) -> "a/b": Softmax<axis=-1> -> probs, and an If with a branch.
ir::Model SmallModel() {
  ir::Model model;
  model.input.path = "model.onnx";
  ir::Graph& graph = model.graph;
  graph.path = "graph";
  for (const char* name : {"x", "w", "logits", "probs", "picked"}) {
    graph.values.emplace_back().name = name;
  }
  graph.values[0].type.element = ir::ElementType::kFloat;
  graph.values[0].type.shape = {{std::nullopt, "batch"}, {4, ""}};
  graph.inputs = {0};
  graph.outputs = {3};
  graph.initializers.emplace_back();
  graph.initializers[0].name = "w";
  graph.initializers[0].element = ir::ElementType::kFloat16;
  graph.initializers[0].dims = {4, 10};
  ir::Node& matmul = graph.nodes.emplace_back();
  matmul.op_type = "MatMul";
  matmul.inputs = {0, 1};
  matmul.outputs = {2};
  ir::Node& softmax = graph.nodes.emplace_back();
  softmax.name = "a/b";
  softmax.op_type = "Softmax";
  softmax.inputs = {2};
  softmax.outputs = {3};
  softmax.attributes = {{"axis", std::int64_t{-1}, ""}};
  ir::Node& branch = graph.nodes.emplace_back();
  branch.op_type = "If";
  branch.inputs = {ir::kNone};
  branch.outputs = {4};
  ir::Graph inner;
  inner.path = "graph/node[2]:If/then_branch";
  inner.values.emplace_back().name = "y";
  inner.nodes.emplace_back().op_type = "Relu";
  inner.nodes[0].domain = "com.example";
  inner.nodes[0].outputs = {0};
  branch.attributes.push_back({"then_branch", std::vector<ir::Graph>{inner}, ""});
  return model;
}

std::string ShownPlace(const ir::Model& model, const std::string& logical) {
  const NodeText text = TextOfPlace(model, logical);
  return Shown(TextSnippet(text.text, text.mark, text.mark_length));
}

TEST(NodeTextTest, WritesNodesInOnnxSyntax) {
  const ir::Model model = SmallModel();
  EXPECT_EQ(ShownPlace(model, "graph/node[0]:MatMul"), "logits = MatMul(x, w)\n         ^^^^^^");
  EXPECT_EQ(ShownPlace(model, "graph/node[0]:MatMul/input[1]"),
            "logits = MatMul(x, w)\n                   ^");
  EXPECT_EQ(ShownPlace(model, ir::AttributePath(model.graph, 1, "axis")),
            "probs = Softmax<axis=-1>(logits)\n                ^^^^^^^");
  EXPECT_EQ(ShownPlace(model, ir::NodePath(model.graph, 1)),
            "probs = Softmax<axis=-1>(logits)\n        ^^^^^^^")
      << "a name with a slash";
  EXPECT_EQ(ShownPlace(model, "graph/node[2]:If/then_branch/node[0]:Relu"),
            "y = com.example.Relu()\n    ^^^^^^^^^^^^^^^^");
}

TEST(NodeTextTest, WritesDeclarations) {
  const ir::Model model = SmallModel();
  EXPECT_EQ(ShownPlace(model, ir::GraphInputPath(model.graph, 0)),
            "float[batch, 4] x\n                ^");
  EXPECT_EQ(ShownPlace(model, ir::InitializerPath(model.graph, 0)),
            "float16[4, 10] w\n               ^");
}

TEST(NodeTextTest, KnowsNoOtherPlace) {
  const ir::Model model = SmallModel();
  for (const char* place :
       {"", "graph", "graph/", "graph/node[3]:X", "graph/node[x]", "graph/node[",
        "graph/node[99999999999999999999]", "other/node[0]", "graph/input[7]"}) {
    EXPECT_EQ(TextOfPlace(model, place).text, "") << place;
  }
  EXPECT_EQ(TextOfPlace({}, "graph/node[0]:X").text, "");
}

}  // namespace
}  // namespace onnxcheck::cli
