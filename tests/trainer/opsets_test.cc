// Operators as older opsets write them; the node tests only know the newest.
#include <gtest/gtest.h>

#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "tests/support/onnx_text.h"
#include "trainer/program.h"

namespace onnxcheck::trainer {
namespace {

at::Tensor Row(std::vector<float> values) { return at::tensor(values); }

// Runs the body of a graph with input x and output y at an opset.
at::Tensor RunBody(int opset, const std::string& signature, const std::string& body,
                   const at::Tensor& x, Mode mode = Mode::kAsWritten) {
  const std::string text = "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) +
                           "]>\nnet (" + signature + ") => (float[] y) " + body;
  const auto source = parsers::Source::FromBytes("net.onnx", tests::OnnxFromText(text));
  const ir::Model model = parsers::ParseOnnx(*source);
  const Program program = BuildProgram(model, source->bytes(), {"y"}, /*trainable=*/false);
  return RunProgram(program, {}, std::vector<at::Tensor>{x}, mode).front();
}

void ExpectSame(const at::Tensor& got, const at::Tensor& expected) {
  ASSERT_EQ(got.sizes(), expected.sizes());
  EXPECT_TRUE(at::allclose(got, expected)) << got << "\nexpected\n" << expected;
}

TEST(Opsets, SoftmaxBefore13JoinsTheLaterAxes) {
  const at::Tensor x = at::arange(8, at::kFloat).reshape({2, 2, 2});
  ExpectSame(RunBody(12, "float[2,2,2] x", "{ y = Softmax(x) }", x),
             at::softmax(x.reshape({2, 4}), 1).reshape({2, 2, 2}));
  ExpectSame(RunBody(13, "float[2,2,2] x", "{ y = Softmax(x) }", x), at::softmax(x, -1));
}

TEST(Opsets, SqueezeAndUnsqueezeTookAxesAsAttribute) {
  const at::Tensor x = at::arange(3, at::kFloat).reshape({1, 3, 1});
  ExpectSame(RunBody(11, "float[1,3,1] x", "{ y = Squeeze<axes = [-1]>(x) }", x), x.squeeze(2));
  ExpectSame(RunBody(11, "float[1,3,1] x", "{ y = Unsqueeze<axes = [0, 4]>(x) }", x),
             x.unsqueeze(0).unsqueeze(4));
}

TEST(Opsets, ClipTookItsBoundsAsAttributes) {
  const at::Tensor x = Row({-2, 0.5F, 9});
  ExpectSame(RunBody(6, "float[3] x", "{ y = Clip<min = -1.0, max = 6.0>(x) }", x),
             Row({-1, 0.5F, 6}));
}

TEST(Opsets, SliceTookItsBoundsAsAttributes) {
  const at::Tensor x = at::arange(12, at::kFloat).reshape({3, 4});
  ExpectSame(RunBody(9, "float[3,4] x",
                     "{ y = Slice<starts = [1, -3], ends = [9, -1], axes = [0, 1]>(x) }", x),
             x.slice(0, 1, 3).slice(1, 1, 3));
}

TEST(Opsets, PadTookItsPadsAsAttribute) {
  const at::Tensor x = Row({1, 2});
  ExpectSame(RunBody(10, "float[2] x", "{ y = Pad<pads = [1, 2], value = 7.0>(x) }", x),
             Row({7, 1, 2, 7, 7}));
}

TEST(Opsets, ReductionsTookAxesAsAttribute) {
  const at::Tensor x = at::arange(6, at::kFloat).reshape({2, 3});
  ExpectSame(RunBody(11, "float[2,3] x", "{ y = ReduceSum<axes = [1], keepdims = 0>(x) }", x),
             x.sum(1));
  ExpectSame(RunBody(17, "float[2,3] x", "{ y = ReduceMean<axes = [-2]>(x) }", x), x.mean(0, true));
}

TEST(Opsets, SplitTookItsSizesAsAttribute) {
  const at::Tensor x = Row({1, 2, 3});
  ExpectSame(RunBody(11, "float[3] x", "{ z, y = Split<split = [1, 2]>(x) }", x), Row({2, 3}));
}

TEST(Opsets, BatchNormalizationUsesTheBatchOnlyInTraining) {
  const std::string signature = "float[4,1] x";
  const std::string body =
      "<float[1] s = {2.0}, float[1] b = {1.0}, float[1] m = {0.0}, float[1] v = {1.0}>"
      "{ y = BatchNormalization<epsilon = 0.0>(x, s, b, m, v) }";
  const at::Tensor x = at::tensor({10.F, 12.F, 14.F, 16.F}).reshape({4, 1});
  ExpectSame(RunBody(9, signature, body, x), 2 * x + 1);
  const at::Tensor centred = x - 13;
  ExpectSame(RunBody(9, signature, body, x, Mode::kTraining),
             2 * centred / centred.square().mean().sqrt() + 1);
}

TEST(Opsets, DropoutDropsOnlyInTraining) {
  const at::Tensor x = at::ones({1000});
  ExpectSame(RunBody(10, "float[1000] x", "{ y = Dropout<ratio = 0.25>(x) }", x), x);
  ExpectSame(RunBody(10, "float[1000] x", "{ y = Dropout<ratio = 0.25>(x) }", x, Mode::kEvaluating),
             x);
  const at::Tensor y =
      RunBody(10, "float[1000] x", "{ y = Dropout<ratio = 0.25>(x) }", x, Mode::kTraining);
  const double dropped = y.eq(0).to(at::kFloat).mean().item<double>();
  EXPECT_NEAR(dropped, 0.25, 0.06);
  EXPECT_NEAR(y.max().item<double>(), 1 / 0.75, 1e-6);
}

// Exports without a dynamic axis fix the batch at 1 in every Reshape.
TEST(Opsets, AFixedBatchFollowsTheInput) {
  const at::Tensor x = at::arange(12, at::kFloat).reshape({3, 2, 2});
  const at::Tensor y =
      RunBody(17, "float[1,2,2] x", "<int64[2] shape = {1, 4}>{ y = Reshape(x, shape) }", x,
              Mode::kEvaluating);
  ExpectSame(y, x.reshape({3, 4}));
}

TEST(Opsets, AMissingOperatorIsNamed) {
  try {
    RunBody(17, "float[3] x", "{ y = Hardmax(x) }", Row({1, 2, 3}));
    FAIL() << "Hardmax is not in the table";
  } catch (const Unsupported& error) {
    EXPECT_NE(std::string(error.what()).find("Hardmax"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace onnxcheck::trainer
