#include "parsers/log/roles.h"

#include <array>
#include <cctype>
#include <string>

namespace onnxcheck::parsers::log {
namespace {

struct Words {
  std::array<int, kWords> count{};
  int total = 0;
  std::string loss_name;  // the first word that names a kind of loss
  std::string before;     // the last word
  bool top_one = false;   // "acc@1"
  bool prec = false;      // "prec@1", as accuracy was called once
  bool copula_last = false;
  Word last = Word::kUnknown;
  bool other_digit = false;

  int operator[](Word word) const { return count[static_cast<std::size_t>(word)]; }
};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AddWord(std::string_view lower, Words* words) {
  if (lower.empty()) return;
  ++words->total;
  Word word = LookUpWord(lower);
  if (word == Word::kUnknown) {
    std::string_view stem = lower;
    while (!stem.empty() && IsDigit(stem.back())) stem.remove_suffix(1);
    const std::string_view digits = lower.substr(stem.size());
    const Word named = stem.empty() ? Word::kNumber : LookUpWord(stem);
    if (!digits.empty() && named != Word::kUnknown) {
      word = named;
      if (!stem.empty()) ++words->count[static_cast<std::size_t>(Word::kNumber)];
      words->top_one = words->top_one || digits == "1";
      words->other_digit = words->other_digit || digits != "1";
    }
  }
  // "dice coefficient", "jaccard_coef": the metric's full name.
  if (word == Word::kParameter && lower.substr(0, 4) == "coef" &&
      (words->last == Word::kMetric || words->loss_name == "dice")) {
    word = Word::kNeutral;
  }
  // A critic's "value loss", not a loss's value; what a batch costs is time.
  if (lower == "l1" && words->before == "smooth" && words->loss_name.empty()) {
    words->loss_name = "smoothl1";
  }
  if (words->before == "value" && word == Word::kLoss) {
    ++words->count[static_cast<std::size_t>(Word::kLossName)];
  } else if (lower == "cost" &&
             (words->before == "batch" || words->before == "reader" || words->before == "data")) {
    word = Word::kTime;
  }
  words->before = std::string(lower);
  words->prec = words->prec || lower == "prec";
  // "loss is 0.5" ends in a copula; "accuracy of the network on" does not.
  words->copula_last = word == Word::kCopula;
  words->last = word;
  if (word == Word::kLossName && words->loss_name.empty()) words->loss_name = std::string(lower);
  ++words->count[static_cast<std::size_t>(word)];
}

// A run of letters without case: known words one after the other, and what is left between them.
void AddScript(std::string_view run, Words* words) {
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < run.size();) {
    std::string_view english;
    const std::size_t length = TakeScriptWord(run.substr(i), &english);
    if (length == 0) {
      ++i;
      continue;
    }
    if (i > unknown) AddWord(run.substr(unknown, i - unknown), words);
    AddWord(english, words);
    i += length;
    unknown = i;
  }
  if (unknown < run.size()) AddWord(run.substr(unknown), words);
}

Words SplitWords(std::string_view name) {
  Words words;
  std::string word;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter =
        IsUpper(c) || IsLower(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80;
    if (!letter) {
      AddWord(word, &words);
      word.clear();
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0xC0) {
      std::size_t end = i;
      while (end < name.size() && static_cast<unsigned char>(name[end]) >= 0x80) ++end;
      std::string_view english;
      const std::string_view run = name.substr(i, end - i);
      bool known = false;
      for (std::size_t at = 0; at < run.size() && !known; ++at)
        known = TakeScriptWord(run.substr(at), &english) > 0;
      if (known) {
        AddWord(word, &words);
        word.clear();
        AddScript(run, &words);
        i = end - 1;
        continue;
      }
    }
    // camelCase, but neither the short prefixes of mAP, aAcc nor the last letter of IoU.
    const bool ends = i + 1 >= name.size() ||
                      !(IsUpper(name[i + 1]) || IsLower(name[i + 1]) || IsDigit(name[i + 1]));
    // "CELoss": a word of capitals ends before a word that begins with one.
    const bool begins = IsUpper(c) && i > 0 && IsUpper(name[i - 1]) && i + 2 < name.size() &&
                        IsLower(name[i + 1]) && IsLower(name[i + 2]);
    if (((IsUpper(c) && i > 0 && IsLower(name[i - 1]) && !ends) || begins) && word.size() >= 2) {
      AddWord(word, &words);
      word.clear();
    }
    word.push_back(static_cast<char>(IsUpper(c) ? c - 'A' + 'a' : c));
  }
  AddWord(word, &words);
  return words;
}

Split SplitOf(const Words& words) {
  if (words[Word::kValidation] > 0) return Split::kValidation;
  if (words[Word::kTest] > 0) return Split::kTest;
  if (words[Word::kTrain] > 0) return Split::kTrain;
  return Split::kUnknown;
}

// Names of losses that are metrics when no "loss" stands beside them.
bool IsMetricAlone(std::string_view word) {
  return word == "mse" || word == "mae" || word == "dice" || word == "l1" || word == "l2";
}

// Names longer than this are sentences.
constexpr int kMaxNameWords = 6;

Quantity QuantityOf(const Words& words) {
  const bool numbered = words[Word::kNumber] > 0;
  const int unknown = words[Word::kUnknown] + words[Word::kCopula] - (words.copula_last ? 1 : 0);
  const bool setting = words[Word::kParameter] > 0;
  const bool moment = words[Word::kMoment] > 0;
  if (words.total > kMaxNameWords) return Quantity::kUnknown;
  if (words[Word::kLoss] > 0) {
    if (words[Word::kScale] > 0) return Quantity::kLossScale;
    if (words[Word::kPerplexity] > 0 && !setting) return Quantity::kPerplexity;
    const int extra = unknown + words[Word::kLossName] + words[Word::kMetric] +
                      words[Word::kWeakMetric] + words[Word::kAccuracy] + words[Word::kPerplexity] +
                      words[Word::kReward] + words[Word::kGradient] + words[Word::kTime] +
                      words[Word::kAccuracyKind] + words[Word::kThroughput] +
                      words[Word::kCountable] + words[Word::kMemory] + words[Word::kOptimizer];
    if (setting || (moment && extra == 0)) return Quantity::kSetting;
    return extra > 0 || numbered ? Quantity::kLossComponent : Quantity::kLoss;
  }
  const bool prec_one = words.prec && words.top_one && !words.other_digit;
  if (words[Word::kAccuracy] > 0 || words[Word::kTopOne] > 0 || prec_one) {
    if (setting || moment) return Quantity::kSetting;
    const int extra = unknown + words[Word::kLossName] + words[Word::kMetric] - (prec_one ? 1 : 0) +
                      words[Word::kWeakMetric] + words[Word::kReward] + words[Word::kThroughput] +
                      words[Word::kCountable];
    return extra > 0 || words.other_digit ? Quantity::kMetric : Quantity::kAccuracy;
  }
  if (words[Word::kGradientNorm] > 0 || (words[Word::kGradient] > 0 && words[Word::kNorm] > 0)) {
    return setting ? Quantity::kSetting : Quantity::kGradientNorm;
  }
  if (words[Word::kLrAbbreviation] > 0 || (words[Word::kLearning] > 0 && words[Word::kRate] > 0)) {
    if (setting || moment) return Quantity::kSetting;
    return unknown == 0 ? Quantity::kLearningRate : Quantity::kUnknown;
  }
  if (setting) return Quantity::kSetting;
  if (words[Word::kPerplexity] > 0) return unknown == 0 ? Quantity::kPerplexity : Quantity::kMetric;
  if (words[Word::kMetric] > 0 || IsMetricAlone(words.loss_name)) return Quantity::kMetric;
  if (words[Word::kWeakMetric] > 0 && unknown == 0) return Quantity::kMetric;
  if (words[Word::kReward] > 0) {
    return words[Word::kStep] > 0 && unknown == 0 ? Quantity::kUnknown : Quantity::kReward;
  }
  if (words[Word::kTime] > 0 && (unknown == 0 || words.last == Word::kTime)) {
    // "elapsed time per iteration (ms)", but "steps per second".
    const bool per_step =
        words[Word::kStep] > 0 && (words.last == Word::kStep || words[Word::kTime] > 1);
    const bool rate = words[Word::kThroughput] > 0 || (words[Word::kCountable] > 0 && !per_step);
    return rate ? Quantity::kThroughput : Quantity::kTime;
  }
  if (words[Word::kLossName] > 0) return Quantity::kLossComponent;
  if (unknown > 0) return Quantity::kUnknown;
  if (words[Word::kEpoch] + words[Word::kStep] > 0) {
    const bool counts = !numbered && !moment && words[Word::kAverage] == 0 &&
                        words[Word::kThroughput] == 0 && words[Word::kCountable] == 0 &&
                        words[Word::kMemory] == 0 && words[Word::kScale] == 0;
    if (!counts) return Quantity::kUnknown;
    return words[Word::kStep] > 0 ? Quantity::kStep : Quantity::kEpoch;
  }
  if (words[Word::kMemory] > 0) return Quantity::kMemory;
  if (words[Word::kThroughput] > 0) return Quantity::kThroughput;
  return Quantity::kUnknown;
}

bool NamesFile(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view ending = name.substr(dot + 1);
  for (const std::string_view known :
       {"py", "pyx", "pxi", "cpp", "cc", "c", "h", "hpp", "cu", "cuh", "so", "ipynb"}) {
    if (ending == known) return true;
  }
  return false;
}

}  // namespace

Name ClassifyName(std::string_view text) {
  const Words words = SplitWords(text);
  Name name;
  name.split = SplitOf(words);
  name.quantity = QuantityOf(words);
  // "eval_steps": every so many; "Validation step" counts.
  if (name.quantity == Quantity::kStep && name.split != Split::kUnknown && text.size() > 5 &&
      text.substr(text.size() - 5) == "steps")
    name.quantity = Quantity::kSetting;
  const int copulas = words[Word::kCopula] - (words.copula_last ? 1 : 0);
  name.exact = words.total > 0 && words[Word::kUnknown] == 0 && copulas == 0 &&
               name.quantity != Quantity::kUnknown && name.quantity != Quantity::kSetting;
  name.of_epoch = words[Word::kEpoch] > 0 && name.quantity != Quantity::kEpoch;
  name.of_step = words[Word::kStep] > 0 && name.quantity != Quantity::kStep;
  const int splits = words[Word::kTrain] + words[Word::kValidation] + words[Word::kTest];
  name.heading =
      splits > 0 && name.quantity == Quantity::kUnknown &&
      splits + words[Word::kNeutral] + words[Word::kAverage] + words[Word::kEpoch] == words.total;
  name.file = NamesFile(text);
  name.words = static_cast<std::uint8_t>(words.total > 255 ? 255 : words.total);
  return name;
}

bool IsMeasurement(Quantity quantity) {
  switch (quantity) {
    case Quantity::kLoss:
    case Quantity::kLossComponent:
    case Quantity::kAccuracy:
    case Quantity::kMetric:
    case Quantity::kPerplexity:
    case Quantity::kReward:
      return true;
    default:
      return false;
  }
}

ir::Role RoleOf(Quantity quantity, Split split) {
  switch (quantity) {
    case Quantity::kLoss:
      if (split == Split::kValidation) return ir::Role::kValidationLoss;
      if (split == Split::kTest) return ir::Role::kTestLoss;
      return ir::Role::kTrainLoss;
    case Quantity::kAccuracy:
      if (split == Split::kValidation) return ir::Role::kValidationAccuracy;
      if (split == Split::kTest) return ir::Role::kTestAccuracy;
      // Whose accuracy it is decides what chance and overfitting mean: unsaid is a metric.
      return split == Split::kTrain ? ir::Role::kTrainAccuracy : ir::Role::kMetric;
    case Quantity::kLossComponent:
      return ir::Role::kLossComponent;
    case Quantity::kMetric:
      return ir::Role::kMetric;
    case Quantity::kPerplexity:
      return ir::Role::kPerplexity;
    case Quantity::kReward:
      return ir::Role::kReward;
    case Quantity::kLearningRate:
      return ir::Role::kLearningRate;
    case Quantity::kGradientNorm:
      return ir::Role::kGradientNorm;
    case Quantity::kLossScale:
      return ir::Role::kLossScale;
    case Quantity::kEpoch:
      return ir::Role::kEpoch;
    case Quantity::kStep:
      return ir::Role::kStep;
    case Quantity::kTime:
      return ir::Role::kTime;
    case Quantity::kThroughput:
      return ir::Role::kThroughput;
    case Quantity::kMemory:
      return ir::Role::kMemory;
    default:
      return ir::Role::kOther;
  }
}

Split SplitOf(const Name& name, Split unsaid) {
  const Split split = name.split != Split::kUnknown ? name.split : unsaid;
  return split == Split::kUnknown && name.quantity == Quantity::kAccuracy ? Split::kTrain : split;
}

}  // namespace onnxcheck::parsers::log
