#include "parsers/log/scanner.h"

#include <cmath>
#include <limits>

#include "parsers/log/bytes.h"
#include "parsers/log/limits.h"
#include "parsers/log/number.h"
#include "parsers/log/trigger.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNone = std::string_view::npos;

class Scanner {
 public:
  Scanner(std::string_view text, ScanResult* result)
      : text_(text), pairs_(result->pairs), result_(result) {}

  void Run() {
    std::size_t i = 0;
    while (i < text_.size()) {
      switch (kClasses[Byte(i)]) {
        case kBlank:
          ++i;
          break;
        case kTab:
          // A tab after a separator belongs to "name:\tvalue".
          if (separator_ == 0 && phrase_ != kNone) wide_gap_ = true;
          ++i;
          break;
        case kLetter:
          i = Word(i);
          break;
        case kDigit:
          i = Number(i);
          break;
        case kSign:
        case kDot:
          i = SignOrDot(i);
          break;
        case kColon:
        case kEquals:
          i = Separator(i);
          break;
        case kOpen:
          i = Open(i);
          break;
        case kBracket:
          i = Bracket(i);
          break;
        case kQuote:
          if (phrase_ != kNone && i == phrase_end_ && EndsValue(i + 1)) End();
          ++i;
          break;
        case kHigh:
          i = High(i);
          break;
        default:
          End();
          ++i;
          break;
      }
      if (pairs_.size() >= kMaxPairsPerRecord) {
        result_->limited = true;
        return;
      }
    }
    End();
  }

 private:
  unsigned char Byte(std::size_t i) const { return static_cast<unsigned char>(text_[i]); }
  char At(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool DigitAt(std::size_t i) const { return i < text_.size() && kClasses[Byte(i)] == kDigit; }
  bool WordAt(std::size_t i) const { return i < text_.size() && kWordBytes[Byte(i)]; }

  void Forget() {
    phrase_ = kNone;
    separator_ = 0;
    wide_gap_ = false;
    may_head_ = false;
  }

  // The phrase got no number.
  void End() {
    if (phrase_ != kNone && may_head_) Emit(Pair::Kind::kHeading, 0, 0, false);
    Forget();
  }

  void Emit(Pair::Kind kind, double value, double second, bool whole) {
    Pair& pair = pairs_.emplace_back();
    if (phrase_ != kNone) {
      pair.name = text_.substr(phrase_, phrase_end_ - phrase_);
      pair.separator = separator_ == 0 ? ' ' : separator_;
    } else {
      pair.separator = after_bracket_ ? '[' : '\0';
    }
    pair.value = value;
    pair.second = second;
    pair.kind = kind;
    pair.whole = whole;
    pair.first = phrase_ == first_word_ || (phrase_ == kNone && first_word_ == kNone);
  }

  std::size_t Word(std::size_t i) {
    const std::size_t begin = i;
    for (;;) {
      while (i < text_.size() && kWordBytes[Byte(i)]) ++i;
      if (i < text_.size() && JoinsWord(text_[i]) && WordAt(i + 1) &&
          !(text_[i] == '-' && DigitAt(i + 1) && !DigitAt(i - 1) && i - begin > 4)) {
        ++i;
        continue;
      }
      if (At(i) == '\'' && At(i + 1) == 's' && !WordAt(i + 2)) i += 2;  // "valid's auc"
      if (i < text_.size() && kClasses[Byte(i)] == kHigh && IsHighLetter(i)) {
        i += HighLength(i);
        continue;
      }
      break;
    }
    return AddWord(begin, i);
  }

  std::size_t AddWord(std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin;
    if (length == 3 || length == 8) {
      double value = 0;
      bool whole = false;
      if (phrase_ != kNone && ReadNumber(text_.substr(begin, length), &value, &whole) == length) {
        return Value(begin, end, value, false);
      }
    }
    if (At(end) == '(' && phrase_ != kNone) {
      const std::size_t after = Wrapped(begin, end);
      if (after > 0) return after;
    }
    if (IsTrigger(text_.substr(begin, length))) result_->trigger = true;
    if (separator_ != 0) {
      End();
    } else if (phrase_ != kNone && (wide_gap_ || begin - phrase_end_ > 2)) {
      End();
    }
    if (phrase_ == kNone) {
      phrase_ = begin;
      if (first_word_ == kNone && !number_seen_) first_word_ = begin;
    }
    phrase_end_ = end;
    const char lead = static_cast<char>(text_[begin] | 0x20);
    // train, test, valid, eval, dev, best: nothing else heads a record.
    may_head_ =
        may_head_ || ((lead == 't' || lead == 'v' || lead == 'e' || lead == 'd' || lead == 'b') &&
                      length >= 2 && length <= 12);
    after_bracket_ = false;
    return end;
  }

  // "loss: tensor(0.25, device='cuda:0')", "acc: np.float32(0.5)": where it ends; 0: something
  // else.
  std::size_t Wrapped(std::size_t begin, std::size_t open) {
    constexpr std::size_t kMaxArguments = 80;
    if (!WrapsNumber(text_.substr(begin, open - begin))) return 0;
    double value = 0;
    bool whole = false;
    const std::size_t length = ReadNumber(text_.substr(open + 1), &value, &whole);
    const std::size_t close = text_.substr(open + 1 + length, kMaxArguments).find(')');
    if (length == 0 || close == kNone) return 0;
    Emit(Pair::Kind::kNumber, value, 0, whole);
    number_seen_ = true;
    Forget();
    return open + length + close + 2;
  }

  // A quote that ends a text, as in msg="epoch done" epoch=3, rather than a name: "loss" : 0.5.
  bool EndsValue(std::size_t i) const {
    if (At(i) != ' ') return false;
    while (At(i) == ' ') ++i;
    return At(i) != ':' && At(i) != '=';
  }

  std::size_t SignOrDot(std::size_t i) {
    const char c = text_[i];
    if (c == '.') {
      if (DigitAt(i + 1)) return Number(i);
      // "avg. loss", "Val. Total Loss": an abbreviation's point.
      const bool abbreviation =
          phrase_ != kNone && i == phrase_end_ && i - phrase_ <= 4 && At(i + 1) == ' ';
      if (abbreviation) {
        phrase_end_ = i + 1;
      } else {
        End();
      }
      return i + 1;
    }
    if (DigitAt(i + 1) || (At(i + 1) == '.' && DigitAt(i + 2))) return Number(i);
    if (phrase_ != kNone && WordAt(i + 1)) {
      double value = 0;
      bool whole = false;
      const std::size_t length = ReadNumber(text_.substr(i, 9), &value, &whole);
      if (length > 0 && !WordAt(i + length)) return Value(i, i + length, value, false);
    }
    End();
    return i + 1;
  }

  std::size_t Separator(std::size_t i) {
    const char c = text_[i];
    const char next = At(i + 1);
    // "::", "://", "==", "=>" separate no name from its value.
    if (phrase_ == kNone || next == c || (c == ':' && next == '/') || next == '>') {
      End();
      while (i < text_.size() && (text_[i] == c || text_[i] == '>' || text_[i] == '/')) ++i;
      return i;
    }
    separator_ = c;
    wide_gap_ = false;
    return i + 1;
  }

  std::size_t Open(std::size_t i) {
    // "Loss(text/kernel):", "time (s) =", "Epoch(train) [1]": part of the name.
    if (phrase_ != kNone && separator_ == 0 && At(i + 1) != '\0' &&
        kClasses[Byte(i + 1)] == kLetter) {
      const std::size_t close = text_.substr(i, 32).find(')');
      if (close != kNone) {
        const std::size_t after = i + close + 1;
        std::size_t next = after;
        while (At(next) == ' ') ++next;
        if (At(next) == ':' || At(next) == '=' || At(next) == '[') {
          const bool named = At(next) != '[';
          if (named) phrase_end_ = after;
          return after;
        }
      }
    }
    End();
    return i + 1;
  }

  std::size_t Bracket(std::size_t i) {
    std::size_t next = i + 1;
    while (At(next) == ' ') ++next;
    if (phrase_ != kNone && DigitAt(next)) {
      separator_ = '[';
      return next;
    }
    End();
    after_bracket_ = number_seen_ && DigitAt(next);
    return i + 1;
  }

  // Two- to four-byte UTF-8. Bars, arrows, ticks and emoji separate; scripts are letters.
  std::size_t HighLength(std::size_t i) const {
    const unsigned char lead = Byte(i);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return std::min(length, text_.size() - i);
  }
  bool IsHighLetter(std::size_t i) const { return IsScriptLetter(Byte(i), At(i + 1)); }
  std::size_t High(std::size_t i) {
    const std::size_t length = HighLength(i);
    if (IsHighLetter(i)) return Word(i);
    const std::string_view point = text_.substr(i, length);
    if (point == "\xEF\xBC\x9A") {  // full-width colon
      if (phrase_ != kNone) separator_ = ':';
    } else {
      End();
    }
    return i + length;
  }

  std::size_t Number(std::size_t begin) {
    double value = 0;
    bool whole = false;
    std::size_t end = begin + ReadNumber(text_.substr(begin), &value, &whole);
    if (end == begin) {
      End();
      return begin + 1;
    }
    const char next = At(end);
    if (next == ',' && whole && phrase_ != kNone && separator_ != '[')
      end = Grouped(begin, end, &value);
    return Value(begin, end, value, whole);
  }

  // "1,234,567"
  std::size_t Grouped(std::size_t begin, std::size_t end, double* value) {
    if (end - begin > 3) return end;
    std::size_t i = end;
    double grouped = *value;
    while (At(i) == ',' && DigitAt(i + 1) && DigitAt(i + 2) && DigitAt(i + 3) && !DigitAt(i + 4)) {
      grouped = grouped * 1000 + (text_[i + 1] - '0') * 100 + (text_[i + 2] - '0') * 10 +
                (text_[i + 3] - '0');
      i += 4;
    }
    // "1,200.5" is no list either, but its fraction would be lost.
    if (At(i) == '.' && DigitAt(i + 1)) return end;
    *value = grouped;
    return i;
  }

  std::size_t SkipCompound(std::size_t i) {
    ++i;  // a sign, a point or a digit
    while (i < text_.size() && (kWordBytes[Byte(i)] || ((text_[i] == ':' || text_[i] == '-' ||
                                                         text_[i] == '.' || text_[i] == '/') &&
                                                        WordAt(i + 1)))) {
      ++i;
    }
    number_seen_ = true;
    End();
    return i;
  }

  // "180 of 469": where the total begins; 0 if there is none.
  std::size_t OfTotal(std::size_t i) const {
    while (At(i) == ' ') ++i;
    if (At(i) != 'o' || At(i + 1) != 'f' || At(i + 2) != ' ') return 0;
    i += 2;
    while (At(i) == ' ') ++i;
    return DigitAt(i) ? i : 0;
  }

  // What tqdm draws behind the percentage: "|####    |", "|          |".
  bool IsBar(std::size_t i) const {
    if (At(i) != '|') return false;
    const char drawn = At(i + 1);
    return drawn == '#' || drawn == '|' || (drawn == ' ' && At(i + 2) == ' ') ||
           (i + 1 < text_.size() && kClasses[Byte(i + 1)] == kHigh);
  }

  // "0.25 sec": a unit behind a blank, where it cannot be a name.
  std::size_t UnitWord(std::size_t i, Unit* unit) const {
    std::size_t end = i;
    while (end < text_.size() && kClasses[Byte(end)] == kLetter) ++end;
    if (end - i < 2 || end - i > 7) return 0;
    double factor = 1;
    const Unit found = UnitOf(text_.substr(i, end - i), &factor);
    if (found == Unit::kNone) return 0;
    *unit = found;
    return end;
  }

  std::size_t Value(std::size_t begin, std::size_t end, double value, bool whole) {
    Pair::Kind kind = Pair::Kind::kNumber;
    double second = 0;
    Unit unit = Unit::kNone;
    if (end < text_.size()) {
      const char next = text_[end];
      const std::uint8_t cls = kClasses[static_cast<unsigned char>(next)];
      if (next == '/') {
        if (DigitAt(end + 1)) {
          bool second_whole = false;
          const std::size_t length = ReadNumber(text_.substr(end + 1), &second, &second_whole);
          const std::size_t after = end + 1 + length;
          if (At(after) == '/' || WordAt(after)) return SkipCompound(begin);  // a date, a path
          kind = whole && second_whole ? Pair::Kind::kRatio : Pair::Kind::kTwin;
          end = after;
        } else if (text_.substr(end, 8) == "/Unknown") {
          kind = Pair::Kind::kRatio;
          second = kNaN;
          end += 8;
        } else if (WordAt(end + 1)) {
          return SkipCompound(begin);
        }
      } else if (cls == kLetter) {
        std::size_t after = end;
        while (after < text_.size() &&
               (kClasses[Byte(after)] == kLetter || (text_[after] == '/' && WordAt(after + 1)))) {
          ++after;
        }
        double factor = 1;
        unit = UnitOf(text_.substr(end, after - end), &factor);
        // "G_Lp: 0.014G_gdl: 0.040": the next name adjoins the number.
        const bool adjoins = separator_ != 0 && !whole && (At(after) == ':' || At(after) == '=');
        if (adjoins) {
          unit = Unit::kNone;
        } else if (WordAt(after) || (unit == Unit::kNone && factor == 0)) {
          // "3rd", "7m368ms", "0x1f": a word.
          std::size_t word = end;
          while (word < text_.size() &&
                 (kWordBytes[Byte(word)] || (JoinsWord(text_[word]) && WordAt(word + 1))))
            ++word;
          return AddWord(begin, word);
        } else {
          value *= factor;
          end = after;
        }
      } else if ((next == ':' || next == '-' || next == '.') && DigitAt(end + 1) && whole) {
        return SkipCompound(begin);  // a time, a date, a version
      } else if (next == '.' && DigitAt(end + 1)) {
        return SkipCompound(begin);
      } else if (next == '%') {
        unit = Unit::kPercent;
        ++end;
        if (whole && IsBar(end)) {  // "Map: 40%|###   |" tells how far it is
          End();                    // but "val: 40%|###   |" heads what follows
          number_seen_ = true;
          return end;
        }
      } else if (next == ' ') {
        if (At(end + 1) == '%') {
          unit = Unit::kPercent;
          end += 2;
        } else if (At(end + 1) == '(') {
          double average = 0;
          bool ignored = false;
          std::size_t inner = end + 2;
          while (At(inner) == ' ') ++inner;  // "( 2.29)"
          const std::size_t length = ReadNumber(text_.substr(inner, 40), &average, &ignored);
          if (length > 0 && At(inner + length) == ')') {
            kind = Pair::Kind::kAveraged;
            second = average;
            end = inner + length + 1;
          }
        } else if (const std::size_t total = whole && phrase_ != kNone ? OfTotal(end) : 0;
                   total > 0) {
          bool second_whole = false;
          const std::size_t length = ReadNumber(text_.substr(total), &second, &second_whole);
          if (second_whole) {
            kind = Pair::Kind::kRatio;
            end = total + length;
          }
        } else if (const std::size_t after = UnitWord(end + 1, &unit); after > 0) {
          end = after;
        } else if (whole && At(end + 1) == '/' && At(end + 2) == ' ' && DigitAt(end + 3)) {
          bool second_whole = false;
          const std::size_t length = ReadNumber(text_.substr(end + 3), &second, &second_whole);
          if (second_whole) {
            kind = Pair::Kind::kRatio;
            end += 3 + length;
          }
        }
      }
    }
    // "[ 200/ 2983 batches": the slash is followed by padding.
    if (kind == Pair::Kind::kNumber && whole && At(end) == '/' && At(end + 1) == ' ') {
      std::size_t next = end + 1;
      while (At(next) == ' ') ++next;
      bool second_whole = false;
      const std::size_t length =
          DigitAt(next) ? ReadNumber(text_.substr(next), &second, &second_whole) : 0;
      if (length > 0 && second_whole) {
        kind = Pair::Kind::kRatio;
        end = next + length;
      }
    }
    const bool gap = phrase_ != kNone && separator_ == 0 && (begin - phrase_end_ > 8);
    if (gap) End();
    const bool counts = phrase_ != kNone && separator_ == 0 && whole && kind == Pair::Kind::kNumber;
    if (phrase_ != kNone || kind == Pair::Kind::kRatio) {
      Emit(kind, value, second, whole);
      pairs_.back().unit = unit;
    }
    number_seen_ = true;
    Forget();
    after_bracket_ = false;
    if (counts && At(end) == ':' && At(end + 1) == ' ') return Behind(end + 2);
    const bool equals = counts && At(end) == ' ' && At(end + 1) == '=' && At(end + 2) == ' ';
    return equals ? Behind(end + 3) : end;
  }

  // "Total reward in step 33: 1.5": the number behind a counter, without a name of its own.
  std::size_t Behind(std::size_t i) {
    while (At(i) == ' ') ++i;
    Pair pair;
    const std::size_t length = ReadNumber(text_.substr(i), &pair.value, &pair.whole);
    if (length == 0 || pair.whole ||
        (i + length < text_.size() && text_[i + length] != ' ' && text_[i + length] != ','))
      return i;
    pair.separator = ':';
    pairs_.push_back(pair);
    return i + length;
  }

  std::string_view text_;
  std::vector<Pair>& pairs_;
  ScanResult* result_;
  std::size_t phrase_ = kNone;
  std::size_t phrase_end_ = 0;
  std::size_t first_word_ = kNone;
  char separator_ = 0;
  bool wide_gap_ = false;
  bool may_head_ = false;
  bool after_bracket_ = false;
  bool number_seen_ = false;
};

}  // namespace

void Scan(std::string_view text, ScanResult* result) {
  result->pairs.clear();
  result->trigger = false;
  result->limited = false;
  Scanner(text, result).Run();
}

}  // namespace onnxcheck::parsers::log
