#include "parsers/log/multibyte.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "parsers/log/utf8.h"

namespace onnxcheck::parsers::log {
namespace {

// Both bounds of lead and trail bytes are inclusive.
struct PairTable {
  unsigned char first_lead, last_lead, first_trail, last_trail;
  std::span<const std::uint16_t> codes;     // by lead, then trail; 0: no character
  std::span<const std::uint16_t> frequent;  // pairs (lead << 8 | trail), sorted
};

#include "parsers/log/multibyte_tables.inc"

// In the order of Multibyte, without kNone.
constexpr std::array<const PairTable*, 5> kTables = {&kGbk, &kEucKr, &kShiftJis, &kBig5, &kEucJp};

// A preamble in English may be long, so the file is looked at in several places.
constexpr std::size_t kWindow = 65536;
constexpr std::size_t kWindows = 4;
// Fewer invalid bytes than this are damage, and so are those between sequences of UTF-8, of which
// two-byte text has few by chance.
constexpr std::size_t kMinInvalid = 4;
constexpr std::size_t kInvalidPerSequence = 4;
// Lines that were cut in the middle of a character.
constexpr double kMaxErrorShare = 0.05;
// Half of running text or more is frequent characters; what another encoding makes of the same
// bytes has 10 % of them by chance.
constexpr double kMinFrequentShare = 0.3;
constexpr double kMaxRivalShare = 0.5;  // of the best one's share
constexpr std::size_t kMinFrequent = 3;

unsigned char Byte(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

struct Character {
  std::uint32_t code = 0;  // 0: none
  std::size_t length = 1;  // bytes
};

// `text` begins with a byte above 0x7F.
Character Next(std::string_view text, Multibyte encoding, const PairTable& table) {
  const unsigned char lead = Byte(text, 0);
  // JIS X 0201: half-width katakana.
  if (encoding == Multibyte::kShiftJis && lead >= 0xA1 && lead <= 0xDF) {
    return {0xFF61u + (lead - 0xA1u), 1};
  }
  if (encoding == Multibyte::kEucJp && text.size() >= 2 && Byte(text, 1) >= 0xA1) {
    // Single shifts: JIS X 0201 again, and the rare characters of JIS X 0212, which are in no
    // table.
    if (lead == 0x8E && Byte(text, 1) <= 0xDF) return {0xFF61u + (Byte(text, 1) - 0xA1u), 2};
    if (lead == 0x8F && text.size() >= 3 && Byte(text, 2) >= 0xA1) return {0, 3};
  }
  if (text.size() < 2 || lead < table.first_lead || lead > table.last_lead) return {};
  const unsigned char trail = Byte(text, 1);
  if (trail >= table.first_trail && trail <= table.last_trail) {
    const std::size_t trails = std::size_t{table.last_trail} - table.first_trail + 1;
    const std::uint16_t code =
        table.codes[(lead - table.first_lead) * trails + (trail - table.first_trail)];
    // ASCII after a stray byte is kept.
    return {code, code == 0 && trail < 0x80 ? 1u : 2u};
  }
  // GB18030 has characters of four bytes: the second and the fourth are digits.
  const auto digit = [&](std::size_t i) { return Byte(text, i) >= '0' && Byte(text, i) <= '9'; };
  if (encoding == Multibyte::kGbk && text.size() >= 4 && digit(1) && Byte(text, 2) >= 0x81 &&
      Byte(text, 2) <= 0xFE && digit(3)) {
    // Those beyond U+FFFF, emoji among them, are counted through; the others are in no table here.
    const std::uint32_t index =
        ((std::uint32_t{lead} - 0x90u) * 10 + (Byte(text, 1) - '0')) * 1260 +
        (Byte(text, 2) - 0x81u) * 10 + (Byte(text, 3) - '0');
    const bool supplementary = lead >= 0x90 && index < 0x100000;
    return {supplementary ? 0x10000 + index : 0, 4};
  }
  return {};
}

bool IsDigit(std::string_view text, std::size_t i) { return text[i] >= '0' && text[i] <= '9'; }

// The digits of a character of four bytes, whose first stands before `i`, or before `i` - 2.
bool IsRestOfFour(std::string_view text, std::size_t i) {
  const auto is_rest = [&](std::size_t at) {
    return at + 2 < text.size() && IsDigit(text, at) && Byte(text, at + 1) >= 0x81 &&
           IsDigit(text, at + 2);
  };
  return is_rest(i) || (i >= 3 && is_rest(i - 2));
}

// Whole lines from up to kWindows places, as far as they lie apart.
std::vector<std::string_view> Sample(std::string_view bytes) {
  std::vector<std::string_view> windows{bytes.substr(0, kWindow)};
  if (bytes.size() <= kWindows * kWindow) {
    windows[0] = bytes;
    return windows;
  }
  const std::size_t step = (bytes.size() - kWindow) / (kWindows - 1);
  for (std::size_t i = 1; i < kWindows; ++i) {
    std::string_view window = bytes.substr(i * step, kWindow);
    window.remove_prefix(std::min(window.find_first_of("\r\n"), window.size()));
    windows.push_back(window);
  }
  for (std::string_view& window : windows) {
    const std::size_t end = window.find_last_of("\r\n");
    if (end != std::string_view::npos) window = window.substr(0, end);
  }
  return windows;
}

// More than a stray place is no UTF-8.
bool IsOtherThanUtf8(const std::vector<std::string_view>& sample) {
  std::size_t invalid = 0;
  std::size_t sequences = 0;  // of three bytes and more: those of two come by chance
  for (std::string_view window : sample) {
    for (;;) {
      window.remove_prefix(FindNonAscii(window));
      if (window.empty()) break;
      const std::size_t length = SequenceLength(window);
      invalid += length == 0;
      sequences += length > 2;
      window.remove_prefix(std::max<std::size_t>(length, 1));
    }
  }
  return invalid >= kMinInvalid && invalid > kInvalidPerSequence * sequences;
}

// Stretches that begin with a byte above 0x7F and end before a byte that is part of no pair, each
// once: a log says the same words again and again, and that proves nothing.
std::vector<std::string_view> Words(const std::vector<std::string_view>& sample) {
  absl::flat_hash_set<std::string_view> seen;
  std::vector<std::string_view> words;
  for (std::string_view window : sample) {
    for (;;) {
      window.remove_prefix(FindNonAscii(window));
      if (window.empty()) break;
      std::size_t end = 1;
      while (end < window.size() && (Byte(window, end) >= 0x40 || IsRestOfFour(window, end))) ++end;
      if (seen.insert(window.substr(0, end)).second) words.push_back(window.substr(0, end));
      window.remove_prefix(end);
    }
  }
  return words;
}

// Share of frequent characters among those that are no ASCII; 0 if the words are not of this
// encoding.
double FrequentShare(const std::vector<std::string_view>& words, Multibyte encoding,
                     const PairTable& table) {
  std::size_t all = 0;
  std::size_t errors = 0;
  std::size_t frequent = 0;
  absl::flat_hash_set<std::uint16_t> distinct;
  for (std::string_view word : words) {
    for (;;) {
      word.remove_prefix(FindNonAscii(word));
      if (word.empty()) break;
      const Character next = Next(word, encoding, table);
      ++all;
      errors += next.code == 0;
      if (next.length == 2) {
        const auto pair = static_cast<std::uint16_t>((Byte(word, 0) << 8) | Byte(word, 1));
        if (std::binary_search(table.frequent.begin(), table.frequent.end(), pair)) {
          ++frequent;
          distinct.insert(pair);
        }
      }
      word.remove_prefix(next.length);
    }
  }
  const auto count = static_cast<double>(all);
  if (static_cast<double>(errors) > kMaxErrorShare * count || distinct.size() < kMinFrequent)
    return 0;
  return static_cast<double>(frequent) / count;
}

}  // namespace

std::string_view MultibyteName(Multibyte encoding) {
  constexpr std::array<std::string_view, 6> kNames = {"",          "GBK",  "EUC-KR",
                                                      "Shift_JIS", "Big5", "EUC-JP"};
  return kNames[static_cast<std::size_t>(encoding)];
}

Multibyte DetectMultibyte(std::string_view bytes) {
  const std::vector<std::string_view> sample = Sample(bytes);
  if (!IsOtherThanUtf8(sample)) return Multibyte::kNone;
  const std::vector<std::string_view> words = Words(sample);
  Multibyte best = Multibyte::kNone;
  double share = 0;
  double rival = 0;
  for (std::size_t i = 0; i < kTables.size(); ++i) {
    const auto encoding = static_cast<Multibyte>(i + 1);
    const double found = FrequentShare(words, encoding, *kTables[i]);
    rival = std::max(rival, std::min(found, share));
    if (found > share) {
      best = encoding;
      share = found;
    }
  }
  return share >= kMinFrequentShare && rival <= kMaxRivalShare * share ? best : Multibyte::kNone;
}

std::string FromMultibyte(std::string_view bytes, Multibyte encoding) {
  const PairTable& table = *kTables[static_cast<std::size_t>(encoding) - 1];
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 4);
  for (;;) {
    const std::size_t ascii = FindNonAscii(bytes);
    out.append(bytes.substr(0, ascii));
    bytes.remove_prefix(ascii);
    if (bytes.empty()) break;
    const Character next = Next(bytes, encoding, table);
    AppendUtf8(next.code == 0 ? kReplacement : next.code, &out);
    bytes.remove_prefix(next.length);
  }
  return out;
}

}  // namespace onnxcheck::parsers::log
