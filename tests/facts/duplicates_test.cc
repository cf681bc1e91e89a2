#include "analyzer/facts/duplicates.h"

#include "gtest/gtest.h"
#include "tests/facts/graph_builder.h"

namespace onnxcheck::facts {
namespace {

TEST(DuplicateNodesTest, ChainsOfEqualNodes) {
  GraphBuilder graph;
  graph.Input("x").Weight("w", {2, 2}).Weight("v", {2, 2});
  graph.Node("MatMul", {"x", "w"}, {"a"}).Node("Relu", {"a"}, {"b"});
  graph.Node("MatMul", {"x", "w"}, {"c"}).Node("Relu", {"c"}, {"d"});
  graph.Node("MatMul", {"x", "v"}, {"e"}).Node("Relu", {"e"}, {"f"});
  EXPECT_EQ(DuplicateNodes(graph.Build()),
            std::vector<ir::NodeId>({ir::kNone, ir::kNone, 0, 1, ir::kNone, ir::kNone}));
}

TEST(DuplicateNodesTest, EqualSmallConstantsAreOne) {
  GraphBuilder graph;
  graph.Input("x").Float("a", 2).Float("b", 2).Float("c", 3);
  graph.Node("Mul", {"x", "a"}, {"p"})
      .Node("Mul", {"x", "b"}, {"q"})
      .Node("Mul", {"x", "c"}, {"r"});
  EXPECT_EQ(DuplicateNodes(graph.Build()), std::vector<ir::NodeId>({ir::kNone, 0, ir::kNone}));
}

TEST(DuplicateNodesTest, AttributesOperandsAndOrderCount) {
  GraphBuilder graph;
  graph.Input("x").Input("z").Node("Softmax", {"x"}, {"a"}, {IntAttr("axis", 1)});
  graph.Node("Softmax", {"x"}, {"b"}, {IntAttr("axis", 0)}).Node("Softmax", {"x"}, {"c"});
  graph.Node("Sub", {"x", "z"}, {"d"}).Node("Sub", {"z", "x"}, {"e"});
  EXPECT_EQ(DuplicateNodes(graph.Build()), std::vector<ir::NodeId>(5, ir::kNone));
}

TEST(DuplicateNodesTest, ChanceAndOtherDomainsNeverRepeat) {
  GraphBuilder graph;
  graph.Input("x");
  for (const char* output : {"a", "b"}) {
    graph.Node("RandomNormalLike", {"x"}, {output}).Node("Dropout", {"x"}, {output});
    graph.Node("Relu", {"x"}, {output}, {}, "some.vendor");
  }
  EXPECT_EQ(DuplicateNodes(graph.Build()), std::vector<ir::NodeId>(6, ir::kNone));
}

}  // namespace
}  // namespace onnxcheck::facts
