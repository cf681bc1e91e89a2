#include "parsers/log/known_prefix.h"

#include "parsers/log/digits.h"

namespace onnxcheck::parsers::log {

void KnownPrefix::Keep(std::string_view line, const Prefix& prefix) {
  size_ = 0;
  const auto size = static_cast<std::size_t>(prefix.body.data() - line.data());
  // Where there is no level, what follows has been searched for one. The digits of seconds since
  // 1970 are not all alike.
  const bool fixed = prefix.time && prefix.level != ir::Level::kNone &&
                     prefix.stamp.find(':') != std::string_view::npos;
  if (!fixed || size > kReach) return;
  eights_ = {};
  for (std::size_t i = 0; i < size; ++i) {
    Eight& eight = eights_[i / 8];
    const auto shift = 8 * (i % 8);
    eight.counts |= std::uint64_t{0xFF} << shift;
    if (Digit(line[i]) < 10) {
      eight.digits |= std::uint64_t{0xFF} << shift;
    } else {
      eight.text |= static_cast<std::uint64_t>(static_cast<unsigned char>(line[i])) << shift;
    }
  }
  const auto span = [&line](std::string_view part) {
    return part.empty() ? Span{}
                        : Span{static_cast<std::size_t>(part.data() - line.data()), part.size()};
  };
  size_ = size;
  level_ = prefix.level;
  stamp_ = span(prefix.stamp);
  zone_ = span(prefix.zone);
  writer_ = span(prefix.writer);
}

std::optional<Prefix> KnownPrefix::Match(const char* text) const {
  if (size_ == 0) return std::nullopt;
  for (std::size_t i = 0; i < size_; i += 8) {
    const Eight& eight = eights_[i / 8];
    const std::uint64_t bytes = LoadEight(text + i) & eight.counts;
    const std::uint64_t digits = (bytes ^ 0x3030303030303030) & eight.digits;
    if ((bytes & ~eight.digits) != eight.text || OtherBytes(digits) != 0) return std::nullopt;
  }
  const auto part = [text](const Span& span) {
    return std::string_view(text + span.begin, span.size);
  };
  Prefix prefix;
  prefix.time = true;
  prefix.level = level_;
  prefix.body = part({size_, 0});
  prefix.stamp = part(stamp_);
  prefix.zone = part(zone_);
  prefix.writer = part(writer_);
  return prefix;
}

}  // namespace onnxcheck::parsers::log
