// Files that people write for a framework, as its documentation shows them. What frameworks write
// themselves is in testdata/configs.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::IsEmpty;

TEST(Frameworks, DeepSpeed) {
  const ir::Config config = Json(R"({
    "train_micro_batch_size_per_gpu": 4, "gradient_accumulation_steps": 8, "steps_per_print": 100,
    "optimizer": {"type": "AdamW", "params": {"lr": 3e-05, "betas": [0.8, 0.99], "eps": 1e-8, "weight_decay": 3e-7}},
    "scheduler": {"type": "WarmupDecayLR", "params": {"warmup_num_steps": 500, "total_num_steps": 10000}},
    "fp16": {"enabled": true, "loss_scale": 0}, "zero_optimization": {"stage": 2}})");
  EXPECT_EQ(config.writer, "deepspeed");
  EXPECT_EQ(config.optimizer->value, "adamw");
  EXPECT_EQ(config.learning_rate->value, 3e-5);
  EXPECT_EQ(config.beta1->value, 0.8);
  EXPECT_EQ(config.beta2->value, 0.99);
  EXPECT_EQ(config.epsilon->value, 1e-8);
  EXPECT_EQ(config.weight_decay->value, 3e-7);
  EXPECT_EQ(config.batch_size->value, 4);
  EXPECT_EQ(config.accumulation->value, 8);
  EXPECT_EQ(config.schedule->value, "WarmupDecayLR");
  EXPECT_EQ(config.schedule_steps->value, 10000);
  EXPECT_EQ(config.warmup_steps->value, 500);
  // DeepSpeed's own messages, not the metrics of the program.
  EXPECT_FALSE(config.logging_steps.has_value());
  EXPECT_EQ(config.precision->value, "mixed_float16");
  EXPECT_EQ(config.loss_scale->value, 0);
}

TEST(Frameworks, Detectron2) {
  const ir::Config config = Yaml(
      "MODEL:\n"
      "  ROI_HEADS: {NUM_CLASSES: 3}\n"
      "SOLVER:\n"
      "  IMS_PER_BATCH: 2\n"
      "  BASE_LR: 2.5e-4\n"
      "  MAX_ITER: 3000\n"
      "  WARMUP_ITERS: 1000\n"
      "  WEIGHT_DECAY: 1e-4\n");
  EXPECT_EQ(config.writer, "detectron2");
  EXPECT_EQ(config.batch_size->value, 2);
  EXPECT_EQ(config.learning_rate->value, 2.5e-4);
  EXPECT_EQ(config.max_steps->value, 3000);
  EXPECT_EQ(config.warmup_steps->value, 1000);
  EXPECT_EQ(config.weight_decay->value, 1e-4);
  EXPECT_EQ(config.classes->value, 3);
  EXPECT_THAT(config.text_numbers, IsEmpty());  // yacs makes numbers of them
}

TEST(Frameworks, MMEngine) {
  const ir::Config config = Yaml(
      "train_dataloader: {batch_size: 16, sampler: {type: DefaultSampler, shuffle: true}}\n"
      "optim_wrapper:\n"
      "  type: AmpOptimWrapper\n"
      "  optimizer: {type: SGD, lr: 0.02, momentum: 0.9, weight_decay: 0.0001}\n"
      "train_cfg: {by_epoch: true, max_epochs: 12, val_interval: 1}\n"
      "default_hooks:\n"
      "  logger: {type: LoggerHook, interval: 50}\n"
      "  checkpoint: {type: CheckpointHook, save_best: coco/bbox_mAP}\n");
  EXPECT_EQ(config.writer, "mmengine");
  EXPECT_EQ(config.optimizer->value, "sgd");
  EXPECT_EQ(config.learning_rate->value, 0.02);
  EXPECT_EQ(config.momentum->value, 0.9);
  EXPECT_EQ(config.batch_size->value, 16);
  EXPECT_EQ(config.epochs->value, 12);
  EXPECT_EQ(config.logging_steps->value, 50);
  ASSERT_EQ(config.monitors.size(), 1u);
  EXPECT_EQ(config.monitors[0].metric.value, "coco/bbox_mAP");
}

TEST(Frameworks, LlamaFactoryAndAxolotl) {
  const ir::Config llama = Yaml(
      "stage: sft\nfinetuning_type: lora\nper_device_train_batch_size: 1\n"
      "gradient_accumulation_steps: 8\nlearning_rate: 1.0e-4\nnum_train_epochs: 3.0\n"
      "lr_scheduler_type: cosine\nwarmup_ratio: 0.1\nbf16: true\nlogging_steps: 10\n");
  EXPECT_EQ(llama.writer, "hugging-face");
  EXPECT_EQ(llama.batch_size->value, 1);
  EXPECT_EQ(llama.warmup_ratio->value, 0.1);
  EXPECT_EQ(llama.precision->value, "mixed_bfloat16");
  const ir::Config axolotl = Yaml(
      "base_model: x\nmicro_batch_size: 2\ngradient_accumulation_steps: 4\nnum_epochs: 1\n"
      "optimizer: adamw_bnb_8bit\nlr_scheduler: cosine\nlearning_rate: 2e-4\nwarmup_steps: 10\n"
      "lora_dropout: 0.05\n");
  EXPECT_EQ(axolotl.batch_size->value, 2);
  EXPECT_EQ(axolotl.optimizer->value, "adamw");
  EXPECT_EQ(axolotl.learning_rate->value, 2e-4);
  ASSERT_EQ(axolotl.text_numbers.size(), 1u);
  EXPECT_EQ(axolotl.text_numbers[0].value, "2e-4");
  EXPECT_EQ(axolotl.dropout.at(0).value, 0.05);
}

TEST(Frameworks, Ultralytics) {
  const ir::Config config = Yaml(
      "task: detect\nepochs: 50\nbatch: 16\nimgsz: 640\noptimizer: AdamW\nlr0: 0.001\nlrf: 0.01\n"
      "momentum: 0.9\nweight_decay: 0.0005\nwarmup_epochs: 3.0\nseed: 0\namp: true\nfreeze: "
      "null\n");
  EXPECT_EQ(config.writer, "ultralytics");
  EXPECT_EQ(config.learning_rate->value, 0.001);
  EXPECT_EQ(config.warmup_epochs->value, 3);
  EXPECT_EQ(config.seed->value, 0);
  EXPECT_FALSE(config.all_frozen.has_value());
}

TEST(Frameworks, CommandLinesInWandbMetadata) {
  const ir::Config config = Json(
      R"({"startedAt": "2024-05-01T10:00:00Z", "program": "train.py", "args": ["train", "--lr",
      "-0.5", "--batch-size=16", "--amp", "--epochs", "3", "+model.dropout=0.25", "--out", "--",
      "-x", "=", "--=3", "a b=4", "last"], "cpu_count": 2})");
  EXPECT_EQ(config.writer, "wandb");
  EXPECT_EQ(config.learning_rate->value, -0.5);
  EXPECT_EQ(config.learning_rate->location.logical, "args[2]");
  EXPECT_EQ(config.batch_size->value, 16);
  EXPECT_EQ(config.batch_size->location.logical, "args[3]");
  EXPECT_EQ(config.epochs->value, 3);
  EXPECT_EQ(config.dropout.at(0).value, 0.25);
  EXPECT_EQ(At(config, "amp").text, "true");
  EXPECT_EQ(At(config, "out").text, "true");
  EXPECT_TRUE(At(config, "a b").key.empty());
  // The same list in a file that keeps no command line.
  EXPECT_FALSE(Json(R"({"args": ["--lr", "0.5"]})").learning_rate.has_value());
}

TEST(Frameworks, TimmAndDarknet) {
  const ir::Config timm = Yaml(
      "opt: sgd\nopt_betas: null\nopt_eps: null\nlr: 0.05\nsched: cosine\nmin_lr: 0.0\n"
      "warmup_epochs: 5\nepochs: 300\nbatch_size: 128\ndrop: 0.0\nseed: 42\n");
  EXPECT_EQ(timm.schedule->value, "cosine");
  EXPECT_EQ(timm.schedule_end->value, 0);
  EXPECT_EQ(timm.optimizer->value, "sgd");
  const ir::Config darknet = Parse(Format::kIni,
                                   "[net]\nbatch=64\nlearning_rate=0.001\nmomentum=0.9\n"
                                   "[convolutional]\nfilters=32\n[convolutional]\nfilters=64\n");
  EXPECT_EQ(darknet.learning_rate->value, 0.001);
  EXPECT_EQ(darknet.momentum->value, 0.9);
  EXPECT_TRUE(IsTrainingConfig(darknet));
}

TEST(Frameworks, MonitorsAndTheirDirections) {
  const ir::Config config = Yaml(
      "callbacks:\n"
      "- {_target_: lightning.EarlyStopping, monitor: val/loss, mode: min}\n"
      "- {_target_: lightning.ModelCheckpoint, monitor: val/acc, mode: max}\n"
      "- {_target_: lightning.LRMonitor}\n");
  ASSERT_EQ(config.monitors.size(), 2u);
  EXPECT_EQ(config.monitors[0].mode->value, "min");
  EXPECT_EQ(config.monitors[1].mode->value, "max");
  EXPECT_EQ(config.monitors[1].watcher, "callbacks[1]");
}

TEST(Frameworks, LastPartsOfKeysInOneSpelling) {
  std::string all;
  for (const ir::KeyWord& one :
       Yaml("model: {Learning-Rate: 1, widht: 2}\nhead: {widht: 3}\n").key_words) {
    all += one.word.value + (one.known ? "+ " : "- ");
  }
  EXPECT_EQ(all, "learning_rate+ widht- ");
}

}  // namespace
}  // namespace onnxcheck::parsers
