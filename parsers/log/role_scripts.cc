// The words of metric names in scripts that set no blanks between them: Chinese, Japanese, Korean.
#include <array>
#include <string_view>

#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {
namespace {

struct Entry {
  std::string_view spelling;
  std::string_view english;  // a word of role_words.cc
};

// Longer spellings stand before those they begin with.
constexpr Entry kEntries[] = {
    {"训练", "train"},      {"訓練", "train"},      {"학습률", "lr"},        {"학습", "train"},
    {"훈련", "train"},      {"验证", "val"},        {"驗證", "val"},         {"検証", "val"},
    {"검증", "val"},        {"评估", "eval"},       {"評価", "eval"},        {"평가", "eval"},
    {"测试", "test"},       {"測試", "test"},       {"テスト", "test"},      {"테스트", "test"},
    {"损失", "loss"},       {"損失", "loss"},       {"손실", "loss"},        {"准确率", "accuracy"},
    {"準確率", "accuracy"}, {"准确度", "accuracy"}, {"正确率", "accuracy"},  {"正解率", "accuracy"},
    {"精度", "accuracy"},   {"정확도", "accuracy"}, {"精确率", "precision"}, {"召回率", "recall"},
    {"再現率", "recall"},   {"学习率", "lr"},       {"學習率", "lr"},        {"学習率", "lr"},
    {"学習", "train"},      {"轮次", "epoch"},      {"轮", "epoch"},         {"エポック", "epoch"},
    {"에폭", "epoch"},      {"에포크", "epoch"},    {"迭代次数", "step"},    {"迭代", "step"},
    {"步数", "step"},       {"步骤", "step"},       {"步", "step"},          {"ステップ", "step"},
    {"스텝", "step"},       {"平均", "mean"},       {"평균", "mean"},        {"最佳", "best"},
    {"最好", "best"},       {"最优", "best"},       {"最高", "best"},        {"最低", "best"},
    {"최고", "best"},       {"集", "set"},          {"值", "value"},         {"总", "total"},
    {"当前", "current"},    {"时间", "time"},       {"耗时", "time"},        {"用时", "time"},
    {"時間", "time"},       {"시간", "time"},
};

}  // namespace

std::size_t TakeScriptWord(std::string_view text, std::string_view* english) {
  for (const Entry& entry : kEntries) {
    if (text.substr(0, entry.spelling.size()) != entry.spelling) continue;
    *english = entry.english;
    return entry.spelling.size();
  }
  return 0;
}

}  // namespace onnxcheck::parsers::log
