#include "parsers/suppressions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace onnxcheck::parsers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<ir::Suppression> Read(const std::string& text) {
  return CommentSuppressions(*Source::FromBytes("config.yaml", text));
}

TEST(CommentSuppressionsTest, CoversItsOwnLine) {
  const auto found =
      Read("a: 1\nloss: mse  # onnxcheck: ignore[A001, softmax-with-mse] on purpose\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].rules, ElementsAre("A001", "softmax-with-mse"));
  EXPECT_EQ(found[0].reason, "on purpose");
  EXPECT_EQ(found[0].line, 2U);
  EXPECT_EQ(found[0].location.line, 2U);
  EXPECT_EQ(found[0].location.column, 12U);
  EXPECT_EQ(found[0].location.offset, 16U);
}

TEST(CommentSuppressionsTest, AloneItCoversTheNextLineOfSubstance) {
  const auto found = Read(
      "# onnxcheck: ignore[A001]\n# why\n\n#onnxcheck:ignore[A002]\nloss: mse\nlr: 1\n"
      "# onnxcheck: ignore[A003]\n");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].line, 5U);
  EXPECT_EQ(found[1].line, 5U);
  EXPECT_EQ(found[2].line, 7U) << "nothing follows";
  EXPECT_EQ(found[0].location.line, 1U);
}

TEST(CommentSuppressionsTest, CoversTheFile) {
  const auto found = Read("x: 1\n# onnxcheck: ignore-file[C019]\ny: 2\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].line, 0U);
  EXPECT_EQ(found[0].location.line, 2U);
}

TEST(CommentSuppressionsTest, WithoutRulesItNamesNone) {
  const auto found = Read("loss: mse # onnxcheck: ignore\r\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].rules, IsEmpty());
  EXPECT_EQ(found[0].reason, "");
}

TEST(CommentSuppressionsTest, PassesOverEverythingElse) {
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read("url: http://x#onnxcheck: ignore[A001]\n"), IsEmpty()) << "no comment";
  EXPECT_THAT(Read("onnxcheck: ignore[A001]\n"), IsEmpty());
  EXPECT_THAT(Read("# see onnxcheck: ignore[A001]\n"), IsEmpty());
  EXPECT_THAT(Read("# onnxcheck: select[A001]\n"), IsEmpty());
  EXPECT_THAT(Read("# onnxcheck: ignore[A001"), SizeIs(1));
}

TEST(MetadataSuppressionsTest, ReadsEntriesWithReasons) {
  const auto found = MetadataSuppressions(
      "m.onnx", {{"author", "x"}, {"onnxcheck.ignore", "M014 binary by design; A001,A002 ;; "}});
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].rules, ElementsAre("M014"));
  EXPECT_EQ(found[0].reason, "binary by design");
  EXPECT_EQ(found[0].line, 0U);
  EXPECT_EQ(found[0].location.path, "m.onnx");
  EXPECT_EQ(found[0].location.logical, "metadata_props[1]:onnxcheck.ignore");
  EXPECT_THAT(found[1].rules, ElementsAre("A001", "A002"));
}

}  // namespace
}  // namespace onnxcheck::parsers
