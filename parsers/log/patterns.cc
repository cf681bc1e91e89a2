#include "parsers/log/patterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "parsers/log/dialect.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr int kMaxGroups = 16;

struct Compiled {
  std::size_t dialect = 0;
  std::string_view literal;
  Split split = Split::kUnknown;
  bool shared = false;
  std::unique_ptr<RE2> regex;
  std::vector<std::string> groups;  // name of group i + 1; empty: unnamed
};

const std::vector<Compiled>& Patterns() {
  static const auto* const patterns = [] {
    auto* all = new std::vector<Compiled>;
    const auto dialects = Dialects();
    for (std::size_t d = 0; d < dialects.size(); ++d) {
      for (const LinePattern& pattern : dialects[d]->patterns) {
        Compiled compiled;
        compiled.dialect = d;
        compiled.literal = pattern.literal;
        compiled.split = pattern.split;
        compiled.shared = pattern.shared;
        RE2::Options options;
        options.set_encoding(RE2::Options::EncodingLatin1);
        compiled.regex = std::make_unique<RE2>(
            re2::StringPiece(pattern.regex.data(), pattern.regex.size()), options);
        compiled.groups.resize(static_cast<std::size_t>(
            std::min(compiled.regex->NumberOfCapturingGroups(), kMaxGroups)));
        for (const auto& [index, name] : compiled.regex->CapturingGroupNames()) {
          if (index <= kMaxGroups) compiled.groups[static_cast<std::size_t>(index - 1)] = name;
        }
        all->push_back(std::move(compiled));
      }
    }
    return all;
  }();
  return *patterns;
}

}  // namespace

PatternMatcher::PatternMatcher(std::uint64_t trial)
    : uses_(Patterns().size()), votes_(Dialects().size()), trial_(trial) {}

bool PatternMatcher::MayClaim(std::string_view body) const {
  const std::vector<Compiled>& patterns = Patterns();
  for (std::size_t p = 0; p < patterns.size(); ++p) {
    if (uses_[p].hits == 0) continue;
    const std::string_view literal = patterns[p].literal;
    // Other numbers may complete it.
    if (literal.find_first_of("0123456789") != std::string_view::npos || literal.empty() ||
        literal.back() == '-' || body.find(literal) != std::string_view::npos)
      return true;
  }
  return false;
}

bool PatternMatcher::Try(std::string_view body, Match* match) {
  const std::vector<Compiled>& patterns = Patterns();
  for (std::size_t p = 0; p < patterns.size(); ++p) {
    const Compiled& pattern = patterns[p];
    if (settled() && uses_[p].hits == 0) continue;
    if (body.find(pattern.literal) == std::string_view::npos) continue;
    re2::StringPiece groups[kMaxGroups + 1];
    const re2::StringPiece text(body.data(), body.size());
    const int count = static_cast<int>(pattern.groups.size()) + 1;
    if (!pattern.regex->Match(text, 0, text.size(), RE2::ANCHOR_START, groups, count)) continue;
    ++uses_[p].hits;
    votes_[pattern.dialect] += pattern.shared ? 0 : 1;
    match->preset = {};
    match->preset.split = pattern.split;
    match->pairs.clear();
    match->rest = {};
    for (std::size_t g = 0; g < pattern.groups.size(); ++g) {
      const std::string& name = pattern.groups[g];
      const re2::StringPiece& piece = groups[g + 1];
      if (name.empty() || piece.data() == nullptr) continue;
      const std::string_view value(piece.data(), piece.size());
      if (name == "rest") {
        match->rest = value;
        continue;
      }
      if (name == "split") {
        match->preset.split = ClassifyName(value).split;
        continue;
      }
      double number = 0;
      bool whole = false;
      if (ReadNumber(value, &number, &whole) == 0) continue;
      if (name == "epoch") {
        match->preset.epoch = number;
      } else if (name == "epochs") {
        match->preset.epochs = number;
      } else if (name == "step") {
        match->preset.step = number;
      } else if (name == "steps") {
        match->preset.steps = number;
      } else {
        Pair& pair = match->pairs.emplace_back();
        pair.name = name;
        pair.separator = ':';
        pair.value = number;
      }
    }
    return true;
  }
  return false;
}

void PatternMatcher::Vote(std::string_view whole) {
  if (settled()) return;
  const auto dialects = Dialects();
  for (std::size_t d = 0; d < dialects.size(); ++d) {
    for (const std::string_view mark : dialects[d]->marks) {
      if (whole.find(mark) != std::string_view::npos) {
        ++votes_[d];
        break;
      }
    }
  }
}

std::string_view PatternMatcher::Winner() const {
  const auto best = std::max_element(votes_.begin(), votes_.end());
  if (best == votes_.end() || *best == 0) return {};
  return Dialects()[static_cast<std::size_t>(best - votes_.begin())]->name;
}

}  // namespace onnxcheck::parsers::log
