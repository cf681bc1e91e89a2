#include <gtest/gtest.h>

#include <string>

#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

std::string Epoch(int epoch, const std::string& rest = "loss: 0.5") {
  return "epoch: " + std::to_string(epoch) + " " + rest + "\n";
}

std::string Epochs(int first, int last) {
  std::string text;
  for (int epoch = first; epoch <= last; ++epoch) text += Epoch(epoch);
  return text;
}

TEST(Segments, OneRun) {
  EXPECT_EQ(DescribeSegments(ParseText("")), "");
  EXPECT_EQ(DescribeSegments(ParseText(Epochs(1, 5))), "1-5");
}

TEST(Segments, ARestartAndAResume) {
  EXPECT_EQ(DescribeSegments(ParseText(Epochs(1, 5) + Epochs(1, 3))), "1-5 6-8:restart");
  EXPECT_EQ(DescribeSegments(ParseText(Epochs(1, 9) + Epochs(6, 12))), "1-9 10-16:resume");
}

TEST(Segments, BatchCountersMayStartOver) {
  std::string text;
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (int batch = 0; batch < 4; ++batch) {
      text +=
          "epoch " + std::to_string(epoch) + " batch " + std::to_string(batch) + "/4 loss: 0.5\n";
    }
    text += "epoch " + std::to_string(epoch) + " validation: batch 0/2 loss: 0.5\n";
  }
  EXPECT_EQ(DescribeSegments(ParseText(text)), "1-15");
}

TEST(Segments, AFoldIsNoRestart) {
  EXPECT_EQ(DescribeSegments(ParseText("Fold 1\n" + Epochs(1, 3) + "Fold 2\n" + Epochs(1, 3))),
            "1-8");
}

TEST(Segments, AnEvaluationAfterwardsIsNoRestart) {
  EXPECT_EQ(DescribeSegments(ParseText(Epochs(1, 3) + "epoch: 1 AUC: 0.5\nepoch: 2 AUC: 0.75\n")),
            "1-5");
}

TEST(Segments, KerasHeaders) {
  const std::string run = "Epoch 1/2\n - 1s - loss: 0.5\nEpoch 2/2\n - 1s - loss: 0.25\n";
  EXPECT_EQ(DescribeSegments(ParseText(run + run)), "1-4 5-8:restart");
  const std::string once = "Epoch 1/1\n - 1s - loss: 0.5\n";
  EXPECT_EQ(DescribeSegments(ParseText(once + once + once)), "1-6")
      << "fit(epochs=1) in a loop goes on with one model";
}

TEST(Segments, ARepeatedTableHeader) {
  const std::string run = "epoch,loss\n0,0.5\n1,0.25\n";
  EXPECT_EQ(DescribeSegments(ParseText(run + run)), "1-3 4-6:restart");
}

TEST(Segments, RunsThatNeverMeasured) {
  EXPECT_EQ(DescribeSegments(ParseText("start training\nloading\nstart training\nloading\n")),
            "1-2 3-4:restart");
}

TEST(Segments, AProcessThatBeginsIsARun) {
  const std::string launch = "Training with a single process on 1 GPUs.\n";
  EXPECT_EQ(DescribeSegments(ParseText(launch + Epochs(0, 3) + launch + Epochs(4, 6))),
            "1-5 6-9:resume");
  const std::string job = "Sender: LSF System <lsf@host1>\nJob was executed\n";
  EXPECT_EQ(DescribeSegments(ParseText(job + job)), "1-2 3-4:restart");
}

TEST(Segments, RowsOfOneEpochEach) {
  EXPECT_EQ(DescribeSegments(ParseText("epoch,loss\n0,0.5\n1,0.4\n0,0.5\n0,0.5\n1,0.4\n")),
            "1-3 4-4:restart 5-6:restart");
  EXPECT_EQ(DescribeSegments(ParseText("epoch,loss\n1,0.5\n2,0.4\n2,0.5\n3,0.5\n3,0.4\n")), "1-6");
}

TEST(Segments, PhasesThatGoOnAreOneRun) {
  EXPECT_EQ(DescribeSegments(
                ParseText("start training\n" + Epochs(0, 3) + "start training\n" + Epochs(4, 6))),
            "1-9");
}

TEST(Segments, APreambleThatComesAgain) {
  const std::string run = "Loading the datasets from disk\nBuilding the model\nTest AUC: 0.5\n";
  EXPECT_EQ(DescribeSegments(ParseText(run + run + run)), "1-3 4-6:restart 7-9:restart");
  const std::string block = "Loading the datasets from disk\nBuilding the model\n";
  EXPECT_EQ(DescribeSegments(ParseText(block + Epochs(1, 3) + block + Epochs(4, 6))), "1-10")
      << "the epochs go on";
}

TEST(Segments, CommandsInATerminal) {
  const std::string prompt = "me@host:~/work$ ";
  EXPECT_EQ(DescribeSegments(ParseText(prompt + "python train.py\n" + Epochs(1, 3) + prompt +
                                       "python -u test.py\nstart training\nAUC: 0.5\n")),
            "1-4 5-7:restart");
  EXPECT_EQ(DescribeSegments(ParseText(prompt + "cd work\n" + prompt + "python train.py\n" +
                                       Epochs(1, 3) + prompt + "ls\n")),
            "1-6");
}

TEST(Segments, APreambleOfARunThatCameToNothing) {
  const std::string start =
      "=== fast training ===\ncores and threads\nseed\ndevice\ndata\nmodel\nteacher\n";
  EXPECT_EQ(DescribeSegments(ParseText(start + Epochs(1, 5) + start + start + Epochs(1, 3))),
            "1-12 13-19:restart 20-29:restart");
}

TEST(Segments, StepsWithoutEpochs) {
  const auto steps = [](int last) {
    std::string text;
    for (int step = 1; step <= last; ++step)
      text += "step " + std::to_string(step) + " loss: 0.5\n";
    return text;
  };
  EXPECT_EQ(DescribeSegments(ParseText(steps(5) + steps(9))), "1-5 6-14:restart");
  EXPECT_EQ(DescribeSegments(ParseText(steps(5) + steps(5) + steps(3))), "1-13")
      << "epochs that nobody numbered";
}

}  // namespace
}  // namespace onnxcheck::parsers::log
