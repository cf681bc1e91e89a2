#include <gtest/gtest.h>

#include <string>

#include "parsers/log/events.h"
#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

TEST(Traceback, RootExceptionMessageAndUserFrame) {
  const ir::Log log = ParseText(
      "Traceback (most recent call last):\n"
      "  File \"/home/u/train.py\", line 12, in main\n"
      "    fit(model)\n"
      "  File \"/usr/lib/python3.11/site-packages/keras/engine.py\", line 70, in fit\n"
      "    raise e\n"
      "AttributeError: 'NoneType' object has no attribute 'fit'\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@6");
  EXPECT_EQ(log.events[0].exception, "AttributeError");
  EXPECT_EQ(log.events[0].message, "'NoneType' object has no attribute 'fit'");
  EXPECT_EQ(log.events[0].frame, "train.py:12 in main");
}

TEST(Traceback, AChainIsOneEventWithItsFirstExceptionAsRoot) {
  const ir::Log log = ParseText(
      "Traceback (most recent call last):\n"
      "  File \"a.py\", line 1, in load\n"
      "KeyError: 'x'\n"
      "\n"
      "During handling of the above exception, another exception occurred:\n"
      "\n"
      "Traceback (most recent call last):\n"
      "  File \"b.py\", line 2, in <module>\n"
      "RuntimeError: cannot load\n"
      "done\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@3");
  EXPECT_EQ(log.events[0].exception, "KeyError");
  EXPECT_EQ(log.events[0].frame, "a.py:1 in load");
}

TEST(Traceback, TwoThatDoNotChainAreTwo) {
  EXPECT_EQ(DescribeEvents(ParseText("Traceback (most recent call last):\n"
                                     "  File \"a.py\", line 1, in f\n"
                                     "KeyError: 'x'\n"
                                     "Traceback (most recent call last):\n"
                                     "  File \"a.py\", line 1, in f\n"
                                     "ValueError: y\n")),
            "traceback@3 traceback@6");
}

TEST(Traceback, AWorkersExceptionIsTheRoot) {
  const ir::Log log = ParseText(
      "  1%| 2/187 [00:09<14:50]Traceback (most recent call last):\n"
      "  File \"main.py\", line 9, in <module>\n"
      "RuntimeError: Caught KeyError in DataLoader worker process 0.\n"
      "Original Traceback (most recent call last):\n"
      "  File \"data.py\", line 4, in __getitem__\n"
      "KeyError: 8\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@6");
  EXPECT_EQ(log.events[0].exception, "KeyError");
  EXPECT_EQ(log.events[0].frame, "data.py:4 in __getitem__");
}

TEST(Traceback, ALoggingErrorIsNoCrash) {
  const ir::Log log = ParseText(
      "--- Logging error ---\n"
      "Traceback (most recent call last):\n"
      "  File \"/usr/lib/python3.11/logging/__init__.py\", line 1110, in emit\n"
      "    msg = self.format(record)\n"
      "TypeError: not all arguments converted during string formatting\n"
      "Call stack:\n"
      "  File \"train.py\", line 3, in <module>\n"
      "    logging.info('x', 1)\n"
      "Message: 'x'\n"
      "Arguments: (1,)\n"
      "epoch 1 loss: 0.5\n");
  EXPECT_EQ(DescribeEvents(log), "error@5");
  ASSERT_EQ(log.series.size(), 1u);
}

TEST(Traceback, KeyboardInterruptIsAnInterruption) {
  EXPECT_EQ(DescribeEvents(ParseText("Traceback (most recent call last):\n"
                                     "  File \"t.py\", line 1, in f\n"
                                     "KeyboardInterrupt\n")),
            "interrupted@3");
}

TEST(Traceback, OutOfMemoryIsSaidTwice) {
  EXPECT_EQ(DescribeEvents(
                ParseText("Traceback (most recent call last):\n"
                          "  File \"t.py\", line 1, in f\n"
                          "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 MiB\n")),
            "traceback@3 out-of-memory@3");
}

TEST(Traceback, RanksPrefixTheirLines) {
  const ir::Log log = ParseText(
      "[rank0]: Traceback (most recent call last):\n"
      "[rank0]:   File \"/w/train.py\", line 5, in <module>\n"
      "[rank0]:     main()\n"
      "[rank0]: ValueError: bad\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@4");
  EXPECT_EQ(log.events[0].frame, "train.py:5 in <module>");
}

TEST(Traceback, BoxesOfRich) {
  const ir::Log log = ParseText(
      "╭──────── Traceback (most recent call last) ────────╮\n"
      "│ /home/u/train.py:12 in main                       │\n"
      "│                                                   │\n"
      "│    11 def main():                                 │\n"
      "│ ❱  12     fit(model)                              │\n"
      "│ /opt/lib/python3.11/site-packages/torch/nn/module │\n"
      "│ s/linear.py:70 in forward                         │\n"
      "│ ❱  70     raise e                                 │\n"
      "╰───────────────────────────────────────────────────╯\n"
      "OutOfMemoryError: CUDA out of memory. Tried to allocate 34.00 MiB\n"
      "epoch 1 loss: 0.5\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@10 out-of-memory@10");
  EXPECT_EQ(log.events[0].exception, "OutOfMemoryError");
  EXPECT_EQ(log.events[0].frame, "train.py:12 in main");
  EXPECT_EQ(log.series.size(), 1u);
}

TEST(Traceback, ABoxThatIsTooNarrow) {
  const ir::Log log = ParseText(
      "+---------- Traceback (most recent call last) ----------+\n"
      "| D:\\work\\a folder with a long name\\tr                   |\n"
      "| ain.py:12                                             |\n"
      "| in main                                               |\n"
      "+-------------------------------------------------------+\n"
      "ValueError: bad\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@6");
  EXPECT_EQ(log.events[0].frame, "train.py:12 in main");
}

TEST(Traceback, MessagesOfSeveralProcessesAreOne) {
  const ir::Log log = ParseText(
      "Traceback (most recent call last):\n"
      "Traceback (most recent call last):\n"
      "  File \"/w/train.py\", line 5, in <module>\n"
      "  File \"/w/train.py\", line 5, in <module>\n"
      "ModuleNotFoundErrorModuleNotFoundError: : No module named 'a'No module named 'a'\n");
  ASSERT_EQ(DescribeEvents(log), "traceback@5");
  EXPECT_EQ(log.events[0].exception, "ModuleNotFoundError");
  EXPECT_EQ(log.events[0].message, "No module named 'a'");
}

TEST(Traceback, AFileThatEndsInsideOneIsCutOff) {
  const ir::Log log =
      ParseText("Traceback (most recent call last):\n  File \"t.py\", line 1, in f\n    x");
  EXPECT_EQ(DescribeEvents(log), "traceback@1");
  EXPECT_TRUE(log.cut_off.has_value());
}

TEST(EmptyLogs, EveryWording) {
  for (const std::string message :
       {"Unexpected result of `train_function` (Empty logs). Please use `Model.compile(..., "
        "run_eagerly=True)`, or "
        "`tf.config.run_functions_eagerly(True)` for more information of where went wrong, or file "
        "a issue/bug to `tf.keras`.",
        "Unexpected result of `train_function` (Empty logs). This could be due to issues in input "
        "pipeline that resulted in "
        "an empty dataset. Otherwise, please use `Model.compile(..., run_eagerly=True)`",
        "Expect x to be a non-empty array or dataset."}) {
    EXPECT_EQ(DescribeEvents(ParseText("ValueError: " + message + "\n")), "empty-logs@1")
        << message;
    EXPECT_EQ(DescribeEvents(ParseText("Traceback (most recent call last):\n  File \"t.py\", line "
                                       "1, in <module>\nValueError: " +
                                       message + "\n")),
              "empty-logs@3")
        << message;
  }
}

TEST(Events, SentencesOfEveryKind) {
  EXPECT_EQ(DescribeEvents(ParseText("slurmstepd: error: *** JOB 3 ON n1 CANCELLED AT "
                                     "2025-10-24T14:20:14 DUE TO TIME LIMIT ***\n")),
            "interrupted@1");
  EXPECT_EQ(DescribeEvents(ParseText("Batch 12: Invalid loss, terminating training\n")),
            "nonfinite@1");
  EXPECT_EQ(DescribeEvents(ParseText("Loss is nan, stopping training\n")), "nonfinite@1");
  EXPECT_EQ(DescribeEvents(ParseText("slurmstepd: error: Detected 1 oom-kill event(s)\n")),
            "out-of-memory@1");
  EXPECT_EQ(DescribeEvents(ParseText(
                "WARNING:tensorflow:Your input ran out of data; interrupting training.\n")),
            "warning@1");
  EXPECT_EQ(DescribeEvents(ParseText("2024-01-01 10:00:00 - ERROR - something broke\n")),
            "error@1");
  EXPECT_EQ(DescribeEvents(ParseText("Starting training\nEpoch 1 loss: 0.5\nTraining complete.\n")),
            "start@1 end@3");
  EXPECT_EQ(DescribeEvents(ParseText("iter 10 || Loss: 4.2 || Saving state, iter: 10\n")),
            "checkpoint@1");
  EXPECT_EQ(DescribeEvents(ParseText("  Early stopping at epoch: 14\n")), "early-stopping@1");
}

TEST(Events, SettingsAndNamesAreNone) {
  EXPECT_EQ(DescribeEvents(ParseText("patience for early stopping: 10\nearly_stopping=True\n")),
            "");
  EXPECT_EQ(DescribeEvents(ParseText("This prepares the model after training completes\n")), "");
  EXPECT_EQ(DescribeEvents(ParseText("2024-01-01 10:00:00 - INFO - no error in 3 files\n")), "");
}

TEST(Events, AnExitStatusThatIsNotZero) {
  const ir::Log log = ParseText(
      "srun: error: n3: task 0: Exited with exit code 0\n"
      "srun: error: n3: task 1: Exited with exit code 1\n"
      "Exited by signal 9.\n"
      "failed (exitcode: -11) local_rank: 0 (pid: 99) of binary: python\n"
      "Exited with exit code unknown\n");
  ASSERT_EQ(DescribeEvents(log), "failed-exit@2 failed-exit@3 failed-exit@4");
  EXPECT_EQ(log.events[0].message, "exit code 1");
  EXPECT_EQ(log.events[1].message, "signal 9");
  EXPECT_EQ(log.events[2].message, "exit code -11");
}

TEST(Events, ProgressOfTheLastRecord) {
  const ir::Log log = ParseText("Epoch: 1 [10/60] loss: 0.5\nEpoch: 1 [20/60] loss: 0.25\n\n \n");
  EXPECT_EQ(log.last_line, 2u);
  EXPECT_EQ(log.progress.line, 2u);
  EXPECT_EQ(log.progress.step, 20);
  EXPECT_EQ(log.progress.steps, 60);
  EXPECT_EQ(log.progress.interval, 10);
  EXPECT_EQ(ParseText("loss: 0.5\n").progress.line, 0u);
  EXPECT_EQ(ParseText("loss: 0.5").last_line, 1u);
  EXPECT_EQ(ParseText("\n\n").last_line, 0u);
}

TEST(Events, NeedlesAreLowerCase) {
  for (const EventPattern& pattern : EventPatterns()) {
    for (const char c : pattern.needle) EXPECT_FALSE(c >= 'A' && c <= 'Z') << pattern.needle;
    EXPECT_FALSE(pattern.needle.empty());
  }
}

TEST(Levels, CountedWithTheirMetrics) {
  const ir::Log log = ParseText(
      "2024-01-01 10:00:00,123 - t - DEBUG - epoch 1 loss: 0.5\n"
      "2024-01-01 10:00:01,123 - t - WARNING - slow\n"
      "[10:00:02] ERROR: epoch 2 loss: 0.25\n"
      "plain\n");
  const auto at = [&](ir::Level level) { return log.levels[static_cast<std::size_t>(level)]; };
  EXPECT_EQ(at(ir::Level::kDebug).metric_records, 1u);
  EXPECT_EQ(at(ir::Level::kWarning).records, 1u);
  EXPECT_EQ(at(ir::Level::kWarning).metric_records, 0u);
  EXPECT_EQ(at(ir::Level::kError).first_metric_line, 3u);
  EXPECT_EQ(at(ir::Level::kNone).records, 1u);
  EXPECT_EQ(log.timestamped_records, 3u);
}

}  // namespace
}  // namespace onnxcheck::parsers::log
