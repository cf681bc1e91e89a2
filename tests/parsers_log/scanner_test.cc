#include "parsers/log/scanner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>

namespace onnxcheck::parsers::log {
namespace {

// "name=value", with "/second" for ratios, "(second)" for averages, "%" for percent.
std::string Found(std::string_view text) {
  ScanResult result;
  Scan(text, &result);
  std::ostringstream out;
  for (const Pair& pair : result.pairs) {
    if (pair.kind == Pair::Kind::kHeading) continue;
    if (out.tellp() > 0) out << "; ";
    out << pair.name << '=' << pair.value;
    if (pair.kind == Pair::Kind::kRatio || pair.kind == Pair::Kind::kTwin)
      out << '/' << pair.second;
    if (pair.kind == Pair::Kind::kAveraged) out << '(' << pair.second << ')';
    if (pair.unit == Unit::kPercent) out << '%';
  }
  return out.str();
}

TEST(Scanner, SeparatorsOfEveryKind) {
  EXPECT_EQ(Found("loss: 0.5, acc=0.75 | lr 1e-4\tstep\t7"),
            "loss=0.5; acc=0.75; lr=0.0001; step=7");
  EXPECT_EQ(Found("loss:0.5,acc:1"), "loss=0.5; acc=1");
  EXPECT_EQ(Found("num_chars      :\t1636"), "num_chars=1636");
  EXPECT_EQ(Found("{'loss': 2.5, 'epoch': 0.5}"), "loss=2.5; epoch=0.5");
}

TEST(Scanner, NamesOfSeveralWords) {
  EXPECT_EQ(Found("Val. Total Loss: 1.5"), "Val. Total Loss=1.5");
  EXPECT_EQ(Found("time (s) = 3.5"), "time (s)=3.5");
  EXPECT_EQ(Found("OASIS TEST:  MAE=0.25"), "MAE=0.25");
  EXPECT_EQ(Found("train/loss 0.5 top-1 0.25"), "train/loss=0.5; top-1=0.25");
}

TEST(Scanner, NumbersOfEveryForm) {
  EXPECT_EQ(Found("a=-1.5e-05 b=+2 c=.5 d=1E3"), "a=-1.5e-05; b=2; c=0.5; d=1000");
  EXPECT_EQ(Found("loss=nan x: -inf y: Infinity z: NaN"), "loss=nan; x=-inf; y=inf; z=nan");
  EXPECT_EQ(Found("acc: 93.5% rec: 35 %"), "acc=93.5%; rec=35%");
  EXPECT_EQ(Found("Total params: 1,234,567"), "Total params=1.23457e+06");
  EXPECT_EQ(Found("loss: 0.5."), "loss=0.5");
}

TEST(Scanner, AProgressIsNoValue) {
  EXPECT_EQ(Found("Map: 40%|####      | 4/10"), "=4/10");
  EXPECT_EQ(Found("Map (num_proc=4):   0%|          | 0/10"), "=0/10");
  EXPECT_EQ(Found("acc: 40%| loss: 0.5"), "acc=40%; loss=0.5");
}

TEST(Scanner, RatiosAndAverages) {
  EXPECT_EQ(Found("Epoch 3/10"), "Epoch=3/10");
  EXPECT_EQ(Found("Epoch: [0][10/5005]"), "Epoch=0; =10/5005");
  EXPECT_EQ(Found("Step     0 of   469: "), "Step=0/469");
  EXPECT_EQ(Found("|   200/ 2983 batches"), "=200/2983");
  EXPECT_EQ(Found("12/Unknown - loss: 2"), "=12/nan; loss=2");
  EXPECT_EQ(Found("Loss 1.40 (1.73)"), "Loss=1.4(1.73)");
  EXPECT_EQ(Found("Loss(text/kernel): 0.5/0.25"), "Loss(text/kernel)=0.5/0.25");
}

TEST(Scanner, DatesTimesVersionsAndPathsAreNoNumbers) {
  EXPECT_EQ(Found("date: 2020-02-10 at: 12:30:01 elapsed 04:39"), "");
  EXPECT_EQ(Found("version: 1.2.3 ip=10.0.0.1:443"), "");
  EXPECT_EQ(Found("saved: /tmp/run-3/epoch_12.pt at 10/26/2021"), "");
  EXPECT_EQ(Found("https://example.org:8080/x?y"), "");
  EXPECT_EQ(Found("x +010:0 y -1.2.3 z -3/x w .5.5"), "");
}

TEST(Scanner, WordsThatHoldNumbers) {
  EXPECT_EQ(Found("conv1: 3 7m368ms: x 2nd: y 0x1f"), "conv1=3");
  EXPECT_EQ(Found("found_inf_per_device logging_nan_inf_filter=True np.Inf"), "");
}

TEST(Scanner, OtherScripts) {
  EXPECT_EQ(Found("\xE6\x8D\x9F\xE5\xA4\xB1: 0.5 \xE7\xB2\xBE\xE5\xBA\xA6\xEF\xBC\x9A"
                  "0.75"),
            "\xE6\x8D\x9F\xE5\xA4\xB1=0.5; \xE7\xB2\xBE\xE5\xBA\xA6=0.75");
  EXPECT_EQ(Found("8/8 \xE2\x94\x81\xE2\x94\x81 1s 3ms/step - loss: 1.5"), "=8/8; loss=1.5");
}

TEST(Scanner, OutOfRangeIsInfiniteOrZero) {
  double value = 0;
  bool whole = false;
  EXPECT_EQ(ReadNumber("1e999", &value, &whole), 5u);
  EXPECT_TRUE(std::isinf(value));
  EXPECT_EQ(ReadNumber("1e-999", &value, &whole), 6u);
  EXPECT_EQ(value, 0);
  EXPECT_EQ(ReadNumber("-", &value, &whole), 0u);
  EXPECT_EQ(ReadNumber("", &value, &whole), 0u);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
