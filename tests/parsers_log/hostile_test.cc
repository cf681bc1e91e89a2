// Whatever the bytes are: no crash, no hang, bounded memory, and the damage is told.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>

#include "parsers/log/limits.h"
#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

bool HasProblem(const ir::Log& log, ir::ProblemKind kind) {
  for (const ir::Problem& problem : log.input.problems) {
    if (problem.kind == kind) return true;
  }
  return false;
}

TEST(Hostile, EmptyAndBlank) {
  for (const std::string text : {"", "\n", "   \r\n\t\n", "\xEF\xBB\xBF"}) {
    const ir::Log log = ParseText(text);
    EXPECT_EQ(log.records, 0u);
    EXPECT_TRUE(log.series.empty());
    EXPECT_TRUE(log.input.problems.empty());
  }
}

TEST(Hostile, BinaryIsNoTrainingLog) {
  std::string bytes;
  unsigned state = 1;
  for (int i = 0; i < 100000; ++i) {
    state = state * 1103515245u + 12345u;
    bytes.push_back(static_cast<char>(state >> 16));
  }
  const ir::Log log = ParseText(bytes);
  EXPECT_FALSE(ir::Trains(log));
  EXPECT_FALSE(log.nature_reason.empty());
}

TEST(Hostile, OneLineOf100Megabytes) {
  std::string text(std::size_t{100} << 20, 'x');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(HasProblem(ParseText(text), ir::ProblemKind::kResourceLimit));
  for (std::size_t i = 0; i + 9 < text.size(); i += 9) text.replace(i, 9, "loss: 1, ");
  EXPECT_TRUE(HasProblem(ParseText(text), ir::ProblemKind::kResourceLimit));
  for (std::size_t i = 8; i < text.size(); i += 9) text[i] = '\r';
  ParseText(text);
  // Generous, for builds with sanitizers: time that grows faster than the input would be hours.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(300));
}

TEST(Hostile, ManyNamesAndManyLines) {
  std::string text;
  for (std::size_t i = 0; i < kMaxSeries + 100; ++i) {
    const std::string number = std::to_string(i);
    text += "n" + number + "_loss: 1\n";
  }
  const ir::Log log = ParseText(text);
  EXPECT_TRUE(HasProblem(log, ir::ProblemKind::kResourceLimit));
  EXPECT_LE(log.series.size(), kMaxSeries);
}

TEST(Hostile, DeepJson) {
  const std::string deep = std::string(100000, '[');
  EXPECT_TRUE(ParseText(deep).series.empty());
  EXPECT_TRUE(ParseText("{\"a\":" + deep).series.empty());
  std::string nested;
  for (int i = 0; i < 10000; ++i) nested += "{\"a\":";
  EXPECT_TRUE(ParseText(nested + "1" + std::string(10000, '}')).series.empty());
}

TEST(Hostile, Utf16LogIsRead) {
  std::string bytes = "\xFF\xFE";
  for (const char c : std::string("epoch 1 loss: 0.5\r\nepoch 2 loss: 0.25\r\n")) {
    bytes.push_back(c);
    bytes.push_back('\0');
  }
  EXPECT_EQ(DescribeSeries(ParseText(bytes)), "loss train-loss epoch 2: 0.5 0.25\n");
}

TEST(Hostile, InvalidUtf8NeverLeaves) {
  const ir::Log log = ParseText("lo\xffss_\xfe: 1\nlo\xffss_\xfe: 2\nERROR: \xc3\x28\n");
  for (const ir::Series& series : log.series)
    EXPECT_EQ(series.name.find('\xff'), std::string::npos);
  for (const ir::Event& event : log.events) EXPECT_EQ(event.text.find('\xc3'), std::string::npos);
}

TEST(Damage, RowsAndLinesThatDoNotParse) {
  const ir::Log rows = ParseText("epoch,loss,acc\n0,0.5,0.5\n1,0.5\n2,0.25,0.75\n3,0.25,0.75\n");
  ASSERT_EQ(rows.input.problems.size(), 1u);
  EXPECT_EQ(rows.input.problems[0].kind, ir::ProblemKind::kMalformedRecord);
  EXPECT_EQ(rows.input.problems[0].location.line, 3u);
  const ir::Log lines =
      ParseText("{\"loss\": 1, \"step\": 1}\n{\"loss\": 2, \"st\n{\"loss\": 2, \"step\": 3}\n");
  EXPECT_EQ(lines.json.objects, 2u);
  EXPECT_EQ(lines.json.cut.count, 1u);
  EXPECT_EQ(lines.json.cut.first, 2u);
}

TEST(Damage, WhatTheLinesOfAJsonLogAre) {
  const ir::Log log = ParseText(
      "{\"step\": 1, \"loss\": 4}\n"
      "{\"step\": 2, \"lo{\"step\": 2, \"loss\": 3}\n"
      "{\"step\": 3, \"loss\": 2}{\"step\": 4, \"loss\": 1}\n"
      "{\"step\": 5, \"loss\": 1, \"nested\": {\"loss\": 7}\n"
      "{\"step\": 6, loss: 1}\n"
      "UserWarning: slow\n"
      "{'step': 7, 'loss': 0.5}\n"
      "{ \"step\": 8, \"loss\": 0.25 }\n"
      "Traceback (most recent call last):\n"
      "  File \"train.py\", line 3, in <module>\n"
      "ValueError: no\n");
  EXPECT_EQ(log.json.objects, 2u);
  EXPECT_EQ(log.json.joined.count, 2u);
  EXPECT_EQ(log.json.joined.first, 2u);
  EXPECT_EQ(log.json.cut.first, 4u);
  EXPECT_EQ(log.json.invalid.first, 5u);
  EXPECT_EQ(log.json.text.first, 6u);
  EXPECT_EQ(log.json.dictionaries.first, 7u);
  EXPECT_EQ(log.json.traces.first, 9u);
  EXPECT_EQ(log.json.traces.count, 3u);
  // What is whole in a damaged line is read.
  EXPECT_EQ(DescribeSeries(log),
            "step step step 8: 1 2 3 4 8\n"
            "loss train-loss step 8: 4 3 2 1 0.5 0.25\n");
}

TEST(Damage, CutOffByTheDialectsOwnMeasure) {
  EXPECT_TRUE(ParseText("epoch,loss,acc\n0,0.5,0.5\n1,0.5").cut_off.has_value());
  EXPECT_FALSE(ParseText("epoch,loss,acc\n0,0.5,0.5\n1,0.5,0.5").cut_off.has_value());
  EXPECT_TRUE(ParseText("{\"loss\": 1}\n{\"loss\": 2, \"st").cut_off.has_value());
  EXPECT_FALSE(ParseText("{\"loss\": 1}\n{\"loss\": 2}").cut_off.has_value());
  EXPECT_TRUE(ParseText("epoch 1 loss: 0.5 acc: 0.5\nepoch 2 loss: 0.5 a").cut_off.has_value());
  EXPECT_FALSE(ParseText("epoch 1 loss: 0.5\nepoch 2 loss: 0.5").cut_off.has_value());
  EXPECT_TRUE(
      ParseText("Epoch 1/3\n 9/9 [===] - loss: 0.5\nEpoch 2/3\n 3/9 [=>....").cut_off.has_value());
}

TEST(Nature, OtherFilesAreNoTrainingLogs) {
  for (const std::string text :
       {"This is pdfTeX, Version 3.14 (TeX Live 2015)\nentering extended mode\n",
        "<!DOCTYPE html>\n<html></html>\n",
        "import os\nimport torch\n\ndef f(x):\n    return x\n\nclass A:\n    def g(self):\n        "
        "return 1\n",
        "images/a.jpg\nimages/b.jpg\nimages/c.jpg\n", "name,price\napple,1.5\npear,2.5\n",
        "Inference time: 3.5 ms\nInference time: 3.25 ms\n"}) {
    const ir::Log log = ParseText(text);
    EXPECT_FALSE(ir::Trains(log)) << text;
    EXPECT_FALSE(log.nature_reason.empty()) << text;
  }
}

TEST(Nature, InDoubtItIsATrainingLog) {
  for (const std::string text : {"starting up\nloading checkpoint\n", "epoch 1 loss: 0.5\n",
                                 "2024-01-01 10:00:00 - INFO - training\n"}) {
    EXPECT_TRUE(ir::Trains(ParseText(text))) << text;
  }
}

TEST(Statements, PlansAndSizes) {
  const ir::Log log = ParseText(
      "Total params: 1,234 (4.82 KB)\nTrainable params: 1,200 (4.69 KB)\nNon-trainable params: 34\n"
      "num_classes: 10\nEpoch 1/7\n 9/9 [===] - loss: 0.5\n");
  ASSERT_TRUE(log.total_parameters && log.trainable_parameters && log.classes &&
              log.planned_epochs && log.steps_per_epoch);
  EXPECT_EQ(log.total_parameters->value, 1234);
  EXPECT_EQ(log.trainable_parameters->value, 1200);
  EXPECT_EQ(log.classes->value, 10);
  EXPECT_EQ(log.planned_epochs->value, 7);
  EXPECT_EQ(log.planned_epochs->location.line, 5u);
  EXPECT_EQ(log.steps_per_epoch->value, 9);
}

TEST(Bars, ABarThatNeverEndedIsReadStateByState) {
  std::string text = "Epoch 0:   0%|          | 0/100 [00:00<?, ?it/s]";
  for (int i = 1; i <= 20; ++i) {
    text += "\rEpoch 0:  " + std::to_string(i) + "%|#   | " + std::to_string(i) +
            "/100 [00:01<00:10, 9.9it/s, loss=1.5]";
  }
  const ir::Log log = ParseText(text);
  ASSERT_EQ(log.series.size(), 1u);
  EXPECT_EQ(log.series[0].role, ir::Role::kTrainLoss);
  EXPECT_EQ(log.series[0].value.size(), 20u);
  EXPECT_EQ(log.series[0].at->step.back(), 20);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
