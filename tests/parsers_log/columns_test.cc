#include <gtest/gtest.h>

#include <string>

#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

TEST(Columns, AHeaderNamesTheRowsBelow) {
  EXPECT_EQ(DescribeSeries(ParseText("Loading the data\n"
                                     "Epoch  Step  Loss    Acc\n"
                                     "1      10    0.5000  50.0\n"
                                     "saved the model\n"
                                     "1      20    0.2500  60.0\n")),
            "Loss train-loss epoch 1 step 20: 0.5 0.25\n"
            "Acc train-accuracy epoch 1 step 20: 50 60\n");
}

TEST(Columns, BarsAsInMarkdown) {
  EXPECT_EQ(DescribeSeries(ParseText("Results of today:\n"
                                     "| epoch | train loss | val loss |\n"
                                     "|-------|------------|----------|\n"
                                     "| 1     | 0.5        | 0.625    |\n"
                                     "| 2     | 0.25       | nan      |\n")),
            "train loss train-loss epoch 2: 0.5 0.25\n"
            "val loss validation-loss epoch 2: 0.625 nan\n");
}

TEST(Columns, ABarThatHasNotComeToItsEndIsNoResult) {
  EXPECT_EQ(
      DescribeSeries(ParseText("Start\n"
                               "  Epoch   gpu_mem      loss    labels\n"
                               "    1/3      2.5G       1.5        16:  50%|#####     | 4/8\n"
                               "    1/3      2.5G      1.25        16: 100%|##########| 8/8\n")),
      "gpu_mem memory epoch 1: 2.5\n"
      "loss train-loss epoch 1: 1.25\n");
}

TEST(Columns, OtherLinesAreNone) {
  // As many words as columns, or no loss among the names.
  EXPECT_EQ(DescribeSeries(ParseText("Epoch  Loss  Acc\nall is well\n3 of 4\n")), "");
  EXPECT_EQ(DescribeSeries(ParseText("Epoch  Size  Name\n1  2  3\n2  3  4\n")), "");
}

}  // namespace
}  // namespace onnxcheck::parsers::log
