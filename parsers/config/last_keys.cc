#include "parsers/config/last_keys.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"
#include "parsers/config/aliases.h"
#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kMost = 1000;
constexpr std::size_t kMaxKeyBytes = 512;

struct Key {
  std::string section;  // as written, without the last part
  std::string last;     // canonical
};

Key Split(std::string_view key) {
  if (key.ends_with(".value")) key.remove_suffix(6);  // W&B's config.yaml
  const std::size_t dot = key.rfind('.');
  if (dot == std::string::npos) return {"", Canonical(key)};
  return {std::string(key.substr(0, dot)), Canonical(key.substr(dot + 1))};
}

template <std::size_t N>
bool IsOneOf(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// The direction that stands beside a monitor, in the same section.
class Directions {
 public:
  explicit Directions(const ir::Config& config) {
    for (const ir::Entry& entry : config.entries) {
      if (entry.key.size() > kMaxKeyBytes) continue;
      const Key key = Split(entry.key);
      const bool mode = IsOneOf(kMonitorModes, key.last);
      if (mode || key.last == "greater_is_better") {
        const auto flag = AsBool(entry.value);
        const auto word = AsName(entry.value);
        const std::string lower = word ? Canonical(*word) : "";
        if (!mode && flag) {
          modes_[key.section] = {*flag ? "max" : "min", entry.location};
        } else if (mode && (lower == "min" || lower == "max")) {
          modes_[key.section] = {lower, entry.location};
        }
      }
    }
  }

  std::optional<ir::Located<std::string>> In(const std::string& section) const {
    const auto found = modes_.find(section);
    if (found == modes_.end()) return std::nullopt;
    return found->second;
  }

 private:
  absl::flat_hash_map<std::string, ir::Located<std::string>> modes_;
};

// Every word that the table of aliases knows.
const absl::flat_hash_set<std::string>& KnownWords() {
  static const auto* const words = [] {
    auto* known = new absl::flat_hash_set<std::string>;
    for (const Alias& alias : kAliases) {
      for (const std::string_view list : {alias.keys, alias.below}) {
        for (const auto word : absl::StrSplit(absl::string_view(list.data(), list.size()),
                                              absl::ByAnyChar("|.[]"), absl::SkipEmpty())) {
          known->insert(std::string(word));
        }
      }
    }
    return known;
  }();
  return *words;
}

}  // namespace

void FillFromLastKeys(ir::Config& config) {
  const Directions directions(config);
  absl::flat_hash_set<std::string> seen;
  for (const ir::Entry& entry : config.entries) {
    if (entry.key.size() > kMaxKeyBytes) continue;
    const Key key = Split(entry.key);
    if (IsOneOf(kDropoutKeys, key.last) && config.dropout.size() < kMost) {
      const auto number = AsNumber(entry.value);
      if (number) config.dropout.push_back({*number, entry.location});
    }
    if (IsOneOf(kMonitorKeys, key.last) && config.monitors.size() < kMost) {
      const auto name = AsName(entry.value);
      if (name && *name != "auto") {
        config.monitors.push_back(
            {{*name, entry.location}, directions.In(key.section), key.section});
      }
    }
    if (config.key_words.size() < kMost && seen.insert(key.last).second) {
      const bool known = KnownWords().contains(key.last);
      config.key_words.push_back({{key.last, entry.location}, known});
    }
  }
}

}  // namespace onnxcheck::parsers
