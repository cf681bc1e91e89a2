// "第3轮": the third epoch, as people who write Chinese count. The words are in role_scripts.cc.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {"\xE7\xAC\xAC",  // 第
     R"((?:训练|[^0-9a-zA-Z])?第 ?(?P<epoch>\d+)(?:/(?P<epochs>\d+))? ?(?:轮次|轮|个 ?epoch|个周期|次)(?P<rest>.*))"},
};

constexpr Sample kSamples[] = {
    {"第1轮 训练损失: 0.75 验证损失: 0.5 准确率: 85%\n"
     "第2轮 训练损失: 0.5 验证损失: 0.25 准确率: 90%\n",
     "训练损失 train-loss epoch 2: 0.75 0.5\n"
     "验证损失 validation-loss epoch 2: 0.5 0.25\n"
     "准确率 metric epoch 2: 85 90\n"},
    {"训练轮次 1/10，损失：0.75，验证集准确率：0.5\n训练轮次 2/10，损失：0.5，验证集准确率：0.75\n",
     "损失 train-loss epoch 2: 0.75 0.5\n"
     "验证集准确率 validation-accuracy epoch 2: 0.5 0.75\n"},
    {"エポック 1: 損失: 0.75, 検証損失: 0.5\nエポック 2: 損失: 0.5, 検証損失: 0.25\n",
     "損失 train-loss epoch 2: 0.75 0.5\n"
     "検証損失 validation-loss epoch 2: 0.5 0.25\n"},
};

}  // namespace

constinit const Dialect kChinese = {"chinese", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
