#include "parsers/log/printed_history.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include "parsers/log/number.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kMaxTitle = 64;    // "History: "
constexpr std::size_t kLeastEpochs = 2;  // one number is a shape or an argument as well
constexpr std::string_view kNumberEnds = ", ]";

// The numbers behind a '[' up to its ']'; empty if anything else stands there.
std::vector<double> ReadList(std::string_view text, std::size_t* length) {
  std::vector<double> values;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && (text[i] == ' ' || text[i] == ',')) ++i;
    if (i < text.size() && text[i] == ']') {
      *length = i + 1;
      return values;
    }
    double value = 0;
    bool whole = false;
    const std::size_t digits = ReadNumber(text.substr(i), &value, &whole);
    if (digits == 0 || i + digits >= text.size() ||
        kNumberEnds.find(text[i + digits]) == std::string_view::npos)
      break;
    values.push_back(value);
    i += digits;
  }
  *length = std::max<std::size_t>(i, 1);
  return {};
}

bool HasPoints(const NameEntry& entry) {
  return std::any_of(entry.series.begin(), entry.series.end(),
                     [](std::int32_t series) { return series >= 0; });
}

}  // namespace

bool ReadPrintedHistory(std::string_view body, std::uint32_t line, Collector* collector) {
  const std::size_t open = body.substr(0, kMaxTitle + 2).find("{'");
  if (open == std::string_view::npos) return false;
  std::string_view rest = body.substr(open + 1);
  bool found = false;
  for (;;) {
    const std::size_t list = rest.find("': [");
    if (list == std::string_view::npos) return found;
    const std::size_t quote = rest.substr(0, list).rfind('\'');
    const std::string_view name = quote == std::string_view::npos
                                      ? std::string_view()
                                      : rest.substr(quote + 1, list - quote - 1);
    rest.remove_prefix(list + 4);
    std::size_t length = 0;
    const std::vector<double> values = ReadList(rest, &length);
    rest.remove_prefix(std::min(length, rest.size()));
    NameEntry* entry = values.size() < kLeastEpochs ? nullptr : collector->FindName(name);
    if (entry == nullptr || !IsMeasurement(entry->name.quantity)) continue;
    found = true;
    if (HasPoints(*entry)) continue;
    Split split = entry->name.split;
    if (split == Split::kUnknown && entry->name.quantity == Quantity::kAccuracy)
      split = Split::kTrain;
    for (std::size_t i = 0; i < values.size(); ++i) {
      collector->Stand({line, std::numeric_limits<double>::quiet_NaN(), static_cast<double>(i)});
      collector->Add(entry, split, values[i], false, true);
    }
  }
}

}  // namespace onnxcheck::parsers::log
