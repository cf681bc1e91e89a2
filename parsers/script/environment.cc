#include "parsers/script/environment.h"

#include <algorithm>
#include <utility>

namespace onnxcheck::parsers::script {

Binding Environment::Get(Key key) const {
  const auto found = now_.find(key);
  return found == now_.end() ? Binding() : found->second;
}

void Environment::Set(Key key, Binding binding) {
  Binding& now = now_[key];
  if (!journal_.empty()) journal_.back().try_emplace(key, now);
  now = binding;
}

Arm Environment::End(bool reaches_end) {
  Arm arm;
  arm.reaches_end = reaches_end;
  for (const auto& [key, before] : journal_.back()) {
    Binding& now = now_[key];
    arm.changes.emplace(key, now);
    now = before;
  }
  journal_.pop_back();
  return arm;
}

void Environment::Keep() {
  auto last = std::move(journal_.back());
  journal_.pop_back();
  if (journal_.empty()) return;
  for (const auto& [key, before] : last) journal_.back().try_emplace(key, before);
}

void Environment::Join(const std::vector<Arm>& arms, bool may_skip, Values& values,
                       const ir::script::Mark& mark) {
  const auto reaching =
      std::count_if(arms.begin(), arms.end(), [](const Arm& arm) { return arm.reaches_end; });
  if (reaching == 0) return;
  // In the order of the keys: the ids of joined values are part of what is printed.
  std::vector<Key> keys;
  for (const Arm& arm : arms) {
    if (!arm.reaches_end) continue;
    for (const auto& [key, binding] : arm.changes) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const Key key : keys) {
    const Binding before = Get(key);
    std::optional<Binding> joined;
    const auto add = [&](const Binding& binding) {
      if (!joined) {
        joined = binding;
        return;
      }
      if (joined->bound != binding.bound) {
        const bool empty = joined->bound == Bound::kNo;
        if (empty) joined->value = binding.value;
        joined->bound = Bound::kMaybe;
        if (empty || binding.bound == Bound::kNo) return;
      }
      joined->value = values.Join(joined->value, binding.value, mark);
    };
    if (may_skip) add(before);
    for (const Arm& arm : arms) {
      if (!arm.reaches_end) continue;
      const auto found = arm.changes.find(key);
      add(found == arm.changes.end() ? before : found->second);
    }
    Set(key, *joined);
  }
}

}  // namespace onnxcheck::parsers::script
