#include "parsers/log/columns.h"

#include <algorithm>

#include "parsers/log/number.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kLeastColumns = 3;
constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kLongestHeader = 1024;  // bytes
constexpr std::size_t kLongestName = 40;
// A table's rows may be interleaved with messages; after so many it is over.
constexpr std::uint32_t kMostStrangers = 200;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

std::string_view FirstWord(std::string_view body) {
  std::size_t end = 0;
  while (end < body.size() && (IsLetter(body[end]) || body[end] == '_')) ++end;
  return body.substr(0, end);
}

// "Class" heads YOLO's table of a validation.
bool MayHead(std::string_view body, bool bars) {
  const std::string word = Lower(FirstWord(body));
  if (word.empty() || word.size() > 12) return false;
  if (word == "class" || word == "classes" || bars) return true;
  const Quantity quantity = ClassifyName(word).quantity;
  return quantity == Quantity::kEpoch || quantity == Quantity::kStep;
}

void SplitBars(std::string_view body, std::vector<std::string_view>* cells) {
  if (!body.empty() && body.front() == '|') body.remove_prefix(1);
  if (!body.empty() && body.back() == '|') body.remove_suffix(1);
  for (;;) {
    const std::size_t bar = std::min(body.find('|'), body.size());
    cells->push_back(Trim(body.substr(0, bar)));
    if (bar == body.size() || cells->size() > kMostColumns) return;
    body.remove_prefix(bar + 1);
  }
}

// `least` blanks, or a tab, separate.
void SplitBlanks(std::string_view body, std::size_t least, std::vector<std::string_view>* cells) {
  std::size_t begin = 0;
  std::size_t i = 0;
  while (i < body.size() && cells->size() <= kMostColumns) {
    if (body[i] != ' ' && body[i] != '\t') {
      ++i;
      continue;
    }
    std::size_t end = i;
    bool tab = false;
    while (end < body.size() && (body[end] == ' ' || body[end] == '\t')) tab |= body[end++] == '\t';
    if (tab || end - i >= least) {
      cells->push_back(body.substr(begin, i - begin));
      begin = end;
    }
    i = end;
  }
  if (begin < body.size()) cells->push_back(body.substr(begin));
}

// Cuts a bar's progress off behind the last name or number: "Size: 45%|###|". 100 if there is none.
double CutProgress(std::string_view* body) {
  const std::size_t colon = body->find(": ");
  if (colon == std::string_view::npos) return 100;
  const std::string_view rest = Trim(body->substr(colon + 1));
  double percent = 100;
  bool whole = false;
  const std::size_t length = ReadNumber(rest, &percent, &whole);
  if (length == 0 || length >= rest.size() || rest[length] != '%') return 100;
  *body = body->substr(0, colon);
  return percent;
}

bool IsName(std::string_view cell) {
  if (cell.empty() || cell.size() > kLongestName || !IsLetter(cell.front())) return false;
  return cell.find_first_of("={}<>;?!\"'") == std::string_view::npos &&
         std::count(cell.begin(), cell.end(), ' ') <= 3;
}

// "Box(P   R   mAP50)": the bracket spans columns; names that come again get its word in front.
std::string CleanName(std::string_view cell, std::string* group,
                      const std::vector<std::string>& before) {
  const std::size_t open = cell.find('(');
  const std::size_t close = cell.find(')');
  if (open != std::string_view::npos && close == std::string_view::npos && open > 0) {
    *group = std::string(cell.substr(0, open));
    cell.remove_prefix(open + 1);
  } else if (close != std::string_view::npos && open == std::string_view::npos) {
    cell = cell.substr(0, close);
  }
  // YOLO's table of a validation has no room for more.
  std::string name(cell == "P" ? "precision" : cell == "R" ? "recall" : cell);
  if (!group->empty() && std::find(before.begin(), before.end(), name) != before.end())
    name = *group + " " + name;
  return name;
}

// "12:03" of a column of times; a cell that was not measured.
bool IsNoNumber(std::string_view cell) {
  return cell == "-" || cell == "N/A" || cell == "None" ||
         (cell.find(':') != std::string_view::npos &&
          cell.find_first_not_of("0123456789:.") == std::string_view::npos);
}

bool ReadCell(std::string_view cell, Pair* pair) {
  const std::size_t length = ReadNumber(cell, &pair->value, &pair->whole);
  if (length == 0) return false;
  cell.remove_prefix(length);
  if (cell.empty()) return true;
  if (cell == "%") {
    pair->unit = Unit::kPercent;
    return true;
  }
  if (cell.front() == '/') {
    bool whole = false;
    pair->kind = Pair::Kind::kRatio;
    return pair->whole && ReadNumber(cell.substr(1), &pair->second, &whole) + 1 == cell.size() &&
           whole;
  }
  if (cell == "G" || cell == "M") {  // of a GPU's memory
    pair->unit = Unit::kMemory;
    return true;
  }
  double factor = 1;
  pair->unit = UnitOf(cell, &factor);
  pair->value *= factor;
  return pair->unit != Unit::kNone;
}

// The names of a header's cells; false if it is none.
bool NamesOf(const std::vector<std::string_view>& cells, std::vector<std::string>* names) {
  std::string group;
  bool measures = false;
  bool losses = false;
  for (const std::string_view cell : cells) {
    if (!IsName(cell)) return false;
    names->push_back(CleanName(cell, &group, *names));
    const Quantity quantity = ClassifyName(names->back()).quantity;
    measures = measures || IsMeasurement(quantity);
    losses = losses || quantity == Quantity::kLossComponent;
  }
  for (std::string& name : *names) {
    if (losses && name == "total") name = "total_loss";  // YOLOv7, beside box, obj and cls
  }
  return measures;
}

}  // namespace

void Columns::Header(std::string_view body) {
  ++strangers_;
  if (body.size() > kLongestHeader) return;
  body = Trim(body);
  const bool bars = !body.empty() && body.front() == '|';
  if (!MayHead(bars ? Trim(body.substr(1)) : body, bars)) return;
  cells_.clear();
  if (bars) {
    SplitBars(body, &cells_);
  } else {
    CutProgress(&body);
    SplitBlanks(body, 2, &cells_);
  }
  if (cells_.size() < kLeastColumns || cells_.size() > kMostColumns) return;
  std::vector<std::string> names;
  if (!NamesOf(cells_, &names)) return;
  std::vector<std::string> fine;
  if (!bars) {
    cells_.clear();
    SplitBlanks(body, 1, &cells_);
    if (cells_.size() == names.size() || !NamesOf(cells_, &fine)) fine.clear();
  }
  names_ = std::move(names);
  fine_ = std::move(fine);
  bars_ = bars;
  by_class_ = Lower(names_[0]).substr(0, 5) == "class";
  strangers_ = 0;
}

bool Columns::MayBeHeader(std::string_view body) {
  body = Trim(body);
  return body.empty() || body.front() == '|' || MayHead(body, false);
}

bool Columns::MayBeRow(std::string_view body) const {
  if (names_.empty() || strangers_ > kMostStrangers) return false;
  body = Trim(body);
  if (body.empty()) return false;
  const char front = body.front();
  return bars_ ? front == '|' : (front >= '0' && front <= '9') || by_class_;
}

bool Columns::Row(std::string_view body, std::vector<Pair>* pairs) {
  if (!MayBeRow(body)) return false;
  body = Trim(body);
  cells_.clear();
  double progress = 100;
  if (bars_) {
    SplitBars(body, &cells_);
  } else {
    progress = CutProgress(&body);
    SplitBlanks(body, 1, &cells_);
  }
  const std::vector<std::string>& names = cells_.size() == fine_.size() ? fine_ : names_;
  if (cells_.size() != names.size()) return false;
  pairs->clear();
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (IsNoNumber(cells_[i]) || (by_class_ && i == 0 && cells_[i] == "all")) continue;
    Pair pair;
    if (!ReadCell(cells_[i], &pair)) return false;
    pair.name = names[i];
    pair.separator = ':';
    pair.first = i == 0;
    pairs->push_back(pair);
  }
  strangers_ = 0;
  if (progress < 100) pairs->clear();
  return true;
}

}  // namespace onnxcheck::parsers::log
