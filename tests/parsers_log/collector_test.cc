#include "parsers/log/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "analyzer/ir/log.h"
#include "parsers/log/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::ElementsAre;

ir::Log Read(std::string_view text) {
  return ParseLog(*Source::FromBytes("train.log", std::string(text)));
}

// Series share the places of their values until a record measures one without another.
TEST(Collector, KeepsOnePlaceForEachValue) {
  const ir::Log log = Read(
      "epoch 1 loss: 0.9 lr: 0.1 grad_norm: 2.5\n"
      "epoch 2 loss: 0.8 lr: 0.1 grad_norm: 2.0\n"
      "epoch 3 loss: 0.7\n"
      "epoch 4 lr: 0.01\n");
  ASSERT_EQ(log.series.size(), 3u);
  EXPECT_THAT(log.series[0].at->line, ElementsAre(1, 2, 3));
  EXPECT_THAT(log.series[1].at->line, ElementsAre(1, 2, 4));
  EXPECT_THAT(log.series[2].at->line, ElementsAre(1, 2));
  EXPECT_THAT(log.series[2].at->epoch, ElementsAre(1, 2));
}

}  // namespace
}  // namespace onnxcheck::parsers
