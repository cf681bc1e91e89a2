#include <gtest/gtest.h>

#include <string>

#include "parsers/log/log.h"

namespace onnxcheck::parsers::log {
namespace {

using enum ir::LogNature;

ir::LogNature NatureOf(const std::string& text, const std::string& path = "sample.log") {
  return ParseLog(*Source::FromBytes(path, text)).nature;
}

TEST(Nature, InDoubtATraining) {
  EXPECT_EQ(NatureOf(""), kTraining);
  EXPECT_EQ(NatureOf("Model script is running...\n"), kTraining);
  EXPECT_EQ(NatureOf("Epoch 1 val_loss: 0.5\nEpoch 2 val_loss: 0.4\nStarting evaluation\n"),
            kTraining);
  EXPECT_EQ(
      NatureOf("Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\n"
               "ValueError: no\n"),
      kTraining);
}

TEST(Nature, Evaluations) {
  const std::string row = R"({"current_steps": 5, "total_steps": 10, "percentage": 50.0)";
  EXPECT_EQ(NatureOf(row + "}\n" + row + "}\n"), kEvaluation);
  EXPECT_EQ(NatureOf(row + ", \"loss\": 0.5}\n" + row + ", \"loss\": 0.5}\n"), kTraining);
  EXPECT_EQ(NatureOf("Loading the model\n***** Running Prediction *****\n  Num examples = 5\n"),
            kEvaluation);
  EXPECT_EQ(NatureOf("***** Running training *****\n***** Running Prediction *****\n"), kTraining);
  EXPECT_EQ(NatureOf("Starting the evaluation\ntest acc: 0.5, test f1: 0.25\n"), kEvaluation);
  const std::string block = "weights: run/model_500.pth\nloss: 0.5\nAP: 0.25\n";
  EXPECT_EQ(NatureOf(block + block), kEvaluation);
  EXPECT_EQ(NatureOf("epoch 1 loss: 0.5 saved model.pth\nepoch 2 loss: 0.4 saved model.pth\n"),
            kTraining);
  EXPECT_EQ(NatureOf("image_path\tpredicted_label\tconfidence\na.png  seven  0.99\nb.png  one  "
                     "0.98\n"),
            kEvaluation);
}

TEST(Nature, Preparation) {
  EXPECT_EQ(
      NatureOf("Traceback (most recent call last):\n  File \"tools/preprocess_wavs.py\", line 3, "
               "in <module>\nOSError: no space\n"),
      kPreparation);
  EXPECT_EQ(
      NatureOf("Collecting numpy\n  Downloading numpy-1.26.whl (18 MB)\nSuccessfully installed "
               "numpy-1.26\n"),
      kPreparation);
}

TEST(Nature, ServingNotesAndConfiguration) {
  EXPECT_EQ(NatureOf("Model is warm\nInference time = 0.125\nInference time = 0.25\n"), kServing);
  EXPECT_EQ(NatureOf("tools/train.py --lr 0.1\n"), kConfiguration);
  const std::string sentence = "The second network was a little better than the first one was\n";
  EXPECT_EQ(NatureOf("Results:\n" + sentence + sentence + sentence), kNotes);
}

TEST(Nature, ReportsOfEvaluations) {
  EXPECT_EQ(NatureOf("              precision    recall  f1-score   support\n\n"
                     "         cat       1.00      0.92      0.96        50\n"),
            kEvaluation);
  EXPECT_EQ(NatureOf("Epoch 1 training\n              precision    recall  f1-score   support\n"),
            kTraining);
  EXPECT_EQ(NatureOf(" Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = "
                     "0.25\n"),
            kEvaluation);
}

TEST(Nature, AModelThatIsSavedIsNotEvaluated) {
  const std::string block = "loss: 0.5\nsaved run/model.pth\n";
  EXPECT_EQ(NatureOf(block + block + block), kTraining);
}

TEST(Nature, ServersSettingsAndData) {
  EXPECT_EQ(NatureOf("INFO:     Started server process [12]\nINFO:     Uvicorn running on "
                     "http://0.0.0.0:80\n"),
            kServing);
  EXPECT_EQ(NatureOf("lr: 0.1\nlayers: 3\nseed: 1\noptimizer: sgd\nname: run\n"), kConfiguration);
  EXPECT_EQ(NatureOf("lr: 0.1\nlayers: 3\nseed: 1\noptimizer: sgd\nname: run\nTraining now\n"),
            kTraining);
  EXPECT_EQ(NatureOf("Tokenizing: 100%|####| 4/4\nConverting to arrow\ndone\n"), kPreparation);
}

TEST(Nature, NumbersAreWhatTheFileIsCalled) {
  EXPECT_EQ(NatureOf("0.5 1.5\n0.25 1.25\n", "run/loss.txt"), kTraining);
  EXPECT_EQ(NatureOf("0.5 1.5\n0.25 1.25\n", "run/boxes.txt"), kOther);
  const ir::Log log = ParseLog(*Source::FromBytes("run/loss_log.txt", "[0.5, 0.25, 0.125]"));
  ASSERT_EQ(log.series.size(), 1u);
  EXPECT_EQ(log.series[0].name, "loss");
  EXPECT_EQ(log.series[0].role, ir::Role::kTrainLoss);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
