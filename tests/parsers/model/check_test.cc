// Every violation of ONNX's checker, each at its place, and none where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parsers/model/check.h"
#include "parsers/model/schema_table.h"
#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

using ir::ProblemKind;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> Places(const ir::Model& model) {
  std::vector<std::string> places;
  for (const ir::Problem& problem : model.input.problems) {
    EXPECT_TRUE(problem.kind == ProblemKind::kCheckerViolation ||
                problem.kind == ProblemKind::kDuplicateName)
        << problem.message;
    places.push_back(problem.location.logical);
  }
  return places;
}

TEST(Check, ThreeFaultsAreThreeProblems) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, 4] y) {
      a = Relu(missing)
      b = Softmax <axes = -1> (a)
      y = Add(b)
    })");
  EXPECT_THAT(Places(model), ElementsAre("graph/node[0]:Relu/input[0]", "graph/node[1]:Softmax",
                                         "graph/node[2]:Add"));
  EXPECT_THAT(model.input.problems[0].message, HasSubstr("'missing'"));
  EXPECT_THAT(model.input.problems[1].message, HasSubstr("unrecognized attribute: axes"));
  EXPECT_THAT(model.input.problems[1].help, HasSubstr("attributes: axis"));
  EXPECT_THAT(model.input.problems[2].message, HasSubstr("input size 1 not in range"));
  EXPECT_THAT(model.input.problems[2].help, HasSubstr("takes 2 inputs: A, B"));
  for (const ir::Problem& problem : model.input.problems) {
    EXPECT_TRUE(problem.location.has_span);
    EXPECT_GT(problem.location.length, 0u);
  }
}

TEST(Check, SeveralFaultsOfOneNodeAreAllReported) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[N, 4] x) => (float[N, 4] y) {
      y = Concat <first = 1, second = 2> ()
    })");
  EXPECT_THAT(Problems(model),
              testing::UnorderedElementsAre(HasSubstr("unrecognized attribute: first"),
                                            HasSubstr("unrecognized attribute: second"),
                                            HasSubstr("required attribute 'axis' is missing"),
                                            HasSubstr("input size 0 not in range")));
}

TEST(Check, AValueThatIsMissingIsOneFaultHoweverOftenItIsUsed) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) {
      a = Relu(lost)
      b = Add(a, lost)
      y = Mul(b, lost)
    })");
  EXPECT_THAT(Places(model), ElementsAre("graph/node[0]:Relu/input[0]"));
}

TEST(Check, OrderAndCyclesNameTheProducer) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) {
      y = Relu(late)
      late = Sigmoid(x)
    })");
  ASSERT_THAT(Places(model), ElementsAre("graph/node[0]:Relu/input[0]"));
  EXPECT_THAT(model.input.problems[0].message, HasSubstr("topologically sorted"));
  EXPECT_THAT(model.input.problems[0].help, HasSubstr("graph/node[1]:Sigmoid"));
}

TEST(Check, NamesAreUsedOnce) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) {
      a = Relu(x)
      a = Sigmoid(x)
      y = Identity(a)
    })");
  pb::GraphProto* graph = proto.mutable_graph();
  for (int i = 0; i < 2; ++i) {
    pb::TensorProto* tensor = graph->add_initializer();
    tensor->set_name("w");
    tensor->set_data_type(pb::TensorProto::FLOAT);
    tensor->add_float_data(1);
  }
  *graph->add_input() = graph->input(0);
  EXPECT_THAT(Places(Parse(proto)), ElementsAre("graph/input[1]:x", "graph/initializer[1]:w",
                                                "graph/node[1]:Sigmoid/output[0]"));
}

TEST(Check, TheHeaderIsChecked) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) { y = Relu(x) })");
  proto.mutable_graph()->clear_name();
  proto.clear_opset_import();
  for (int i = 0; i < 2; ++i) {
    auto* entry = proto.add_metadata_props();
    entry->set_key("k");
    entry->set_value("v");
  }
  EXPECT_THAT(Places(Parse(proto)), ElementsAre("metadata_props[1]", "opset_import", "graph"));
  proto.clear_ir_version();
  EXPECT_THAT(Places(Parse(proto)), Contains("ir_version"));
}

TEST(Check, AMissingImportIsOneFault) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) {
      a = com.acme.Swirl(x)
      y = com.acme.Swirl(a)
    })");
  EXPECT_THAT(Problems(model),
              ElementsAre("graph/node[0]:Swirl: no opset import for domain 'com.acme'"));
}

TEST(Check, VendorDomainsAreNoErrors) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "com.microsoft" : 1, "com.acme" : 7, "ai.onnx.ml" : 3]>
    net (float[N, 4] x) => (float[N, 4] y) {
      a = com.microsoft.FusedMatMul(x, x)
      b = com.acme.Swirl <turns = 3> (a)
      y = ai.onnx.ml.Scaler <offset = [0.0], scale = [1.0]> (b)
    })");
  EXPECT_THAT(Problems(model), IsEmpty());
}

TEST(Check, OperatorsThatDoNotExistAreNamed) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 13]>
    net (float[4] x) => (float[4] y) { y = LayerNormalisation(x) })");
  EXPECT_THAT(Problems(model), ElementsAre(HasSubstr("no Op registered for LayerNormalisation")));
}

TEST(Check, HelpSaysWhatWouldBeRight) {
  const auto help = [](const std::string& node) {
    const ir::Model model = ParseText(R"(
      <ir_version: 8, opset_import: ["" : 13]>
      net (float[2, 4] x) => (float[N, M] y) { y = )" +
                                      node + "(x) }");
    return model.input.problems.empty() ? "" : model.input.problems[0].help;
  };
  EXPECT_THAT(help("relu"), AllOf(HasSubstr("'Relu'"), HasSubstr("case")));
  EXPECT_THAT(help("Sofmax"), HasSubstr("'Softmax'"));
  EXPECT_THAT(help("LayerNormalization"), HasSubstr("exists since opset 17"));
  EXPECT_THAT(help("Normalizer"), HasSubstr("'ai.onnx.ml'"));
  EXPECT_THAT(help("NothingLikeIt"), HasSubstr("a domain of its own"));
  EXPECT_THAT(help("Softmax<axes = 1>"), HasSubstr("did you mean 'axis'?"));
  EXPECT_THAT(help("Concat<axis = 1>"), "");
  EXPECT_THAT(help("Gemm"), HasSubstr("2 to 3 inputs: A, B, C?"));
}

// ONNX Runtime's artifacts have gradients and later operators in ONNX's domain; other models have
// not.
TEST(Check, OperatorsOfOnnxRuntimeAreKnownWhereItWroteTheGraph) {
  constexpr char kText[] = R"(
    <ir_version: 8, opset_import: ["" : 14, "com.microsoft" : 1]>
    net (float[1, 4] g, float[1, 4] x, float[4] s) => (float[1, 4] d, float[1, 4] n, float[N] u) {
      u = com.microsoft.OP(g, x)
      d = MaxPoolGrad(g, x)
      n = LayerNormalization(x, s)
    })";
  const auto problems = [&](const char* op) {
    std::string text = kText;
    return Problems(ParseText(text.replace(text.find("OP"), 2, op)));
  };
  EXPECT_THAT(problems("ReluGrad"), IsEmpty());
  EXPECT_THAT(problems("InPlaceAccumulatorV2"), IsEmpty());
  EXPECT_THAT(problems("BiasGelu"), ElementsAre(HasSubstr("MaxPoolGrad")));
}

TEST(Check, SubgraphsAreCheckedAtTheirNodes) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (bool c, float[4] x) => (float[4] y) {
      y = If (c) <
        then_branch = a () => (float[4] t) { t = Relu(nowhere) },
        else_branch = b () => (float[4] e) { e = Softmax <wrong = 1> (x) }
      >
    })");
  EXPECT_THAT(Places(model),
              testing::UnorderedElementsAre("graph/node[0]:If/then_branch/node[0]:Relu/input[0]",
                                            "graph/node[0]:If/else_branch/node[0]:Softmax"));
  // The branch uses x of the outer graph: the If is its consumer there.
  for (const ir::Value& value : model.graph.values) {
    if (value.name != "x") continue;
    EXPECT_THAT(value.consumers, ElementsAre(0));
  }
}

TEST(Check, FunctionsAreChecked) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "local" : 1]>
    net (float[4] x) => (float[4] y) { y = local.twice(x) }
    <domain: "local", opset_import: ["" : 17]>
    twice (a) => (b) {
      c = Relu(outside)
      b = Add(a)
    })");
  EXPECT_THAT(Places(model), ElementsAre("functions[0]:twice/node[0]:Relu/input[0]",
                                         "functions[0]:twice/node[1]:Add"));
}

TEST(Check, RecursiveFunctionsAreFound) {
  const ir::Model model = ParseText(R"(
    <ir_version: 8, opset_import: ["" : 17, "local" : 1]>
    net (float[4] x) => (float[4] y) { y = local.f(x) }
    <domain: "local", opset_import: ["" : 17, "local" : 1]>
    f (a) => (b) { b = local.f(a) })");
  EXPECT_THAT(Problems(model), ElementsAre(HasSubstr("cycle detected")));
}

TEST(Check, NewerVersionsAreSaidAndNotHeldAgainstTheModel) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) { y = OperatorOfTheFuture <knob = 1> (x) })");
  proto.mutable_opset_import(0)->set_version(999);
  const ir::Model opset = Parse(proto);
  ASSERT_THAT(opset.input.problems, SizeIs(1));
  EXPECT_EQ(opset.input.problems[0].kind, ProblemKind::kNewerThanSupported);
  EXPECT_THAT(opset.input.problems[0].message, StartsWith("opset 999 of ai.onnx is newer than"));
  proto.set_ir_version(9999);
  EXPECT_EQ(Count(Parse(proto), ProblemKind::kNewerThanSupported), 2u);
  EXPECT_EQ(Count(Parse(proto), ProblemKind::kCheckerViolation), 0u);
}

TEST(Schemas, TheTableHasWhatTheRegistryHas) {
  const auto& ranges = pb::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
  std::size_t count = 0;
  for (const pb::OpSchema& schema : pb::OpSchemaRegistry::get_all_schemas_with_history()) {
    const pb::OpSchema* found =
        parsers::FindSchema(schema.Name(), schema.domain(), schema.since_version());
    ASSERT_NE(found, nullptr) << schema.domain() << "::" << schema.Name();
    EXPECT_EQ(found->since_version(), schema.since_version()) << schema.Name();
    EXPECT_EQ(found->Deprecated(), schema.Deprecated()) << schema.Name();
    EXPECT_EQ(found->max_input(), schema.max_input()) << schema.Name();
    const int newest = ranges.at(schema.domain()).second;
    const pb::OpSchema* latest =
        pb::OpSchemaRegistry::Schema(schema.Name(), newest, schema.domain());
    EXPECT_EQ(parsers::FindSchema(schema.Name(), schema.domain())->since_version(),
              latest->since_version())
        << schema.Name();
    ++count;
  }
  EXPECT_GT(count, 600u);
  EXPECT_EQ(parsers::FindSchema("Relu", "", 0), nullptr);
  EXPECT_EQ(parsers::FindSchema("Relu", "com.acme"), nullptr);
}

TEST(Check, MessagesAreOneCleanSentence) {
  EXPECT_EQ(
      parsers::CleanMessage("Bad thing.\n\n==> Context: Bad node spec for node. Name: a OpType: b"),
      "bad thing");
  EXPECT_EQ(parsers::CleanMessage("[ShapeInferenceError] A of\n  B."), "A of B");
}

TEST(Check, ViolationsBeyondTheLimitAreCounted) {
  pb::ModelProto proto = Proto(R"(
    <ir_version: 8, opset_import: ["" : 17]>
    net (float[4] x) => (float[4] y) { y = Relu(x) })");
  constexpr int kMore = 5;
  for (std::size_t i = 0; i < parsers::kMaxViolations + kMore; ++i) {
    proto.mutable_graph()->add_node()->set_op_type("Relu");
  }
  const ir::Model model = Parse(proto);
  EXPECT_EQ(Count(model, ProblemKind::kCheckerViolation), parsers::kMaxViolations);
  ASSERT_EQ(Count(model, ProblemKind::kResourceLimit), 1u);
  EXPECT_THAT(model.input.problems.back().message, StartsWith("5 more violations"));
}

}  // namespace
}  // namespace onnxcheck::tests
