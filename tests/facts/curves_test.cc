#include "analyzer/facts/curves.h"

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace onnxcheck::facts {
namespace {

using ::testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

ir::Series MakeSeries(std::string name, ir::Column<std::uint32_t> lines,
                      std::vector<double> values) {
  ir::Series series;
  series.name = std::move(name);
  ir::Column<double> unknown;
  while (unknown.size() < values.size()) unknown.push_back(kNan);
  series.at = std::make_shared<ir::Positions>(ir::Positions{std::move(lines), unknown, unknown});
  series.value = std::move(values);
  return series;
}

TEST(SplitIntoCurvesTest, CutsAtSegmentsInOrderOfSegmentThenSeries) {
  ir::Log log;
  log.segments = {{.first_line = 1, .last_line = 3}, {.first_line = 4, .last_line = 6}};
  log.series = {MakeSeries("loss", {1, 2, 4, 5}, {4, 3, 2, 1}),
                MakeSeries("accuracy", {2, 6}, {0.5, 0.6})};
  const std::vector<Curve> curves = SplitIntoCurves(log);
  ASSERT_EQ(curves.size(), 4u);
  EXPECT_EQ(curves[0].series->name, "loss");
  EXPECT_THAT(curves[0].value, ElementsAre(4, 3));
  EXPECT_EQ(curves[1].series->name, "accuracy");
  EXPECT_THAT(curves[1].line, ElementsAre(2u));
  EXPECT_EQ(curves[2].segment, 1u);
  EXPECT_THAT(curves[2].value, ElementsAre(2, 1));
  EXPECT_THAT(curves[3].value, ElementsAre(0.6));
}

TEST(SplitIntoCurvesTest, LosesNoPointOutsideSegments) {
  ir::Log log;
  log.series = {MakeSeries("loss", {1, 2}, {2, 1})};
  ASSERT_EQ(SplitIntoCurves(log).size(), 1u);
  log.segments = {{.first_line = 2, .last_line = 2}, {.first_line = 9, .last_line = 9}};
  log.series = {MakeSeries("loss", {1, 5, 10}, {3, 2, 1})};
  const std::vector<Curve> curves = SplitIntoCurves(log);
  ASSERT_EQ(curves.size(), 2u);
  EXPECT_THAT(curves[0].value, ElementsAre(3, 2));
  EXPECT_THAT(curves[1].value, ElementsAre(1));
}

TEST(SplitIntoCurvesTest, EmptyLogHasNoCurves) { EXPECT_TRUE(SplitIntoCurves(ir::Log()).empty()); }

TEST(PointLocationTest, NamesTheEpochOfSummariesAndTheStepOtherwise) {
  ir::Log log;
  log.input.path = "run.log";
  log.series = {MakeSeries("val_loss", {12}, {1})};
  log.series[0].at = std::make_shared<ir::Positions>(ir::Positions{{12}, {1200000}, {3}});
  EXPECT_EQ(PointLocation(SplitIntoCurves(log)[0], 0).logical, "val_loss@step=1200000");
  log.series[0].per_epoch = true;
  const ir::Location location = PointLocation(SplitIntoCurves(log)[0], 0);
  EXPECT_EQ(location.path, "run.log");
  EXPECT_EQ(location.line, 12u);
  EXPECT_EQ(location.logical, "val_loss@epoch=3");
  log.series[0].at = std::make_shared<ir::Positions>(ir::Positions{{12}, {kNan}, {kNan}});
  EXPECT_EQ(PointLocation(SplitIntoCurves(log)[0], 0).logical, "val_loss");
}

TEST(FirstNonfiniteTest, FindsNanAndInfinity) {
  Curve curve;
  const std::vector<double> finite = {1, 2};
  curve.value = finite;
  EXPECT_EQ(FirstNonfinite(curve), std::nullopt);
  const std::vector<double> nonfinite = {1, -kInf, kNan};
  curve.value = nonfinite;
  EXPECT_EQ(FirstNonfinite(curve), 1u);
}

TEST(MedianTest, IgnoresWhatIsNotFinite) {
  EXPECT_EQ(Median(std::vector<double>{3, kNan, 1, kInf, 2}), 2);
  EXPECT_EQ(Median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_TRUE(std::isnan(Median(std::vector<double>{kNan})));
}

TEST(MedianTest, OfManyValuesIsThatOfASample) {
  std::vector<double> values(1000003);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = i % 5 == 0 ? kNan : static_cast<double>(i % 1000);
  }
  EXPECT_NEAR(Median(values), 500, 10);
  EXPECT_EQ(Spread(std::vector<double>(500000, 7)), 0);
}

TEST(FiniteValuesTest, AreCopiedOnlyWhereSomeAreNot) {
  const std::vector<double> all = {1, 2, 3};
  EXPECT_EQ((*FiniteValues(all)).data(), all.data());
  EXPECT_THAT(*FiniteValues(std::vector<double>{1, kInf, 3}), ElementsAre(1, 3));
}

TEST(CurveEndsTest, TakesMediansOfBothEnds) {
  const std::vector<double> values = {100, 10, 10, 9, 8, 7, 6, 2, 2, 50};
  const Ends ends = CurveEnds(values, 0.3);
  EXPECT_EQ(ends.first, 10);
  EXPECT_EQ(ends.last, 2);
}

TEST(CurveEndsTest, SpreadIsZeroOnAStraightLineAndNotOnAZigzag) {
  EXPECT_EQ(Spread(std::vector<double>{5, 4, 3, 2, 1}), 0);
  EXPECT_EQ(Spread(std::vector<double>{1, 2, 1, 2, 1}), 1);
}

TEST(CurveEndsTest, HandlesShortAndEmptyCurves) {
  const Ends one = CurveEnds(std::vector<double>{7}, 0.5);
  EXPECT_EQ(one.first, 7);
  EXPECT_EQ(one.last, 7);
  EXPECT_EQ(Spread(std::vector<double>{7}), 0);
  EXPECT_TRUE(std::isnan(CurveEnds({}, 0.1).first));
}

}  // namespace
}  // namespace onnxcheck::facts
