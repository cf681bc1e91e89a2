// The trainer as a process: whatever it does, there is a verdict.
#include "cli/confirm.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/trainer_process.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::cli {
namespace {

std::string Script(const std::string& name, const std::string& body) {
  const std::string path = ::testing::TempDir() + "onnxcheck_" + name + ".sh";
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  chmod(path.c_str(), 0755);
  return path;
}

constexpr const char* kVerdict =
    R"({"type":"verdict","status":"confirmed","text":"it is so","figures":{"seeds":3},)"
    R"("curve_steps":[0,1],"baseline_curve":[2.5,null],"changed_curve":[2.5,0.5]})";

trainer::Verdict AnswerOf(const std::string& name, const std::string& body, double seconds = 20) {
  trainer::Plan plan;
  plan.limits.seconds = seconds;
  return RunTrainer(Script(name, body), plan);
}

void ExpectInconclusive(const trainer::Verdict& verdict, const std::string& reason) {
  EXPECT_EQ(verdict.outcome, trainer::Outcome::kInconclusive);
  EXPECT_NE(verdict.text.find(reason), std::string::npos) << verdict.text;
}

TEST(TrainerProcess, TheLastVerdictCounts) {
  const trainer::Verdict verdict =
      AnswerOf("good", std::string("read plan; echo noise; echo '") + kVerdict + "'");
  EXPECT_EQ(verdict.outcome, trainer::Outcome::kConfirmed);
  EXPECT_EQ(verdict.text, "it is so");
}

TEST(TrainerProcess, AKillIsSurvived) {
  ExpectInconclusive(AnswerOf("killed", "read plan; echo '{\"type\":\"prog'; kill -9 $$"),
                     "signal 9");
  ExpectInconclusive(AnswerOf("crashed", "kill -SEGV $$"), "signal 11");
}

TEST(TrainerProcess, GarbageIsSurvived) {
  ExpectInconclusive(AnswerOf("garbage", "head -c 100000 /dev/urandom"), "without a verdict");
  ExpectInconclusive(AnswerOf("silent", "exit 3"), "status 3");
  ExpectInconclusive(
      AnswerOf("half", std::string("printf '%s' '") + std::string(kVerdict).substr(0, 60) + "'"),
      "without a verdict");
}

TEST(TrainerProcess, AnEndlessAnswerIsCutOff) {
  ExpectInconclusive(AnswerOf("endless", "yes"), "without end");
}

TEST(TrainerProcess, ItDoesNotReadItsPlan) {
  trainer::Plan plan;
  plan.data_path = std::string(4 << 20, 'x');  // more than a socket holds
  ExpectInconclusive(RunTrainer(Script("deaf", "exit 0"), plan), "without a verdict");
}

TEST(TrainerProcess, WhatCannotBeStartedIsInconclusive) {
  ExpectInconclusive(RunTrainer("/nowhere/onnxcheck-trainer", {}), "could not be started");
}

// The real trainer, and only where it is built.
class RealTrainer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (access(ONNXCHECK_TRAINER, X_OK) != 0) GTEST_SKIP() << "built without libtorch";
    model_ = ::testing::TempDir() + "onnxcheck_confirm.onnx";
    std::ofstream(model_, std::ios::binary) << tests::OnnxFromText(
        "<ir_version: 8, opset_import: [\"\" : 17]> net (float[N, 2] x) => (float[N, 2] y) "
        "<float[2, 2] w = {0.0, 0.0, 0.0, 0.0}> { m = MatMul(x, w) y = Softmax(m) }");
  }

  trainer::Plan Plan() const {
    trainer::Plan plan;
    plan.experiment.model_path = model_;
    plan.experiment.output = "y";
    plan.experiment.classes = 2;
    plan.experiment.symptom = ir::Symptom::kDoesNotLearn;
    plan.experiment.planned_steps = 300;
    ir::TrainingSetup& setup = plan.experiment.changed;
    setup.framework = ir::Framework::kKeras;
    setup.loss = ir::LossKind::kCategoricalCrossEntropy;
    setup.loss_input = ir::LossInput::kProbabilities;
    setup.optimizer = "adam";
    setup.learning_rate = 1e-2;
    setup.batch_size = 32;
    setup.dataset_size = 512;
    plan.experiment.baseline = setup;
    plan.experiment.baseline.learning_rate = 1e-10;
    return plan;
  }

  std::string model_;
};

TEST_F(RealTrainer, ConfirmsATinyRate) {
  const trainer::Verdict verdict = RunTrainer(ONNXCHECK_TRAINER, Plan());
  EXPECT_EQ(verdict.outcome, trainer::Outcome::kConfirmed) << verdict.text;
  EXPECT_EQ(verdict.baseline_curve.size(), verdict.curve_steps.size());
}

TEST_F(RealTrainer, TheMemoryLimitHolds) {
  trainer::Plan plan = Plan();
  plan.limits.memory_bytes = 256 << 20;
  plan.experiment.model_path = ::testing::TempDir() + "onnxcheck_large.onnx";
  // Repeats its input until the batch alone is beyond the limit.
  std::ofstream(plan.experiment.model_path, std::ios::binary) << tests::OnnxFromText(
      "<ir_version: 8, opset_import: [\"\" : 17]> "
      "net (float[N, 2] x) => (float[N, 2] y) "
      "<float[2, 2] w = {0.0, 0.0, 0.0, 0.0}, int64[3] much = {1, 1000000, 1}, "
      "int64[1] axis = {1}> "
      "{ m = MatMul(x, w) u = Unsqueeze(m, axis) t = Tile(u, much) "
      "y = ReduceMean<axes = [1], keepdims = 0>(t) }");
  const trainer::Verdict verdict = RunTrainer(ONNXCHECK_TRAINER, plan);
  ExpectInconclusive(verdict, "needs more memory than it may use");
}

TEST_F(RealTrainer, TheTimeLimitHolds) {
  trainer::Plan plan = Plan();
  plan.steps = trainer::kMostSteps;
  plan.limits.seconds = 1;
  const auto start = std::chrono::steady_clock::now();
  ExpectInconclusive(RunTrainer(ONNXCHECK_TRAINER, plan), "ran out of time");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(RealTrainer, FindingsAreSettledTheSameForAnyNumberOfJobs) {
  const auto settle = [this](unsigned jobs) {
    std::vector<Finding> findings(4);
    findings[0].experiment = Plan().experiment;
    findings[1].experiment = Plan().experiment;  // the same replay
    findings[2].experiment = Plan().experiment;
    findings[2].experiment->baseline.learning_rate = 1e-2;
    std::vector<Finding*> pointers;
    for (Finding& finding : findings) pointers.push_back(&finding);
    ConfirmOptions options;
    options.trainer = ONNXCHECK_TRAINER;
    options.jobs = jobs;
    EXPECT_TRUE(Confirm(pointers, options));
    return findings;
  };
  const std::vector<Finding> one = settle(1);
  const std::vector<Finding> three = settle(3);
  EXPECT_EQ(one[0].confirmation.status, ConfirmationStatus::kConfirmed);
  EXPECT_EQ(one[2].confirmation.status, ConfirmationStatus::kRefuted) << one[2].confirmation.text;
  EXPECT_EQ(one[3].confirmation.status, ConfirmationStatus::kUntested);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].confirmation.text, three[i].confirmation.text);
    EXPECT_EQ(one[i].confirmation.baseline_curve, three[i].confirmation.baseline_curve);
  }
}

TEST(Confirm, WithoutATrainerItSaysWhatToInstall) {
  Finding finding;
  finding.experiment = ir::Experiment();
  Finding* const findings[] = {&finding};
  std::ostringstream notes;
  ConfirmOptions options;
  options.trainer = "/nowhere/onnxcheck-trainer";
  options.notes = &notes;
  EXPECT_FALSE(Confirm(findings, options));
  EXPECT_NE(notes.str().find("libtorch-dev"), std::string::npos) << notes.str();
  EXPECT_EQ(finding.confirmation.status, ConfirmationStatus::kUntested);
}

TEST(Confirm, WithoutExperimentsNoTrainerIsAskedFor) {
  Finding finding;
  Finding* const findings[] = {&finding};
  std::ostringstream notes;
  ConfirmOptions options;
  options.trainer = "/nowhere/onnxcheck-trainer";
  options.notes = &notes;
  EXPECT_TRUE(Confirm(findings, options));
  EXPECT_EQ(notes.str(), "");
}

}  // namespace
}  // namespace onnxcheck::cli
