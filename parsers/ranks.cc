#include "parsers/ranks.h"

#include <map>

#include "absl/strings/ascii.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kMostDigits = 5;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<RankName> SplitRankName(std::string_view path) {
  std::string lower(path);
  absl::AsciiStrToLower(&lower);
  const std::size_t slash = lower.rfind('/');
  std::size_t at = slash == std::string::npos ? 0 : slash + 1;
  while ((at = lower.find("rank", at)) != std::string::npos) {
    std::size_t digit = at + 4;
    // "crank", but "globalrank"
    const bool word = at == 0 || !absl::ascii_isalpha(static_cast<unsigned char>(lower[at - 1])) ||
                      lower.substr(0, at).ends_with("global");
    at = digit;
    if (!word) continue;
    while (digit < lower.size() && (lower[digit] == '_' || lower[digit] == '-')) ++digit;
    std::size_t end = digit;
    std::uint32_t rank = 0;
    while (end < lower.size() && IsDigit(lower[end]) && end - digit < kMostDigits) {
      rank = rank * 10 + static_cast<std::uint32_t>(lower[end++] - '0');
    }
    if (end == digit || (end < lower.size() && IsDigit(lower[end]))) continue;
    RankName name{std::string(path.substr(0, digit)), rank};
    // "localrank-1" goes with "globalrank-1".
    for (const char c : path.substr(end)) {
      if (!IsDigit(c)) name.group += c;
    }
    return name;
  }
  return std::nullopt;
}

void JoinRanks(std::vector<ir::Log>* logs) {
  std::map<std::string, std::string> mains;  // by group, the path of process 0
  for (const ir::Log& log : *logs) {
    const auto name = SplitRankName(log.input.path);
    if (name && name->rank == 0 && ir::Trains(log) && log.metric_records > 0)
      mains.emplace(name->group, log.input.path);
  }
  for (ir::Log& log : *logs) {
    const auto name = SplitRankName(log.input.path);
    if (!name || name->rank == 0) continue;
    const auto main = mains.find(name->group);
    if (main == mains.end()) continue;
    log.nature = ir::LogNature::kOther;
    log.nature_reason = "process " + std::to_string(name->rank) + " of a run that " +
                        main->second.substr(main->second.rfind('/') + 1) + " speaks for";
  }
}

}  // namespace onnxcheck::parsers
