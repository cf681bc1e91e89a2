#include "parsers/config/preamble.h"

#include <chrono>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parsers/load.h"
#include "parsers/log/log.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

std::optional<ir::Config> Said(const std::string& text) {
  const auto source = Source::FromBytes("run.log", text);
  return ReadPreamble(*source, ParseLog(*source));
}

constexpr char kProgress[] =
    "Epoch 1 loss: 2.31 lr: 0.5\nEpoch 2 loss: 1.90 lr: 0.5\nEpoch 3 loss: 1.52 lr: 0.5\n";

TEST(Preamble, HuggingFace) {
  const auto said = Said(
      "[INFO|trainer.py:2100] 2024-05-01 10:00:00,123 >> ***** Running training *****\n"
      "[INFO|trainer.py:2101] 2024-05-01 10:00:00,123 >>   Num examples = 25,000\n"
      "[INFO|trainer.py:2102] 2024-05-01 10:00:00,123 >>   Num Epochs = 3\n"
      "[INFO|trainer.py:2103] 2024-05-01 10:00:00,123 >>   Instantaneous batch size per device = "
      "8\n"
      "[INFO|trainer.py:2104] 2024-05-01 10:00:00,123 >>   Gradient Accumulation steps = 2\n"
      "[INFO|trainer.py:2105] 2024-05-01 10:00:00,123 >>   Total optimization steps = 4,686\n"
      "***** Running Evaluation *****\n"
      "  Num examples = 100\n"
      "  Batch size = 64\n");
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(said->dataset_size->value, 25000);
  EXPECT_EQ(said->epochs->value, 3);
  EXPECT_EQ(said->batch_size->value, 8);
  EXPECT_EQ(said->accumulation->value, 2);
  EXPECT_EQ(said->max_steps->value, 4686);
  EXPECT_EQ(Span(said->dataset_size->location), "2:68+6");
  EXPECT_EQ(said->dataset_size->location.logical, "Num examples");
}

TEST(Preamble, Lines) {
  const auto said = Said(
      "2024-05-01 10:00:00 INFO Batch size: 32\n"
      "2024-05-01 10:00:00 INFO Learning rate: 1e-3\n"
      "optimizer      : Adam\n"
      "loss = CrossEntropyLoss()\n"
      "--weight_decay = 0.01 [default: 0]\n"
      "scheduler='cosine',\n" +
      std::string(kProgress) + "Batch size: 64\n");
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(said->batch_size->value, 32);
  EXPECT_EQ(said->learning_rate->value, 1e-3);
  EXPECT_EQ(said->optimizer->value, "adam");
  EXPECT_EQ(said->loss->value, "CrossEntropyLoss");
  EXPECT_EQ(said->weight_decay->value, 0.01);
  EXPECT_EQ(said->schedule->value, "cosine");
}

TEST(Preamble, WhatIsNone) {
  EXPECT_FALSE(Said(kProgress).has_value());
  EXPECT_FALSE(Said("").has_value());
  // One setting may be prose; what is nested in a printed configuration has lost its section.
  EXPECT_FALSE(Said(std::string("Batch size: 32\n") + kProgress).has_value());
  EXPECT_FALSE(
      Said(std::string("ema = dict(\n    momentum=0.0002,\n    lr=1,\n    epochs=3,\n)\n") +
           kProgress)
          .has_value());
  // Only what stands before the metrics.
  EXPECT_FALSE(Said(kProgress + std::string("Namespace(lr=0.1, epochs=3)\n")).has_value());
}

// Calls that are never closed: not searched to the end of the text each time.
TEST(Preamble, ManyOpenCallsTakeLinearTime) {
  std::string text;
  while (text.size() < kMaxPreambleBytes) text += "Namespace(x \n{'a': f(y \n";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(Said(text).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(Preamble, IsBehindTheFilesAndSaysNothingOfSlips) {
  const auto said =
      Said("Namespace(learing_rate=0.1, epochs=3, batch_size=8)\n" + std::string(kProgress));
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(said->epochs->value, 3);
  EXPECT_TRUE(said->key_words.empty());
}

}  // namespace
}  // namespace onnxcheck::parsers
