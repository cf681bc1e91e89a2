#include "parsers/log/form.h"

#include <algorithm>

#include "parsers/log/digits.h"
#include "parsers/log/number.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kMaxText = 2048;
constexpr std::size_t kMaxSlots = 64;
// JSON takes integers of more digits for fractions.
constexpr std::ptrdiff_t kMaxWholeDigits = 18;
// A longer word may mean something else to the scanner.
constexpr std::ptrdiff_t kMaxGluedDigits = 11;
// A bracket behind a name is looked for no further than this (Scanner::Open).
constexpr std::size_t kBracketReach = 64;
static_assert(kMaxText + kMaxSlots * 32 + 8 < kMaxFormReach);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }
bool Joins(char c) {
  return c == '/' || c == '.' || c == '-' || c == '+' || c == '@' || c == '\\' || c == '&';
}

// Finds the slots of one record, left to right.
class Cutter {
 public:
  Cutter(std::string_view text, Form::Kind kind)
      : text_(text), json_(kind == Form::Kind::kJson), words_(kind == Form::Kind::kDigits) {}

  struct Found {
    std::size_t begin, end;
    Form::Slot slot;
  };

  // False: no form.
  bool Run(std::vector<Found>* found) {
    if (json_ && text_.find('\\') != std::string_view::npos) return false;
    for (std::size_t i = 0; i < text_.size();) {
      if (json_ && text_[i] == '"') quoted_ = !quoted_;
      if (!IsDigit(text_[i])) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < text_.size() && IsDigit(text_[end])) ++end;
      Found one{i, end, {}};
      if (!(quoted_ && IsKey(i)) && StandsAlone(i) && Take(&one)) {
        slot_end_ = one.end;
        end = one.end;
        found->push_back(one);
      } else if (words_) {
        one.slot = {};
        one.slot.glued = true;
        one.slot.exponent = false;
        one.slot.negative = i > 0 && text_[i - 1] == '-';
        one.end = end;
        found->push_back(one);
      }
      if (found->size() > kMaxSlots) return false;
      i = end;
    }
    return NoBracketAround(*found);
  }

 private:
  char At(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  // Inside a string that a colon follows: the name would change.
  bool IsKey(std::size_t i) const {
    const std::size_t close = text_.find('"', i);
    if (close == std::string_view::npos) return true;
    const std::size_t next = text_.find_first_not_of(' ', close + 1);
    return At(next) == ':';
  }

  // The digits are no part of a word.
  bool StandsAlone(std::size_t i) const {
    if (i == 0) return true;
    const char before = text_[i - 1];
    if (IsLetter(before) || before == '.') return false;
    if (IsHigh(before)) return i >= 3 && text_.substr(i - 3, 3) == "\xEF\xBC\x9A";
    if (!Joins(before) || i == 1) return true;
    const char first = text_[i - 2];
    if (IsLetter(first) || IsHigh(first) || Joins(first)) return false;
    // "3/10", "12-31": behind a slot's digit another slot, behind a word's digit the word.
    return !IsDigit(first) || slot_end_ == i - 1;
  }

  // The whole token; false: what follows makes it a word.
  bool Take(Found* one) const {
    std::size_t end = one->end;
    if (At(end) == '.' && IsDigit(At(end + 1))) {
      ++end;
      while (IsDigit(At(end))) ++end;
      one->slot.whole = false;
    }
    if ((At(end) | 0x20) == 'e') {
      std::size_t exponent = end + 1;
      if (At(exponent) == '-' || At(exponent) == '+') ++exponent;
      if (!IsDigit(At(exponent))) return false;
      while (IsDigit(At(exponent))) ++exponent;
      end = exponent;
      one->slot.whole = false;
    }
    one->end = end;
    const char next = At(end);
    if (IsLetter(next)) {
      std::size_t after = end;
      while (IsLetter(At(after)) || (At(after) == '/' && IsWord(At(after + 1)))) ++after;
      double factor = 1;
      const Unit unit = UnitOf(text_.substr(end, after - end), &factor);
      if (IsWord(At(after)) || factor != 1 || unit == Unit::kNone) return false;
    }
    if (!json_ && next == '.' && (IsDigit(At(end + 1)) || (At(end + 1) | 0x20) == 'e'))
      return false;
    if (!json_ && next == ',' && IsDigit(At(end + 1))) return false;  // "1,234"
    one->slot.quoted = quoted_;
    if (quoted_ && !one->slot.whole) return false;
    const std::size_t begin = one->begin;
    const char before = begin > 0 ? text_[begin - 1] : '\0';
    if (before == '-' && slot_end_ + 1 != begin) one->slot.negative = true;
    one->slot.any_sign = SignMayVary(begin - one->slot.negative);
    return true;
  }

  // A minus in front changes nothing but the number: behind a separator and behind a name.
  bool SignMayVary(std::size_t begin) const {
    if (quoted_ || begin == 0) return false;
    const char before = text_[begin - 1];
    if (before != ' ' && before != '\t' && before != ':' && before != '=') return false;
    std::size_t i = begin;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    if (i == 0) return false;
    const char last = text_[i - 1];
    // "12:30" is a time, which "12:-30" is not.
    if (last == ':' || last == '=') return i >= 2 && !IsDigit(text_[i - 2]);
    return IsLetter(last) && text_.substr(0, i).substr(i < 2 ? 0 : i - 2) != "of";
  }

  bool NoBracketAround(const std::vector<Found>& found) const {
    if (json_) return true;
    for (std::size_t i = text_.find('('); i != std::string_view::npos; i = text_.find('(', i + 1)) {
      if (!IsLetter(At(i + 1))) continue;
      const std::size_t close = std::min(text_.find(')', i), i + kBracketReach);
      for (const Found& one : found) {
        if (one.begin > i && one.begin < close) return false;
      }
    }
    return true;
  }

  std::string_view text_;
  bool json_;
  bool words_;
  bool quoted_ = false;
  std::size_t slot_end_ = std::string_view::npos - 1;  // of the last slot
};

// Out of the way of those that are read as before.
__attribute__((noinline)) ShortNumber ReadOther(const char* text, Form::Slot& slot, bool json) {
  if (json && *text == '0' && Digit(text[1]) < 10) return {};
  return ReadDigits(text, &slot.fraction);
}

// Returns the end; nullptr: no number of this kind.
inline const char* ReadSlot(const char* p, Form::Slot& slot, bool json, double* number) {
  bool negative = slot.negative;
  if (slot.any_sign && *p == '-') {
    negative = true;
    ++p;
  }
  if (!slot.whole) {
    ShortNumber read = ReadLikeBefore(p, slot.fraction);
    if (read.end == nullptr) read = ReadOther(p, slot, json);
    if (read.end == nullptr || read.whole || (read.exponent && !slot.exponent)) return nullptr;
    *number = negative ? -read.value : read.value;
    return read.end;
  }
  if (json && *p == '0' && Digit(p[1]) < 10) return nullptr;
  const char* const begin = p;
  std::uint64_t digits = LoadDigits(p);
  if (AreDigits(digits, slot.digits)) {
    digits = NumberOf(digits, slot.digits);
    p += slot.digits;
  } else {
    digits = 0;
    while (Digit(*p) < 10 && p - begin <= kMaxWholeDigits) digits = digits * 10 + Digit(*p++);
    slot.digits = static_cast<std::uint8_t>(std::clamp<std::ptrdiff_t>(p - begin, 1, 7));
  }
  if (p == begin) return nullptr;
  const auto value = static_cast<double>(static_cast<std::int64_t>(digits));
  *number = negative ? -value : value;
  if (slot.glued) return p - begin <= kMaxGluedDigits ? p : nullptr;
  if (p - begin > kMaxWholeDigits || (*p == '.' && Digit(p[1]) < 10) || (*p | 0x20) == 'e')
    return nullptr;
  if (json && negative && digits == 0) return nullptr;
  return p;
}

}  // namespace

void Form::AddPiece(std::size_t begin, std::size_t end) {
  Piece& piece = pieces_.emplace_back();
  piece.begin = static_cast<std::uint32_t>(begin);
  piece.length = static_cast<std::uint32_t>(end - begin);
  for (std::size_t i = 0; i < std::min<std::size_t>(end - begin, 8); ++i)
    piece.mask |= std::uint64_t{0xFF} << (8 * i);
}

std::optional<Form> Form::Of(std::string_view text, Kind kind) {
  if (text.empty() || text.size() > kMaxText) return std::nullopt;
  std::vector<Cutter::Found> found;
  if (!Cutter(text, kind).Run(&found)) return std::nullopt;
  Form form;
  form.json_ = kind == Kind::kJson;
  form.text_ = std::string(text) + std::string(8, '\0');
  std::size_t begin = 0;
  for (const Cutter::Found& one : found) {
    // A minus that comes and goes is part of the number.
    const bool takes = one.slot.any_sign && one.slot.negative;
    form.AddPiece(begin, one.begin - takes);
    form.slots_.push_back(one.slot);
    if (takes) form.slots_.back().negative = false;
    begin = one.end;
  }
  form.AddPiece(begin, text.size());
  for (Piece& piece : form.pieces_) {
    const char* const stands = form.text_.data() + piece.begin;
    piece.head = LoadEight(stands) & piece.mask;
    if (piece.length > 8) piece.tail = LoadEight(stands + piece.length - 8);
  }
  return form;
}

inline bool Form::StandsAt(const Piece& piece, const char* text) const {
  if (((LoadEight(text) ^ piece.head) & piece.mask) != 0) return false;
  if (piece.length <= 8) return true;
  if (LoadEight(text + piece.length - 8) != piece.tail) return false;
  const char* const mine = text_.data() + piece.begin;
  for (std::size_t i = 8; i + 8 < piece.length; i += 8) {
    if (LoadEight(text + i) != LoadEight(mine + i)) return false;
  }
  return true;
}

const char* Form::Match(const char* text, double* const* numbers) {
  const Piece* piece = pieces_.data();
  for (Slot& slot : slots_) {
    if (!StandsAt(*piece, text)) return nullptr;
    text = ReadSlot(text + piece->length, slot, json_ && !slot.quoted, *numbers++);
    if (text == nullptr) return nullptr;
    ++piece;
  }
  return StandsAt(*piece, text) ? text + piece->length : nullptr;
}

bool Form::Matches(std::string_view text) {
  double number = 0;
  const std::vector<double*> numbers(slots_.size(), &number);
  const std::string padded = std::string(text) + std::string(kMaxFormReach, '\0');
  return Match(padded.data(), numbers.data()) == padded.data() + text.size();
}

std::string Form::With(const std::vector<std::string>& numbers) const {
  std::string text;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    text.append(text_, pieces_[i].begin, pieces_[i].length);
    if (i < numbers.size()) text += numbers[i];
  }
  return text;
}

}  // namespace onnxcheck::parsers::log
