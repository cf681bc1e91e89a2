#include "parsers/log/interpreter.h"

#include <absl/types/span.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// No run counts further; larger "epochs" are dates, ids, bytes.
constexpr double kMaxEpoch = 1e7;
constexpr double kMaxStep = 1e12;
// A heading is a word or two, not a sentence.
constexpr int kMaxHeadingWords = 3;
constexpr int kMinSentenceWords = 3;

bool IsCount(const Pair& pair, double limit) {
  return pair.whole && pair.unit == Unit::kNone && pair.value >= 0 && pair.value < limit;
}

// A name written as an identifier stands for itself even without a separator behind it.
bool IsIdentifier(std::string_view name) {
  return name.find_first_of("_@") != std::string_view::npos &&
         name.find(' ') == std::string_view::npos;
}

// Words beside a number name it only if all of them are known: "loss 0.5", not "improved from 0.5".
bool IsReadable(const Pair& pair, const Name& name) {
  if (pair.separator != ' ') return true;
  if (!(name.exact && !name.heading) && !IsIdentifier(pair.name)) return false;
  if (name.quantity == Quantity::kMemory) return pair.unit == Unit::kMemory;
  if (name.quantity == Quantity::kThroughput)
    return pair.unit != Unit::kNone || IsIdentifier(pair.name);
  return true;
}

bool EndsWithWord(std::string_view name, std::string_view lower) {
  if (name.size() < lower.size()) return false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = name[name.size() - lower.size() + i];
    if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lower[i]) return false;
  }
  return name.size() == lower.size() || name[name.size() - lower.size() - 1] == ' ';
}

// "train.py:12", "sdp_utils.cpp:773": a place in a source file.
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

// How frameworks state a model's size: Keras, Lightning, Transformers, PEFT.
constexpr std::string_view kTotalNames[] = {"total params",         "total parameters",
                                            "number of parameters", "total number of parameters",
                                            "all params",           "model parameters"};
constexpr std::string_view kTrainableNames[] = {
    "trainable params", "trainable parameters", "number of trainable parameters",
    "total trainable params", "total trainable parameters"};

bool IsOneOf(std::string_view name, absl::Span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view known) {
    return name.size() == known.size() && EndsWithWord(name, known);
  });
}

// "Total reward in global step" is what is measured and what it is counted by; 0: no such name.
std::size_t MeasuredBefore(std::string_view name) {
  for (const std::string_view joint : {" in ", " at ", " after ", " for "}) {
    const std::size_t at = name.rfind(joint);
    if (at == std::string_view::npos || at == 0) continue;
    const Name counter = ClassifyName(name.substr(at + joint.size()));
    const bool counts = counter.quantity == Quantity::kEpoch || counter.quantity == Quantity::kStep;
    if (counts && counter.exact && IsMeasurement(ClassifyName(name.substr(0, at)).quantity))
      return at;
  }
  return 0;
}

// "current accu", beside the best one.
bool SaysNow(std::string_view name) {
  return name.substr(0, 4) == "curr" || name.substr(0, 4) == "Curr";
}

bool NamesPhase(std::string_view name) {
  return EndsWithWord(name, "fold") || EndsWithWord(name, "stage") || EndsWithWord(name, "phase") ||
         EndsWithWord(name, "trial");
}

}  // namespace

Interpreter::Preset::Preset() : epoch(kNaN), epochs(kNaN), step(kNaN), steps(kNaN) {}

// "Loss after 3 epochs: 0.5" and "Loss in epoch 3: 0.5" are an epoch and a loss.
const std::vector<Pair>& Interpreter::MoveCounters(const std::vector<Pair>& pairs) {
  for (std::size_t i = 0; i + 1 < pairs.size(); ++i) {
    const Pair& counter = pairs[i];
    const Pair& value = pairs[i + 1];
    if (counter.separator != ' ' || !counter.whole) continue;
    if (value.name.empty() && value.separator == ':') {
      const std::size_t end = MeasuredBefore(counter.name);
      if (end == 0) continue;
      const bool epochs = EndsWithWord(counter.name, "epoch");
      moved_ = pairs;
      moved_[i + 1].name = counter.name.substr(0, end);
      moved_[i + 1].first = counter.first;
      moved_.erase(moved_.begin() + static_cast<std::ptrdiff_t>(i));
      (epochs ? now_.epoch : now_.step) = counter.value;
      return moved_;
    }
    if (!EndsWithWord(counter.name, "after")) continue;
    if (value.separator != ':' && value.separator != '=') continue;
    const bool epochs = EndsWithWord(value.name, "epochs") || EndsWithWord(value.name, "epoch");
    const bool steps = EndsWithWord(value.name, "steps") || EndsWithWord(value.name, "iterations");
    if ((!epochs && !steps) || value.name.find(' ') != std::string_view::npos) continue;
    moved_ = pairs;
    moved_[i + 1].name = counter.name.substr(0, counter.name.size() - 6);
    moved_.erase(moved_.begin() + static_cast<std::ptrdiff_t>(i));
    (epochs ? now_.epoch : now_.step) = counter.value;
    return moved_;
  }
  return pairs;
}

void Interpreter::ReadHeadings(const std::vector<Pair>& pairs) {
  Split heading = now_.split;
  entries_.clear();
  entries_.reserve(pairs.size());
  main_loss_ = false;
  for (const Pair& pair : pairs) {
    NameEntry* name = collector_->FindName(pair.name);
    if (name != nullptr && name->name.heading && name->name.words <= kMaxHeadingWords) {
      heading = name->name.split;
    }
    // "Train Epoch: 3 Loss: 0.5": the counter's split is the record's.
    if (name != nullptr && name->name.split != Split::kUnknown && heading == Split::kUnknown &&
        (name->name.quantity == Quantity::kEpoch || name->name.quantity == Quantity::kStep)) {
      heading = name->name.split;
    }
    // "Best valid accuracy: 0.77 current accu: 0.76": the same measure, on the same data.
    const Entry* before = entries_.empty() ? nullptr : &entries_.back();
    const bool current = name != nullptr && before != nullptr && before->name != nullptr &&
                         before->name->name.quantity == Quantity::kSetting && SaysNow(name->text) &&
                         IsMeasurement(name->name.quantity);
    entries_.push_back({name, current && before->name->name.split != Split::kUnknown
                                  ? before->name->name.split
                                  : heading});
    if (name != nullptr && name->name.quantity == Quantity::kLoss &&
        name->name.split == Split::kUnknown &&
        (heading == Split::kUnknown || heading == Split::kTrain)) {
      main_loss_ = true;
    }
  }
}

void Interpreter::ReadCounters(const std::vector<Pair>& pairs, bool structured,
                               std::uint32_t line) {
  own_epoch_ = !std::isnan(now_.epoch);
  own_step_ = !std::isnan(now_.step);
  weak_step_ = false;
  step_opens_ = own_step_;
  header_ = own_epoch_ && pairs.empty();
  const Pair* heading_ratio = nullptr;
  const Pair* unnamed = nullptr;
  bool metrics_begun = false;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Pair& pair = pairs[i];
    const NameEntry* name = entries_[i].name;
    if (pair.kind == Pair::Kind::kHeading) continue;
    if (name == nullptr) {
      // Behind a metric it counts something else: "accuracy: 20.8%, (512570/2466133)".
      if (pair.kind == Pair::Kind::kRatio && unnamed == nullptr && !metrics_begun &&
          IsCount(pair, kMaxStep))
        unnamed = &pair;
      continue;
    }
    metrics_begun = metrics_begun || IsMeasurement(name->name.quantity);
    if (name->name.quantity == Quantity::kEpoch) {
      const bool fraction = (structured || pair.separator == ':' || pair.separator == '=') &&
                            pair.kind == Pair::Kind::kNumber && pair.value >= 0 &&
                            pair.value < kMaxEpoch;
      if ((IsCount(pair, kMaxEpoch) || fraction) && !own_epoch_) {
        now_.epoch = pair.value;
        own_epoch_ = true;
        header_ = pair.first;
        if (pair.kind == Pair::Kind::kRatio && pair.second >= pair.value) now_.epochs = pair.second;
      }
    } else if (name->name.quantity == Quantity::kStep) {
      const bool fraction =
          structured && pair.kind == Pair::Kind::kNumber && pair.value == std::floor(pair.value);
      if ((IsCount(pair, kMaxStep) || fraction) && !own_step_) {
        now_.step = pair.value;
        own_step_ = true;
        step_opens_ = pair.first || pair.kind == Pair::Kind::kRatio;
        if (pair.kind == Pair::Kind::kRatio) now_.steps = pair.second;
      }
    } else if (name->name.heading && IsCount(pair, kMaxEpoch) && pair.first) {
      heading_ratio = &pair;
    } else if (NamesPhase(pair.name) && pair.whole) {
      collector_->segments().PhaseStarts();
    } else if (pair.kind == Pair::Kind::kRatio && IsCount(pair, kMaxStep) && !own_step_ &&
               EndsWithWord(pair.name, "i")) {
      now_.step = pair.value;  // "i=135/530"
      now_.steps = pair.second;
      own_step_ = true;
    } else {
      Statement(pair, *name, line);
    }
  }
  if (heading_ratio != nullptr && !own_epoch_ &&
      (unnamed != nullptr || heading_ratio->kind == Pair::Kind::kNumber)) {
    now_.epoch = heading_ratio->value;  // "Train: [3/50][10/500]", "Train 3, loss: .."
    own_epoch_ = true;
    if (heading_ratio->kind == Pair::Kind::kRatio) now_.epochs = heading_ratio->second;
  } else if (heading_ratio != nullptr && unnamed == nullptr &&
             heading_ratio->kind == Pair::Kind::kRatio) {
    unnamed = heading_ratio;
  }
  if (unnamed != nullptr && !own_step_ && (std::isnan(unnamed->second) || unnamed->second > 0)) {
    now_.step = unnamed->value;
    now_.steps = unnamed->second;
    own_step_ = true;
    weak_step_ = true;
  }
}

void Interpreter::Statement(const Pair& pair, const NameEntry& entry, std::uint32_t line) {
  if (pair.kind != Pair::Kind::kNumber || !pair.whole || pair.value <= 0) return;
  ir::Log* log = collector_->log();
  const std::string_view name = entry.text;
  const auto state = [&](std::optional<ir::Located<double>>* fact) {
    *fact = ir::Located<double>{pair.value, collector_->At(line)};
  };
  if (IsOneOf(name, kTrainableNames)) {
    if (!log->trainable_parameters) state(&log->trainable_parameters);
  } else if (IsOneOf(name, kTotalNames)) {
    if (!log->total_parameters) state(&log->total_parameters);
  } else if (EndsWithWord(name, "classes") || EndsWithWord(name, "num_classes") ||
             EndsWithWord(name, "n_classes")) {
    // One class is no classification; thousands of thousands are no classes.
    if (!log->classes && pair.value >= 2 && pair.value < 1e6) state(&log->classes);
  }
}

void Interpreter::NotePlan(std::uint32_t line) {
  ir::Log* log = collector_->log();
  const auto raise = [&](std::optional<ir::Located<double>>* fact, double value) {
    if (std::isnan(value) || value <= 0) return;
    if (!fact->has_value() || (*fact)->value < value)
      *fact = ir::Located<double>{value, collector_->At(line)};
  };
  raise(&log->planned_epochs, now_.epochs);
}

void Interpreter::NoteSteps(std::uint32_t line) {
  ir::Log* log = collector_->log();
  if (log->steps_per_epoch) return;
  const bool complete = weak_step_ && headers_seen_ && now_.step == now_.steps;
  const bool again =
      now_.steps == claimed_steps_ && now_.step < claimed_step_ && now_.epoch > claimed_epoch_;
  if (now_.steps != claimed_steps_) claimed_line_ = line;
  claimed_steps_ = now_.steps;
  claimed_step_ = now_.step;
  claimed_epoch_ = now_.epoch;
  if (complete || again)
    log->steps_per_epoch = ir::Located<double>{now_.steps, collector_->At(claimed_line_)};
}

// A heading on its own line speaks for the block below it: "Validation", "evaluate:test".
void Interpreter::ReadBlock(const std::vector<Pair>& pairs) {
  constexpr int kMaxBlockWords = 2;
  if (pairs.empty() || !pairs[0].first) return;
  int words = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const NameEntry* name = entries_[i].name;
    if (pairs[i].kind != Pair::Kind::kHeading || name == nullptr || !name->name.heading) return;
    words += name->name.words;
  }
  if (words <= kMaxBlockWords) block_ = entries_[pairs.size() - 1].name->name.split;
}

// "[epoch: 3/200, iter: 25/188] total: 0.63" can only mean the loss.
bool Interpreter::FindTotal(const std::vector<Pair>& pairs) {
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    NameEntry* name = entries_[i].name;
    if (name == nullptr || (name->text != "total" && name->text != "Total")) continue;
    const bool separated = pairs[i].separator == ':' || pairs[i].separator == '=';
    if (pairs[i].kind != Pair::Kind::kNumber || pairs[i].whole || !separated ||
        pairs[i].unit != Unit::kNone)
      continue;
    name->name.quantity = Quantity::kLoss;
    name->name.exact = true;
    return true;
  }
  return false;
}

bool Interpreter::IsEvaluationBar(const std::vector<Pair>& pairs) {
  if (!weak_step_ || pairs.empty() || own_epoch_ || !pairs[0].name.empty()) return false;
  for (const Entry& entry : entries_) {
    if (entry.name != nullptr && entry.name->name.split == Split::kValidation) return false;
  }
  return headers_seen_ && !epoch_open_ && now_.steps != bar_total_;
}

void Interpreter::EmitTwins(const Pair& pair, NameEntry* name, Split heading, bool structured,
                            std::uint32_t line) {
  const std::string_view text = name->text;
  const std::size_t open = text.find('(');
  const std::size_t slash = text.find('/', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || slash == std::string_view::npos || text.back() != ')')
    return;
  const std::string first = std::string(text.substr(0, slash)) + ")";
  const std::string second =
      std::string(text.substr(0, open + 1)) + std::string(text.substr(slash + 1));
  Pair single = pair;
  single.kind = Pair::Kind::kNumber;
  single.name = first;
  if (NameEntry* entry = collector_->FindName(first))
    Emit(single, entry, heading, structured, line);
  single.name = second;
  single.value = pair.second;
  if (NameEntry* entry = collector_->FindName(second))
    Emit(single, entry, heading, structured, line);
}

bool Interpreter::Emit(const Pair& pair, NameEntry* name, Split heading, bool structured,
                       std::uint32_t line) {
  const Name& known = name->name;
  Point point;
  point.value = pair.value;
  point.line = line;
  point.percent = pair.unit == Unit::kPercent;
  switch (pair.kind) {
    case Pair::Kind::kHeading:
      return false;
    case Pair::Kind::kRatio:
      // "Accuracy: 9913/10000": a count of hits.
      if (known.quantity != Quantity::kAccuracy || !(pair.second > 0)) return false;
      point.value = pair.value / pair.second;
      break;
    case Pair::Kind::kTwin:
      EmitTwins(pair, name, heading, structured, line);
      return false;
    default:
      break;
  }
  if (pair.separator == '[') return false;
  if (known.quantity == Quantity::kUnknown && NamesFile(pair.name)) return false;
  // Has been read as a counter, or tells the size of a set: "train=300 val=37".
  if (known.heading && pair.whole && (pair.first || !structured)) return false;
  if (known.quantity == Quantity::kEpoch || known.quantity == Quantity::kStep) {
    if (!structured) return false;
  } else if (!IsReadable(pair, known)) {
    return false;
  }
  // A loss in seconds is a name misread.
  const bool measurement = IsMeasurement(known.quantity);
  if (measurement &&
      (pair.unit == Unit::kTime || pair.unit == Unit::kMemory || pair.unit == Unit::kThroughput))
    return false;
  Split split = known.split;
  if (split == Split::kUnknown) split = heading;
  if (split == Split::kUnknown) split = block_;
  if (split == Split::kUnknown) split = unsaid_;
  if (split == Split::kUnknown && known.quantity == Quantity::kAccuracy && main_loss_)
    split = Split::kTrain;
  // Of a running value and its mean, a validation means the mean.
  if (measurement && pair.kind == Pair::Kind::kAveraged &&
      (split == Split::kValidation || split == Split::kTest)) {
    point.value = pair.second;
  }
  point.epoch = now_.epoch;
  point.step = now_.step;
  collector_->Add(name, split, point, structured);
  return measurement;
}

bool Interpreter::Record(const std::vector<Pair>& original, std::uint32_t line, bool structured,
                         const Preset& preset) {
  now_ = preset;
  const std::vector<Pair>& pairs = MoveCounters(original);
  if (!started_) {
    started_ = true;
    epoch_ = step_ = bar_total_ = kNaN;
  }
  if (pairs.empty() && std::isnan(preset.epoch) && std::isnan(preset.step)) return false;
  ReadHeadings(pairs);
  ReadCounters(pairs, structured, line);
  bool candidates = false;
  for (std::size_t i = 0; i < pairs.size() && !candidates; ++i) {
    candidates = entries_[i].name != nullptr && pairs[i].kind != Pair::Kind::kHeading &&
                 IsMeasurement(entries_[i].name->name.quantity) &&
                 IsReadable(pairs[i], entries_[i].name->name);
  }
  if (!candidates && own_epoch_ && own_step_) candidates = FindTotal(pairs);
  if (!candidates) ReadBlock(pairs);
  const bool bar_evaluates = candidates && IsEvaluationBar(pairs);
  // Keras's ModelCheckpoint counts from 0 under headers that count from 1.
  const bool header_speaks = header_ && (!headers_seen_ || !std::isnan(now_.epochs));
  if (own_epoch_ && (header_speaks || candidates)) {
    if (now_.epoch != epoch_) block_ = Split::kUnknown;
    epoch_ = now_.epoch;
    step_ = kNaN;
  }
  if (!own_epoch_) now_.epoch = epoch_;
  if (!own_step_) now_.step = step_;
  if (own_epoch_ && !std::isnan(now_.epochs)) NotePlan(line);
  if (header_ && !candidates) {
    headers_seen_ = headers_seen_ || !std::isnan(now_.epochs);
    epoch_open_ = true;
  }
  if (bar_evaluates) now_.epoch = kNaN;

  bool measured = false;
  bool train = false;
  bool train_loss = false;
  bool tells_best = false;  // "Best model at epoch 3, val loss: 0.5" measures nothing now
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    NameEntry* name = entries_[i].name;
    if (name == nullptr) continue;
    tells_best =
        tells_best || (!measured && name->name.words >= kMinSentenceWords &&
                       (name->text.substr(0, 4) == "Best" || name->text.substr(0, 4) == "best"));
    if (tells_best && IsMeasurement(name->name.quantity) && !SaysNow(name->text)) continue;
    const Split heading = bar_evaluates ? Split::kTest : entries_[i].heading;
    if (!Emit(pairs[i], name, heading, structured, line)) continue;
    measured = true;
    const Split split = name->name.split != Split::kUnknown ? name->name.split
                        : heading != Split::kUnknown        ? heading
                                                            : block_;
    const bool on_train = split == Split::kTrain || split == Split::kUnknown;
    train = train || on_train;
    train_loss = train_loss || (on_train && (name->name.quantity == Quantity::kLoss ||
                                             name->name.quantity == Quantity::kLossComponent));
  }
  if (measured && own_step_ && !bar_evaluates && train && now_.steps >= now_.step) NoteSteps(line);
  if (measured && weak_step_ && now_.step == now_.steps && !bar_evaluates) {
    epoch_open_ = false;
    bar_total_ = now_.steps;
  }
  if (own_step_ && !weak_step_) step_ = measured || !step_opens_ ? kNaN : now_.step;
  Counters counters;
  counters.line = line;
  counters.epoch = own_epoch_ || (measured && !bar_evaluates) ? now_.epoch : kNaN;
  counters.step = own_step_ || measured ? now_.step : kNaN;
  // Where a training loss is logged, records without one are evaluations.
  train_loss_seen_ = train_loss_seen_ || train_loss;
  counters.train = train_loss || (measured && train && !bar_evaluates && !train_loss_seen_);
  counters.header = header_ && !measured && !std::isnan(now_.epochs);
  counters.epochs = now_.epochs;
  collector_->segments().Observe(counters);
  return measured;
}

}  // namespace onnxcheck::parsers::log
