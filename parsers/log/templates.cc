#include "parsers/log/templates.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kMaxTemplates = 16;
// What a template that is of use earns, in those that may be made.
constexpr std::uint64_t kMatchesEarning = 16;
constexpr std::uint64_t kMaxCredit = 256;
constexpr std::uint64_t kWithoutCredit = 256;  // records a trial

// The numbers of one trial: text and value of every slot.
struct Trial {
  std::vector<std::string> texts;
  std::vector<double> values;
};

// `kind` 0: every number is another one. Then the shortest, longer ones, and what may come with
// exponent and sign.
Trial MakeTrial(const Form& form, int kind) {
  Trial trial;
  for (std::size_t i = 0; i < form.slots().size(); ++i) {
    const Form::Slot& slot = form.slots()[i];
    std::string text;
    switch (kind) {
      case 0:
        text = std::to_string(101 + 7 * i) + (slot.whole ? "" : ".25");
        break;
      case 1:
        text = std::to_string(i % 10) + (slot.whole ? "" : ".5");
        break;
      case 2:
        text = "314159265" + std::to_string(10 + i) + (slot.whole ? "" : ".75");
        break;
      default:
        text = std::to_string(1 + i % 9) + (slot.whole ? "" : slot.value ? ".5e-07" : ".125");
        if (slot.any_sign) text.insert(0, 1, '-');
        break;
    }
    double value = std::stod(text);
    if (slot.negative) value = -value;
    trial.values.push_back(value);
    trial.texts.push_back(std::move(text));
  }
  return trial;
}

bool Same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Everything but the numbers.
bool SameForm(const std::vector<Pair>& a, const std::vector<Pair>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Pair& x, const Pair& y) {
    return x.name == y.name && x.kind == y.kind && x.separator == y.separator && x.unit == y.unit &&
           x.whole == y.whole && x.first == y.first;
  });
}

// Which slot a number of a pair comes from; nullopt: neither a slot nor what it always is.
std::optional<std::int32_t> SlotOf(double value, double before, const Trial& trial) {
  const auto found = std::find(trial.values.begin(), trial.values.end(), value);
  if (found != trial.values.end()) return static_cast<std::int32_t>(found - trial.values.begin());
  if (Same(value, before)) return -1;
  return std::nullopt;
}

void Fill(std::size_t slot, double* number, Template* made) {
  double*& target = made->targets[slot];
  if (target == &made->nowhere) {
    target = number;
  } else {
    made->copies.push_back({target, number});
  }
}

bool FindFills(const std::vector<Pair>& pairs, const Trial& trial, Template* made) {
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto value = SlotOf(pairs[p].value, made->pairs[p].value, trial);
    const auto second = SlotOf(pairs[p].second, made->pairs[p].second, trial);
    if (!value || !second) return false;
    Pair& pair = made->pairs[p];
    if (*value >= 0) Fill(static_cast<std::size_t>(*value), &pair.value, made);
    if (*second >= 0) Fill(static_cast<std::size_t>(*second), &pair.second, made);
  }
  return true;
}

bool AgreesWith(const std::vector<Pair>& pairs, const Trial& trial, Template* made) {
  if (!SameForm(pairs, made->pairs)) return false;
  for (std::size_t s = 0; s < trial.values.size(); ++s) *made->targets[s] = trial.values[s];
  for (const Template::Copy& copy : made->copies) *copy.to = *copy.from;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    if (!Same(pairs[p].value, made->pairs[p].value) ||
        !Same(pairs[p].second, made->pairs[p].second))
      return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<Template> MakeTemplate(std::string_view text, Form::Kind kind, PairFinder find) {
  std::optional<Form> form = Form::Of(text, kind);
  if (!form) return nullptr;
  auto made = std::make_unique<Template>();
  made->json = kind == Form::Kind::kJson;
  made->form = *std::move(form);
  made->text = std::string(text);
  made->targets.assign(made->form.slots().size(), &made->nowhere);
  if (!find(made->text, &made->pairs)) return nullptr;
  // Names that the finder keeps for itself change with the next record.
  for (Pair& pair : made->pairs) {
    const bool inside = pair.name.data() >= made->text.data() &&
                        pair.name.data() + pair.name.size() <= made->text.data() + text.size();
    if (!inside) pair.name = made->names.emplace_back(pair.name);
  }
  std::vector<Pair> pairs;
  for (int number = 0; number < 4; ++number) {
    const Trial trial = MakeTrial(made->form, number);
    const std::string other = made->form.With(trial.texts);
    if (!find(other, &pairs) || !SameForm(pairs, made->pairs)) return nullptr;
    if (number == 0) {
      if (!FindFills(pairs, trial, made.get())) return nullptr;
      for (std::size_t s = 0; s < made->form.slots().size(); ++s) {
        if (made->targets[s] == &made->nowhere) made->form.Drop(s);
      }
    }
    if (!AgreesWith(pairs, trial, made.get())) return nullptr;
  }
  // The record itself must come out as it was read.
  const std::string padded = made->text + std::string(kMaxFormReach, '\0');
  const char* const end = made->Match(padded.data());
  if (end != padded.data() + text.size() || !find(made->text, &pairs)) return nullptr;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    if (!Same(pairs[p].value, made->pairs[p].value) ||
        !Same(pairs[p].second, made->pairs[p].second))
      return nullptr;
  }
  return made;
}

bool HasNoPrefix(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.size() < 8) return false;
  if (text[0] == '{') return text[1] == '"';
  // Stamps begin with a month or a weekday, glog's with a letter and digits; the first word may be
  // a level, and then a time follows.
  if (!letter(text[0]) || text[3] == ' ' || (text[1] >= '0' && text[1] <= '9') ||
      text.substr(0, 5) == "NeMo ")
    return false;
  const std::size_t word = text.find_first_of(" :]|-");
  const std::size_t digit = text.find_first_of("0123456789");
  return word < digit && LevelOf(text.substr(0, word)) == ir::Level::kNone;
}

inline Template* Templates::Try(std::size_t index, const char* text, const Prefix* prefix,
                                const char** end) {
  Template& made = *all_[index];
  if (prefix == nullptr
          ? !made.direct
          : made.direct || made.prefix.level != prefix->level || made.prefix.time != prefix->time)
    return nullptr;
  *end = made.Match(text);
  if (*end == nullptr) return nullptr;
  const char after = **end == '\r' ? (*end)[1] : **end;
  if (after != '\n') return nullptr;
  made.used = ++clock_;
  if (clock_ % kMatchesEarning == 0 && credit_ < kMaxCredit) ++credit_;
  if (last_ < all_.size()) all_[last_]->next = index;
  last_ = index;
  return &made;
}

Template* Templates::Match(const char* text, const Prefix* prefix, const char** end) {
  if (all_.empty()) return nullptr;
  // First what came after the last one the time before.
  const std::size_t likely = last_ < all_.size() ? all_[last_]->next : 0;
  for (std::size_t i = 0; i <= all_.size(); ++i) {
    const std::size_t index = i == 0 ? likely : i - 1;
    if (i > 0 && index == likely) continue;
    if (Template* made = Try(index, text, prefix, end)) return made;
  }
  return nullptr;
}

bool Templates::MayLearn() {
  if (++asked_ % kWithoutCredit == 0) return true;
  if (credit_ == 0) return false;
  --credit_;
  return true;
}

void Templates::Add(std::unique_ptr<Template> made) {
  made->used = ++clock_;
  prefixed_ += !made->direct;
  if (all_.size() < kMaxTemplates) {
    made->next = all_.size();
    all_.push_back(std::move(made));
    last_ = all_.size() - 1;
    return;
  }
  const auto oldest = std::min_element(
      all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a->used < b->used; });
  prefixed_ -= !(*oldest)->direct;
  last_ = static_cast<std::size_t>(oldest - all_.begin());
  made->next = last_;
  *oldest = std::move(made);
}

}  // namespace onnxcheck::parsers::log
