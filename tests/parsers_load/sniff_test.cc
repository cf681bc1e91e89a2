#include "parsers/sniff.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace onnxcheck::parsers {
namespace {

std::string Named(const std::string& path, const std::string& content) {
  return std::string(FormatName(Sniff(*Source::FromBytes(path, content))));
}

struct Case {
  const char* format;
  const char* path;
  std::string content;
};

std::string Utf16(const std::string& text) {
  std::string result = "\xFF\xFE";
  for (const char c : text) result += {c, '\0'};
  return result;
}

const std::string kProgress =
    "Epoch 1/10\n32/32 [=====] - 1s 2ms/step - loss: 0.9 - accuracy: 0.5\nEpoch 2/10\n"
    "32/32 [=====] - 1s 2ms/step - loss: 0.8 - accuracy: 0.6\n";
// ir_version 8, graph {name "g"}, opset_import {version 17}
const std::string kModel = std::string("\x08\x08\x3A\x03\x12\x01g\x42\x02\x10\x11", 11);

TEST(Sniff, ContentDecides) {
  const Case cases[] = {
      {"empty", "run.log", ""},
      {"onnx", "anything.bin", kModel},
      {"onnx", "model.onnx", kModel},
      {"onnx-text", "m.txt", "<ir_version: 8, opset_import: [\"\" : 17]>\nnet (float[N] x)\n"},
      {"git-lfs-pointer", "model.onnx", "version https://git-lfs.github.com/spec/v1\noid x\n"},
      {"html", "model.onnx", "\n<!DOCTYPE html>\n<html>\n"},
      {"yaml", "config.yaml", "loss: mse\nlr: 0.1\n"},
      {"yaml", "config.yml", "- a\n- b: 1\n"},
      {"yaml", "overrides.yaml", "[]\n"},
      {"yaml", "hparams.yaml", "{}\n"},
      {"yaml", "hparams.yaml", "betas: !!python/tuple\n- 0.9\n- 0.999\nlr: 0.1\n"},
      {"yaml", "settings.txt", "loss: mse\noptimizer:\n  name: adam\n  lr: 0.1\n"},
      {"yaml", "config.yaml", "# Epoch 1/10 was slow\nepochs: 10\nsteps: 5\nepoch_size: 3\n"},
      {"json", "config.json", "{\n  \"lr\": 0.1\n}\n"},
      {"json", "data.txt", "{\"lr\": 0.1, \"loss\": \"mse\"}"},
      {"json", "config.json", "{\"lr\": 0.1, "},
      {"json", "items.json", "[{\"name\": \"a\", \"size\": 1}]"},
      {"log", "wandb-summary.json", "{\"_runtime\": 48.5, \"_step\": 11, \"val_loss\": 0.5}"},
      {"log", "all_results.json", "{\"predict_rouge-1\": 13.5, \"predict_runtime\": 610.25}"},
      {"log", "history.json", "[{\"datetime\": \"2026-04-08\", \"label\": \"a\"}]"},
      {"log", "train_output.txt", "{\"1\": {\"key\": \"a\", \"similarity\": 0.5}}"},
      {"log", "pasted.txt",
       "Step\tTraining Loss\tValidation Loss\n500\t0.5\t0.4\n1000\t0.3\t0.4\n"},
      {"notebook", "notebook.ipynb", "{\"cells\": [], \"nbformat\": 4}"},
      {"toml", "config.toml", "[training]\nlr = 0.1\n"},
      {"toml", "config", "title = \"x\"\n[training]\nlr = 0.1\n"},
      {"log", "trained.yaml", kProgress},
      {"log", "run.txt", kProgress},
      {"log", "out", kProgress},
      {"log", "run.log", "lr: 0.1\nloss: 0.5\n"},
      {"log", "slurm-17.out", "hello\n"},
      {"log", "train.log.2", "hello\n"},
      {"log", "metrics.jsonl", "{\"loss\": 1}\n"},
      {"log", "metrics.json", "{\"loss\": 1}\n{\"loss\": 2}\n"},
      {"log", "x.json", "{\"loss\": 1}\n{\"loss\": 2"},
      {"log", "history.csv", "epoch,loss\n0,0.5\n"},
      {"log", "train_log.txt", "Loading\nDone\n"},
      {"log", "loss.txt", "0.5 0.3\n0.4 0.2\n"},
      {"mlflow-metrics", "mlruns/0/abc/metrics/f1", "1664364007310 0.78 0\n"},
      {"log", "a.txt", "[INFO] 2024-01-01 10:00:00 start\n[INFO] 2024-01-01 10:00:01 loss=0.5\n"},
      {"log", "b.txt", "{'loss': 0.5, 'epoch': 1}\n{'loss': 0.4, 'epoch': 2}\n"},
      {"log", "c.txt", Utf16(kProgress)},
      {"log", "e.txt",
       "iter 0: my_loss = 2.00, Val Acc: 0%  psnr:20\niter 1: my_loss = 1.90, Val Acc: 9%  "
       "psnr:21\n"
       "iter 2: my_loss = 1.80, Val Acc: 11%  psnr:22\n"},
      {"yaml", "settings.txt", "epochs: 10\nsteps: 5\nlr: 0.1\nloss: mse\n"},
      {"log", "d.txt", "Traceback (most recent call last):\n  File \"a.py\", line 1\nLoss: nan\n"},
      {"python", "train.py", "x = 1\n"},
      {"python", "train", "import torch\nfrom x import y\n\ndef f():\n  pass\n"},
      {"python", "run", "#!/usr/bin/env python3\nx = 1\n"},
      {"pickle", "weights.pt",
       std::string("PK\x03\x04", 4) + std::string(22, '\0') + std::string("\x10\0\0\0", 4) +
           "archive/data.pkl"},
      {"keras-archive", "m.zip",
       std::string("PK\x03\x04", 4) + std::string(22, '\0') + std::string("\x0D\0\0\0", 4) +
           "metadata.json"},
      {"tensorboard-events", "events.out.tfevents.1",
       std::string("\x18\0\0\0\0\0\0\0\xA3\x7F\x4B\x22", 12) + "\x09"
                                                               "12345678\x1A\x0D"
                                                               "brain.Event:2"},
      {"binary", "x.png",
       std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0", 28)},
      {"ini", "logging.ini", "# comment\n[loggers]\nkeys=root\n"},
      {"ini", "setup.cfg", "[metadata]\nname = x\n"},
      {"unknown", "nginx.conf", "server {\n  listen 80;\n}\n"},
      {"hdf5", "model.h5", "\x89HDF\r\n\x1a\n" + std::string(100, 'x')},
      {"pickle", "training_args.bin",
       "\x80\x02"
       "ctorch\n"},
      {"pickle", "model.bin",
       "PK\x03\x04" + std::string(22, '\0') + std::string("\x10\0\0\0", 4) + "archive/data.pkl"},
      {"mlflow-params", "mlruns/0/0123456789abcdef0123456789abcdef/params/lr", "0.1"},
      {"model-card", "README.md", "# x\n\n### Training hyperparameters\n\n- seed: 42\n"},
      {"binary", "x.npy", std::string("\x93NUMPY\1\0v\0", 10) + std::string(100, '\0')},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Named(one.path, one.content), one.format) << one.path << ": " << one.content;
  }
}

// What a walk through an experiment's folder meets.
TEST(Sniff, OtherFilesAreNotClaimed) {
  const Case cases[] = {
      {"unknown", "README.md", "# Results\n\n```\n" + kProgress + "```\n"},
      {"unknown", "notes.txt", "We tried lr 0.1.\nIt was too large: the loss went up.\n"},
      {"unknown", "requirements.txt", "torch==2.1\nnumpy>=1.20\n"},
      {"unknown", ".gitignore", "*.pt\nlogs/\n"},
      {"unknown", "LICENSE", "MIT License\n\nPermission is hereby granted\n"},
      {"unknown", "labels/000001.txt", "0 0.5 0.5 0.1 0.2\n1 0.2 0.3 0.1 0.1\n"},
      {"unknown", "train.txt", "images/a.jpg\nimages/b.jpg\n"},
      {"unknown", "classes.txt", "cat\ndog\n"},
      {"unknown", "run.sh", "#!/bin/bash\npython train.py --epochs 10 --loss 0\n"},
      {"unknown", "Makefile", "all:\n\tpython train.py\n"},
      {"unknown", "params/optimizer", "adam"},
      {"unknown", "params/lr", "0.01"},
      {"unknown", "model.h", "int epochs = 1;\nint steps = 2;\n"},
      {"unknown", "catalog.txt", "blue shoes\nred shoes\n"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Named(one.path, one.content), one.format) << one.path;
    const ir::Kind kind = KindOf(Sniff(*Source::FromBytes(one.path, one.content)));
    EXPECT_EQ(kind, ir::Kind::kUnknown) << one.path;
  }
}

TEST(Sniff, ModelsAtEveryLength) {
  for (std::size_t size = 1; size < kModel.size(); ++size) {
    const ir::Kind kind = KindOf(Sniff(*Source::FromBytes("x", kModel.substr(0, size))));
    EXPECT_TRUE(kind == ir::Kind::kUnknown || kind == ir::Kind::kModel) << size;
  }
  // Backspaces of a progress bar are fields of a ModelProto for a while.
  EXPECT_EQ(Named("run.log", "step 1" + std::string(40, '\b') + "step 2 loss 0.5\n"), "log");
  EXPECT_EQ(Named("run.log", std::string(40, '\b') + "1/10 loss 0.5\n"), "log");
}

TEST(Sniff, LooksAtTheBeginningOnly) {
  EXPECT_EQ(Named("run.log", std::string(1 << 20, '.') + std::string(1 << 20, '\0')), "log");
  EXPECT_EQ(Named("x.json", "{\"a\": [" + std::string(1 << 20, ' ')), "json");
}

// Every file of the corpus that its manifest describes, when the corpus is there.
TEST(Sniff, Corpus) {
  const char* folder = std::getenv("ONNXCHECK_CORPUS");
  std::filesystem::path root =
      folder != nullptr ? folder : std::string(ONNXCHECK_SOURCE_DIR) + "/../shared/corpus";
  std::ifstream manifest(root / "MANIFEST.tsv");
  if (!manifest) GTEST_SKIP() << "no corpus";
  std::string line;
  std::getline(manifest, line);
  int files = 0;
  while (std::getline(manifest, line)) {
    std::stringstream fields(line);
    std::string category;
    std::string local;
    std::getline(fields, category, '\t');
    std::getline(fields, local, '\t');
    const auto opened = Source::Open((root / local).string());
    if (!std::holds_alternative<std::shared_ptr<const Source>>(opened)) continue;
    const Format format = Sniff(*std::get<std::shared_ptr<const Source>>(opened));
    const std::string extension = std::filesystem::path(local).extension().string();
    ++files;
    if (format == Format::kEmpty || format == Format::kLfsPointer) continue;
    if (extension == ".log" || extension == ".csv" || extension == ".out" || extension == ".err" ||
        extension == ".jsonl") {
      EXPECT_EQ(format, Format::kLog) << local;
    } else if (extension == ".yaml") {
      EXPECT_EQ(format, Format::kYaml) << local;
    } else if (category == "05_tb") {
      EXPECT_EQ(format, Format::kEventFile) << local;
    } else if (extension == ".json") {
      EXPECT_TRUE(format == Format::kJson || format == Format::kLog) << local;
    }
  }
  EXPECT_GT(files, 200);
}

}  // namespace
}  // namespace onnxcheck::parsers
