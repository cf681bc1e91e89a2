#include "parsers/log/interpreter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "parsers/log/statements.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kMinSentenceWords = 3;

}  // namespace

void Interpreter::NotePlan(std::uint32_t line) {
  ir::Log* log = collector_->log();
  const auto raise = [&](std::optional<ir::Located<double>>* fact, double value) {
    if (std::isnan(value) || value <= 0) return;
    if (!fact->has_value() || (*fact)->value < value)
      *fact = ir::Located<double>{value, collector_->At(line)};
  };
  raise(&log->planned_epochs, now_.epochs);
}

void Interpreter::NoteSteps(std::uint32_t line, bool weak) {
  ir::Log* log = collector_->log();
  if (log->steps_per_epoch) return;
  const bool complete = weak && headers_seen_ && now_.step == now_.steps;
  const bool again =
      now_.steps == claimed_steps_ && now_.step < claimed_step_ && now_.epoch > claimed_epoch_;
  if (now_.steps != claimed_steps_) claimed_line_ = line;
  claimed_steps_ = now_.steps;
  claimed_step_ = now_.step;
  claimed_epoch_ = now_.epoch;
  if (complete || again)
    log->steps_per_epoch = ir::Located<double>{now_.steps, collector_->At(claimed_line_)};
}

void Interpreter::EmitTwins(const Pair& pair, std::uint32_t index, NameEntry* name, Split heading,
                            Reading* reading) {
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
  if (NameEntry* entry = collector_->FindName(first)) Emit(single, index, entry, heading, reading);
  single.name = second;
  const std::size_t before = reading->emissions_.size();
  if (NameEntry* entry = collector_->FindName(second)) Emit(single, index, entry, heading, reading);
  if (reading->emissions_.size() > before)
    reading->emissions_.back().of = Reading::Emission::Of::kSecond;
}

bool Interpreter::Emit(const Pair& pair, std::uint32_t index, NameEntry* name, Split heading,
                       Reading* reading) {
  const Name& known = name->name;
  auto of = Reading::Emission::Of::kValue;
  switch (pair.kind) {
    case Pair::Kind::kHeading:
      return false;
    case Pair::Kind::kRatio:
      // "Accuracy: 9913/10000": a count of hits.
      Watch(pair, index, reading);
      if (known.quantity != Quantity::kAccuracy || !(pair.second > 0)) return false;
      of = Reading::Emission::Of::kQuotient;
      break;
    case Pair::Kind::kTwin:
      EmitTwins(pair, index, name, heading, reading);
      return false;
    default:
      break;
  }
  if (pair.separator == '[') return false;
  if (known.file) return false;
  // Has been read as a counter, or tells the size of a set: "train=300 val=37".
  if (known.heading && pair.whole && (pair.first || !reading->structured_)) return false;
  if (known.quantity == Quantity::kEpoch || known.quantity == Quantity::kStep) {
    if (!reading->structured_) return false;
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
  if (split == Split::kUnknown && known.quantity == Quantity::kAccuracy && reading->main_loss_)
    split = Split::kTrain;
  // A rate or a time of the training needs no other series than one that nobody put under a
  // heading.
  if (!measurement && split == Split::kTrain) split = Split::kUnknown;
  // Of a running value and its mean, a validation means the mean.
  if (measurement && pair.kind == Pair::Kind::kAveraged &&
      (split == Split::kValidation || split == Split::kTest)) {
    of = Reading::Emission::Of::kSecond;
  }
  reading->emissions_.push_back({name, split, index, of});
  return measurement;
}

// Which pairs become points depends on the state, but hardly ever changes with it.
void Interpreter::Plan(const std::vector<Pair>& pairs, bool evaluates, Reading* reading) {
  reading->planned_ = true;
  reading->planned_evaluates_ = evaluates;
  reading->planned_block_ = block_;
  reading->emissions_.clear();
  reading->batch_.Forget();
  reading->measured_ = reading->train_ = reading->train_loss_ = false;
  bool tells_best = false;  // "Best model at epoch 3, val loss: 0.5" measures nothing now
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    NameEntry* name = reading->entries_[i].name;
    if (name == nullptr) continue;
    tells_best =
        tells_best || (!reading->measured_ && name->name.words >= kMinSentenceWords &&
                       (name->text.substr(0, 4) == "Best" || name->text.substr(0, 4) == "best"));
    if (tells_best && IsMeasurement(name->name.quantity) && !SaysNow(name->text)) continue;
    const Split heading = evaluates ? Split::kTest : reading->entries_[i].heading;
    if (!Emit(pairs[i], static_cast<std::uint32_t>(i), name, heading, reading)) continue;
    reading->measured_ = true;
    const Split split = name->name.split != Split::kUnknown ? name->name.split
                        : heading != Split::kUnknown        ? heading
                                                            : block_;
    const bool on_train = split == Split::kTrain || split == Split::kUnknown;
    reading->train_ = reading->train_ || on_train;
    reading->train_loss_ =
        reading->train_loss_ || (on_train && (name->name.quantity == Quantity::kLoss ||
                                              name->name.quantity == Quantity::kLossComponent));
  }
  reading->inert_ = !reading->own_epoch_ && !reading->own_step_ && !reading->candidates_ &&
                    !reading->block_ && !reading->phase_ && reading->statements_.empty() &&
                    reading->emissions_.empty();
}

void Interpreter::AddPoints(const std::vector<Pair>& pairs, const Place& place, Reading* reading) {
  const auto value = [&pairs](const Reading::Emission& emission) {
    const Pair& pair = pairs[emission.pair];
    using Of = Reading::Emission::Of;
    return emission.of == Of::kValue    ? pair.value
           : emission.of == Of::kSecond ? pair.second
                                        : pair.value / pair.second;
  };
  Collector::Batch* const batch = &reading->batch_;
  if (collector_->Stand(place, batch)) {
    std::size_t index = 0;
    for (const Reading::Emission& emission : reading->emissions_)
      batch->Add(index++, value(emission));
    return;
  }
  for (const Reading::Emission& emission : reading->emissions_) {
    collector_->Add(emission.name, emission.split, value(emission),
                    pairs[emission.pair].unit == Unit::kPercent, reading->structured_, batch);
  }
  collector_->Know(batch);
}

bool Interpreter::Apply(const std::vector<Pair>& pairs, std::uint32_t line, Reading* reading) {
  const Reading& read = *reading;
  if (!started_) {
    started_ = true;
    epoch_ = step_ = bar_total_ = kNaN;
  }
  if (read.empty_) {
    if (read.said_.split != Split::kUnknown) block_ = read.said_.split;  // "Eval begin..."
    return false;
  }
  now_ = read.said_;
  if (read.epoch_ >= 0) {
    const Pair& pair = pairs[static_cast<std::size_t>(read.epoch_)];
    now_.epoch = pair.value;
    if (read.epochs_) now_.epochs = pair.second;
  }
  if (read.step_ >= 0) {
    const Pair& pair = pairs[static_cast<std::size_t>(read.step_)];
    now_.step = pair.value;
    if (read.steps_) now_.steps = pair.second;
    if (read.total_ >= 0) now_.steps = pairs[static_cast<std::size_t>(read.total_)].value;
  }
  for (const std::uint32_t i : read.statements_)
    NoteStatement(read.entries_[i].name->text, pairs[i].value, line, collector_);
  if (read.phase_) collector_->segments().PhaseStarts();
  if (read.block_) {
    block_ = read.block_split_;
    block_passes_ = read.block_passes_;
  } else if (block_passes_ && read.own_step_) {
    block_ = Split::kUnknown;
    block_passes_ = false;
  }
  const bool evaluates =
      read.may_evaluate_ && headers_seen_ && !epoch_open_ && now_.steps != bar_total_;
  // Keras's ModelCheckpoint counts from 0 under headers that count from 1.
  const bool header_speaks = read.header_ && (!headers_seen_ || !std::isnan(now_.epochs));
  if (read.own_epoch_ && (header_speaks || read.candidates_)) {
    if (now_.epoch != epoch_) block_ = Split::kUnknown;
    epoch_ = now_.epoch;
    step_ = kNaN;
  }
  if (!read.own_epoch_) now_.epoch = epoch_;
  if (!read.own_step_) now_.step = step_;
  if (read.own_epoch_ && !std::isnan(now_.epochs)) NotePlan(line);
  if (read.header_ && !read.candidates_) {
    // "Epoch 3/10 finished" comes after what it closes.
    if (!std::isnan(now_.epochs) && now_.epoch != measured_epoch_)
      collector_->writing().EpochBegins(line, now_.epoch);
    headers_seen_ = headers_seen_ || !std::isnan(now_.epochs);
    epoch_open_ = true;
  }
  if (evaluates) now_.epoch = kNaN;

  if (!read.planned_ || read.planned_evaluates_ != evaluates || read.planned_block_ != block_)
    Plan(pairs, evaluates, reading);
  if (!read.emissions_.empty()) AddPoints(pairs, {line, now_.step, now_.epoch}, reading);
  const bool measured = read.measured_;
  if (measured && read.own_epoch_) measured_epoch_ = now_.epoch;
  if (measured && read.own_step_ && !evaluates && read.train_ && now_.steps >= now_.step)
    NoteSteps(line, read.weak_step_);
  if (measured && read.own_step_ && !evaluates && read.train_ && now_.steps > 0) {
    ir::Progress& progress = collector_->log()->progress;
    const bool onward = progress.steps == now_.steps && progress.step < now_.step;
    progress = {line, now_.step, now_.steps, onward ? now_.step - progress.step : 0};
  }
  if (measured && read.weak_step_ && now_.step == now_.steps && !evaluates) {
    epoch_open_ = false;
    bar_total_ = now_.steps;
  }
  if (read.own_step_ && !read.weak_step_) step_ = measured || !read.step_opens_ ? kNaN : now_.step;
  Counters counters;
  counters.line = line;
  counters.epoch = read.own_epoch_ || (measured && !evaluates) ? now_.epoch : kNaN;
  counters.step = read.own_step_ || measured ? now_.step : kNaN;
  // Where a training loss is logged, records without one are evaluations.
  train_loss_seen_ = train_loss_seen_ || read.train_loss_;
  counters.train = read.train_loss_ || (measured && read.train_ && !evaluates && !train_loss_seen_);
  counters.header = read.header_ && !measured && !std::isnan(now_.epochs);
  counters.epochs = now_.epochs;
  collector_->segments().Observe(counters);
  return measured;
}

bool Interpreter::Record(const std::vector<Pair>& pairs, std::uint32_t line, bool structured,
                         const Preset& preset) {
  return Apply(Read(pairs, structured, preset, &reading_), line, &reading_);
}

}  // namespace onnxcheck::parsers::log
