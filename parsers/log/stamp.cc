#include "parsers/log/stamp.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr int kDaySeconds = 86400;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Two digits at `at`; nullopt if there are none.
std::optional<int> TwoDigits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !IsDigit(text[at]) || !IsDigit(text[at + 1])) return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

std::optional<std::int64_t> Day(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

int MonthOf(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = name.size() == 3 ? kMonths.find(name) : std::string_view::npos;
  return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

// Year first, in any punctuation; "31.12.2024"; "31 Dec 2024". "12/11/2024" may be either.
std::optional<std::int64_t> ReadDay(std::string_view date) {
  std::array<int, 3> parts{};
  std::array<std::size_t, 3> digits{};
  std::size_t count = 0;
  std::size_t i = 0;
  while (i < date.size()) {
    std::size_t end = i;
    while (end < date.size() && IsDigit(date[end])) ++end;
    if (end == i) {
      while (end < date.size() && !IsDigit(date[end])) ++end;
      const int month = MonthOf(Trim(date.substr(i, end - i)));
      if (month > 0 && count < parts.size()) {
        digits[count] = 2;
        parts[count++] = month;
      }
      i = end;
      continue;
    }
    if (count == parts.size() || end - i > 8) return std::nullopt;
    digits[count] = end - i;
    for (; i < end; ++i) parts[count] = parts[count] * 10 + (date[i] - '0');
    ++count;
  }
  if (count == 1 && digits[0] == 8)
    return Day(parts[0] / 10000, parts[0] / 100 % 100, parts[0] % 100);
  if (count != 3) return std::nullopt;
  if (digits[0] == 4) return Day(parts[0], parts[1], parts[2]);
  const bool day_first = date.find('.') != std::string_view::npos ||
                         date.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos;
  if (digits[2] == 4 && day_first) return Day(parts[2], parts[1], parts[0]);
  return std::nullopt;
}

}  // namespace

std::optional<Moment> ReadMoment(std::string_view stamp, std::string_view zone,
                                 const Moment& before) {
  const std::size_t colon = stamp.find(':');
  if (colon == std::string_view::npos || colon < 2) return std::nullopt;
  const std::optional<int> hour = TwoDigits(stamp, colon - 2);
  const std::optional<int> minute = TwoDigits(stamp, colon + 1);
  if (!hour || !minute) return std::nullopt;
  Moment moment;
  moment.second = *hour * 3600 + *minute * 60 + TwoDigits(stamp, colon + 4).value_or(0);
  const std::string_view date = Trim(stamp.substr(0, colon - 2));
  moment.date = std::string(date);
  moment.day = date == before.date ? before.day : ReadDay(date);
  if (zone.size() >= 3 && (zone[0] == '+' || zone[0] == '-')) {
    const int hours = TwoDigits(zone, 1).value_or(0);
    const int minutes = TwoDigits(zone, zone.size() > 3 && zone[3] == ':' ? 4 : 3).value_or(0);
    const int offset = hours * 3600 + minutes * 60;
    moment.second += zone[0] == '+' ? -offset : offset;
  }
  return moment;
}

std::optional<double> SecondsBetween(const Moment& from, const Moment& to) {
  const double seconds = to.second - from.second;
  if (from.day && to.day) return static_cast<double>(*to.day - *from.day) * kDaySeconds + seconds;
  if (from.date != to.date) return std::nullopt;
  const bool midnight = from.date.empty() && seconds < -0.5 * kDaySeconds;
  return midnight ? seconds + kDaySeconds : seconds;
}

}  // namespace onnxcheck::parsers::log
