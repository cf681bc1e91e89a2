#include "parsers/log/cells.h"

#include "parsers/log/digits.h"
#include "parsers/log/limits.h"
#include "parsers/log/number.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

// Blanks around a cell of a plain row.
constexpr int kMaxPadding = 16;
constexpr std::size_t kMaxPlainColumns = 128;
static_assert(kMaxPlainColumns * (2 * kMaxPadding + kMaxShortNumber + 1) < kMaxRowReach);

// An empty cell, and what stands for one: Keras writes NA where nothing was measured (keras#21025).
bool IsAbsent(std::string_view cell) {
  return cell.empty() || cell == "NA" || cell == "N/A" || cell == "None" || cell == "none" ||
         cell == "null" || cell == "-" || cell == "No log" || cell == "<NA>";
}

const char* SkipBlanks(const char* p, char delimiter) {
  for (int i = 0; i < kMaxPadding && *p == ' ' && *p != delimiter; ++i) ++p;
  return p;
}

}  // namespace

void SplitRow(std::string_view row, char delimiter, Cells* cells) {
  cells->clear();
  if (row.find('"') == std::string_view::npos) {
    for (;;) {
      const std::size_t end = row.find(delimiter);
      cells->push_back(Trim(row.substr(0, end)));
      if (end == std::string_view::npos || cells->size() >= kMaxTableColumns) return;
      row.remove_prefix(end + 1);
    }
  }
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= row.size(); ++i) {
    if (i < row.size() && row[i] == '"') quoted = !quoted;
    if (i < row.size() && (quoted || row[i] != delimiter)) continue;
    std::string_view cell = Trim(row.substr(begin, i - begin));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
      cell = cell.substr(1, cell.size() - 2);
    cells->push_back(cell);
    begin = i + 1;
    if (cells->size() >= kMaxTableColumns) return;
  }
}

CellKind ReadCell(std::string_view cell, double* value, bool* percent) {
  *percent = false;
  const bool digit = !cell.empty() && cell[0] >= '0' && cell[0] <= '9';
  if (!digit && IsAbsent(cell)) return CellKind::kAbsent;
  bool whole = false;
  std::size_t length = ReadNumber(cell, value, &whole);
  if (length == 0) {
    // tensor(0.25), np.float32(0.25)
    const std::size_t open = cell.find('(');
    if (open != std::string_view::npos && cell.back() == ')' &&
        (cell.substr(0, open) == "tensor" || cell.substr(0, 3) == "np.")) {
      const std::string_view inner = cell.substr(open + 1, cell.size() - open - 2);
      return ReadNumber(inner, value, &whole) == inner.size() && !inner.empty() ? CellKind::kNumber
                                                                                : CellKind::kText;
    }
    return CellKind::kText;
  }
  if (length < cell.size() && cell[length] == '%') {
    *percent = true;
    ++length;
  }
  if (length < cell.size() && cell[length] == '.' && length + 1 == cell.size()) ++length;
  return length == cell.size() ? CellKind::kNumber : CellKind::kText;
}

void ReadCells(const Cells& cells, std::vector<CellValue>* values) {
  values->resize(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CellValue& cell = (*values)[i];
    cell.kind = ReadCell(cells[i], &cell.value, &cell.percent);
    cell.size = cell.kind == CellKind::kNumber ? 0 : cells[i].size();
  }
}

const char* ReadPlainRow(const char* text, char delimiter, std::size_t columns,
                         std::vector<CellValue>* values) {
  if (columns == 0 || columns > kMaxPlainColumns) return nullptr;
  values->resize(columns);
  const CellValue* const final = &values->back();
  const char* p = text;
  bool blank = true;
  for (CellValue& cell : *values) {
    cell.percent = false;
    cell.size = 0;
    p = SkipBlanks(p, delimiter);
    const bool last = &cell == final;
    const auto ends = [&] { return last ? *p == '\n' || *p == '\r' : *p == delimiter; };
    if (ends()) {
      cell.kind = CellKind::kAbsent;
    } else {
      const bool negative = *p == '-';
      ShortNumber number = ReadLikeBefore(p + negative, cell.fraction);
      if (number.end == nullptr) number = ReadDigits(p + negative, &cell.fraction);
      if (number.end == nullptr) return nullptr;
      p = number.end;
      cell.value = negative ? -number.value : number.value;
      cell.kind = CellKind::kNumber;
      blank = false;
      p = SkipBlanks(p, delimiter);
      if (!ends()) return nullptr;
    }
    if (!last) ++p;
  }
  // A line of nothing but blanks is no record.
  if (blank) return nullptr;
  return *p == '\n' || p[1] == '\n' ? p : nullptr;
}

}  // namespace onnxcheck::parsers::log
