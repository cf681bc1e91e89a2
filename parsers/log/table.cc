#include "parsers/log/table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "parsers/log/cells.h"
#include "parsers/log/limits.h"
#include "parsers/log/nameless.h"
#include "parsers/log/records.h"
#include "parsers/log/scanner.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kRowsLookedAt = 30;
constexpr std::size_t kMaxHeaderCell = 64;
// A table without a header is told from other numbers only by several rows that agree.
constexpr std::size_t kMinHeaderlessRows = 3;
// More broken rows than this and the file is no table.
constexpr double kMaxBrokenShare = 0.5;
constexpr std::size_t kLeastTime = 8;  // bytes of "12:30:00"

struct Count {
  std::size_t numbers = 0;
  std::size_t texts = 0;
};

Count CountCells(const Cells& cells) {
  Count count;
  double value = 0;
  bool percent = false;
  for (const std::string_view cell : cells) {
    const CellKind kind = ReadCell(cell, &value, &percent);
    count.numbers += kind == CellKind::kNumber;
    count.texts += kind == CellKind::kText;
  }
  return count;
}

bool IsHeaderCell(std::string_view cell) {
  if (cell.size() > kMaxHeaderCell) return false;
  double value = 0;
  bool whole = false;
  if (ReadNumber(cell, &value, &whole) == cell.size() && !cell.empty()) return false;
  // "Loss 0.5", "Epoch 3/10": a name with its number is a record's.
  const std::string_view last = cell.substr(cell.find_last_of(' ') + 1);
  if (last.size() < cell.size() && last.find_first_of("./") != std::string_view::npos &&
      last.find_first_not_of("0123456789./%") == std::string_view::npos)
    return false;
  return cell.find_first_of("={}<>;?!:") == std::string_view::npos &&
         std::count(cell.begin(), cell.end(), ' ') <= 4;
}

bool IsHeader(const Cells& cells) {
  std::size_t named = 0;
  for (const std::string_view cell : cells) {
    if (!IsHeaderCell(cell)) return false;
    named += !cell.empty();
  }
  return named > 0 && named + 1 >= cells.size();
}

// The first cells of the rows looked at are whole numbers, each one more than the one before.
bool CountsUp(const std::vector<std::string>& rows, char delimiter) {
  double last = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view cell =
        Trim(std::string_view(rows[i]).substr(0, rows[i].find(delimiter)));
    double value = 0;
    bool whole = false;
    if (ReadNumber(cell, &value, &whole) != cell.size() || !whole) return false;
    if (i > 0 && value != last + 1 && value > 1) return false;
    last = value;
  }
  return rows.size() >= kMinHeaderlessRows;
}

// Where one cell of every row is the sum of all others, as a total loss is of its terms; -1:
// nowhere.
int FindSum(const std::vector<std::string>& rows, char delimiter) {
  constexpr double kRounding = 1e-3;  // of the largest cell
  Cells cells;
  SplitRow(rows[0], delimiter, &cells);
  const std::size_t width = cells.size();
  if (width < 3) return -1;
  std::vector<bool> holds(width, true);
  for (const std::string& row : rows) {
    SplitRow(row, delimiter, &cells);
    std::vector<double> values(width, 0);
    double total = 0;
    double largest = 0;
    for (std::size_t i = 0; i < width; ++i) {
      bool percent = false;
      if (ReadCell(cells[i], &values[i], &percent) != CellKind::kNumber) return -1;
      total += values[i];
      largest = std::max(largest, std::abs(values[i]));
    }
    for (std::size_t i = 0; i < width; ++i) {
      holds[i] =
          holds[i] && values[i] != 0 && std::abs(total - 2 * values[i]) <= kRounding * largest;
    }
  }
  // Of two cells that hold each other's sum neither is the total.
  if (std::count(holds.begin(), holds.end(), true) != 1) return -1;
  return static_cast<int>(std::find(holds.begin(), holds.end(), true) - holds.begin());
}

bool IsFirstEpochTwice(const std::vector<std::string>& rows, char delimiter, const Cells& header) {
  const auto epoch = std::find_if(header.begin(), header.end(), [](std::string_view cell) {
    return ClassifyName(cell).quantity == Quantity::kEpoch;
  });
  if (epoch == header.end() || rows.size() < 4) return false;
  Cells cells;
  double last = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    SplitRow(rows[i], delimiter, &cells);
    double value = 0;
    bool percent = false;
    const auto column = static_cast<std::size_t>(epoch - header.begin());
    if (column >= cells.size() || ReadCell(cells[column], &value, &percent) != CellKind::kNumber)
      return false;
    if (i == 2 && value != last) return false;
    if (i > 2 && value <= last) return i > 3;  // a later start
    last = value;
  }
  return true;
}

std::optional<TableShape> TryDelimiter(const std::vector<std::string>& rows, char delimiter) {
  Cells first;
  SplitRow(rows[0], delimiter, &first);
  TableShape shape;
  shape.delimiter = delimiter;
  Cells cells;
  std::size_t agreeing = 0;
  std::size_t numeric = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    SplitRow(rows[i], delimiter, &cells);
    const Count count = CountCells(cells);
    const bool agrees = cells.size() == first.size();
    agreeing += agrees;
    numeric += agrees && count.numbers > 0 && count.numbers * 2 >= count.texts;
  }
  const std::size_t others = rows.size() - 1;
  if (IsHeader(first)) {
    std::size_t measured = 0;
    std::size_t counters = 0;
    for (const std::string_view cell : first) {
      const Quantity quantity = ClassifyName(cell).quantity;
      measured += IsMeasurement(quantity);
      counters += quantity == Quantity::kEpoch || quantity == Quantity::kStep;
    }
    shape.header = true;
    shape.columns.assign(first.begin(), first.end());
    shape.first_epoch_twice = IsFirstEpochTwice(rows, delimiter, first);
    if (first.size() == 1) {
      if (measured == 0 || others == 0 || numeric < others) return std::nullopt;
      return shape;
    }
    // Nothing but a header: only names that a training run would write make it a table.
    if (others == 0)
      return measured > 0 && measured + counters >= 2 ? std::optional(shape) : std::nullopt;
    if (agreeing * 4 < others * 3) return std::nullopt;
    // A table without numbers is one only if nothing disagrees.
    const bool plain =
        others >= kMinHeaderlessRows && agreeing == others && first.size() >= kMinHeaderlessRows;
    if (numeric * 2 < others && measured == 0 && !plain) return std::nullopt;
    return shape;
  }
  const Count count = CountCells(first);
  if (count.texts > 0 || count.numbers == 0 || rows.size() < kMinHeaderlessRows)
    return std::nullopt;
  if (agreeing != others || numeric != others) return std::nullopt;
  shape.header = false;
  shape.counter = CountsUp(rows, delimiter);
  shape.sum = FindSum(rows, delimiter);
  return shape;
}

struct Column {
  NameEntry* name = nullptr;
  Split split = Split::kUnknown;
  bool measures = false;              // a number in it counts as measured
  bool train = false;                 // on training data
  bool timed = false;                 // a text in it may be a time
  CellKind kind = CellKind::kAbsent;  // of the last row
  bool percent = false;
};

class TableReader {
 public:
  TableReader(const TableShape& shape, std::string_view stem, Split unsaid,
              const LogOptions& options, Collector* collector)
      : shape_(shape),
        stem_(stem),
        unsaid_(unsaid),
        plain_rows_(options.templates),
        collector_(collector) {}

  bool Run(std::string_view text, const Source* source) {
    RecordReader reader(text, false, source);
    Record record;
    Cells cells;
    if (shape_.header) SetColumns(Cells(shape_.columns.begin(), shape_.columns.end()), true);
    bool first = true;
    for (;;) {
      if (!first && plain_rows_) ReadPlainRows(&reader, text.size());
      if (!reader.Next(&record)) break;
      collector_->Reached(reader.position(), text.size());
      SplitRow(record.text, shape_.delimiter, &cells);
      if (shape_.header && (first || IsSameHeader(cells))) {
        if (!first) collector_->segments().Boundary(record.line);
        first = false;
        collector_->CountRecord(ir::Level::kNone, record.line, false, false);
        continue;
      }
      first = false;
      Row(record, cells);
    }
    collector_->log()->lines = reader.lines();
    const double all = static_cast<double>(rows_ + broken_);
    if (static_cast<double>(broken_) > kMaxBrokenShare * all) return false;
    if (broken_ > 0) {
      collector_->AddProblem(
          ir::ProblemKind::kMalformedRecord, first_broken_,
          std::to_string(broken_) + (broken_ == 1 ? " row does" : " rows do") + " not have the " +
              std::to_string(columns_.size()) + " cells of the header",
          "look for two writers in one file, or a run that was stopped while it wrote");
    }
    return true;
  }

 private:
  void ReadPlainRows(RecordReader* reader, std::size_t size) {
    Record record;
    while (const char* const row = reader->Ahead(kMaxRowReach)) {
      const char* const end = ReadPlainRow(row, shape_.delimiter, columns_.size(), &values_);
      if (end == nullptr) return;
      reader->Take(end, &record);
      collector_->Reached(reader->position(), size);
      Values(record);
    }
  }

  bool IsSameHeader(const Cells& cells) const {
    return cells.size() == shape_.columns.size() &&
           std::equal(cells.begin(), cells.end(), shape_.columns.begin());
  }

  // fastai's CSVLogger: "epoch,train_loss,valid_loss,METRICS,time"; it measures the metrics on the
  // validation set (fastai, Recorder).
  static bool IsFastai(const Cells& names) {
    return names.size() >= 5 && names[0] == "epoch" && names[1] == "train_loss" &&
           names[2] == "valid_loss" && names.back() == "time";
  }

  void SetColumns(const Cells& names, bool header) {
    columns_.assign(names.size(), {});
    Recognize();
    epoch_ = step_ = -1;
    bool main_loss = false;
    if (!header && shape_.counter && names.size() > 1) epoch_ = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      Column& column = columns_[i];
      std::string name(names[i]);
      // pandas writes its index first, without a name.
      if (name.empty() && header && i == 0) {
        epoch_ = 0;
        continue;
      }
      if (name.empty()) continue;
      column.name = collector_->FindName(name);
      if (column.name == nullptr) continue;
      const Name& known = column.name->name;
      column.split = known.split != Split::kUnknown ? known.split : unsaid_;
      if (known.quantity == Quantity::kEpoch && epoch_ < 0) epoch_ = static_cast<int>(i);
      if (known.quantity == Quantity::kStep && step_ < 0) step_ = static_cast<int>(i);
      main_loss =
          main_loss || (known.quantity == Quantity::kLoss && column.split == Split::kUnknown);
      prefixed_ = prefixed_ || known.split == Split::kValidation;
    }
    if (header && IsFastai(names)) {
      for (std::size_t i = 3; i + 1 < names.size(); ++i) columns_[i].split = Split::kValidation;
    }
    for (Column& column : columns_) {
      if (column.name != nullptr && column.name->name.quantity == Quantity::kAccuracy &&
          column.split == Split::kUnknown && main_loss) {
        column.split = Split::kTrain;
      }
      if (column.name == nullptr) continue;
      const std::string_view text = column.name->text;
      const Quantity quantity = column.name->name.quantity;
      const bool measurement = IsMeasurement(quantity);
      // Numbers without a name: nothing says that they are none.
      column.measures = measurement || (quantity == Quantity::kUnknown && !shape_.header);
      column.train =
          measurement && (column.split == Split::kTrain || column.split == Split::kUnknown);
      column.timed = text.find("time") != text.npos || text.find("date") != text.npos;
    }
  }

  void Row(const Record& record, const Cells& cells) {
    if (!shape_.header && cells.size() != columns_.size()) {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        names.push_back("column " + std::to_string(i + 1) + " of " + std::to_string(cells.size()));
      }
      // loss.txt, one number a line; loss.csv, a total and its terms.
      const Name name = ClassifyName(stem_);
      if (names.size() == 1 && name.exact && IsMeasurement(name.quantity)) {
        names[0] = std::string(stem_);
      } else if (shape_.sum >= 0 && name.exact && name.quantity == Quantity::kLoss) {
        for (std::string& column : names) column.insert(0, std::string(stem_) + " ");
        names[static_cast<std::size_t>(shape_.sum)] = std::string(stem_);
      }
      SetColumns(Cells(names.begin(), names.end()), false);
    }
    if (cells.size() != columns_.size()) {
      collector_->CountRecord(ir::Level::kNone, record.line, false, false);
      if (!record.terminated && cells.size() < columns_.size()) {
        collector_->log()->cut_off = collector_->At(record.line);
      } else if (broken_++ == 0) {
        first_broken_ = record.line;
      }
      return;
    }
    ReadCells(cells, &values_);
    Values(record);
  }

  // One row, in `values_`.
  void Values(const Record& record) {
    ++rows_;
    const double epoch = Counter(epoch_);
    const double step = Counter(step_);
    if (!LikeTheRowBefore()) Recognize();
    const CellValue* const cells = values_.data();
    if (collector_->Stand({record.line, step, epoch}, &batch_)) {
      std::size_t index = 0;
      for (const std::size_t number : numbers_) batch_.Add(index++, cells[number].value);
    } else {
      for (const std::size_t number : numbers_) {
        const Column& column = columns_[number];
        collector_->Add(column.name, column.split, cells[number].value, column.percent, true,
                        &batch_);
      }
      collector_->Know(&batch_);
    }
    const bool timed = std::any_of(times_.begin(), times_.end(), [this](std::size_t column) {
      return values_[column].size >= kLeastTime;
    });
    const bool measured = measured_;
    collector_->CountRecord(ir::Level::kNone, record.line, measured, timed);
    Counters counters;
    counters.line = record.line;
    counters.epoch = epoch;
    counters.step = step;
    counters.train = train_ || (measured && !prefixed_);
    // One row an epoch: the first epoch again is another run.
    counters.header = false;
    if (counters.train && step_ < 0 && epoch_ >= 0 && rows_ > 1) {
      const bool again = epoch == last_epoch_;
      if (again && epoch == first_epoch_ &&
          ((rows_ == 2 && shape_.first_epoch_twice) || (advanced_ && !repeats_))) {
        collector_->segments().Boundary(record.line);
      }
      repeats_ = repeats_ || (again && advanced_ && epoch != first_epoch_);
      advanced_ = advanced_ || epoch > last_epoch_;
    }
    if (rows_ == 1) first_epoch_ = epoch;
    last_epoch_ = epoch;
    collector_->segments().Observe(counters);
  }

  // It has numbers, texts and nothing in the same cells.
  bool LikeTheRowBefore() {
    bool alike = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Column& column = columns_[i];
      const CellValue& cell = values_[i];
      if (cell.kind == column.kind && cell.percent == column.percent) continue;
      column.kind = cell.kind;
      column.percent = cell.percent;
      alike = false;
    }
    return alike;
  }

  void Recognize() {
    batch_.Forget();
    numbers_.clear();
    times_.clear();
    measured_ = train_ = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Column& column = columns_[i];
      if (column.name == nullptr) continue;
      if (column.kind == CellKind::kText && column.timed) times_.push_back(i);
      if (column.kind != CellKind::kNumber) continue;
      numbers_.push_back(i);
      measured_ = measured_ || column.measures;
      train_ = train_ || column.train;
    }
  }

  double Counter(int column) const {
    if (column < 0) return kNaN;
    const CellValue& cell = values_[static_cast<std::size_t>(column)];
    return cell.kind == CellKind::kNumber && std::isfinite(cell.value) ? cell.value : kNaN;
  }

  const TableShape& shape_;
  std::string_view stem_;
  Split unsaid_;
  bool plain_rows_;
  Collector* collector_;
  std::vector<Column> columns_;
  std::vector<CellValue> values_;
  // Of rows like the last one:
  Collector::Batch batch_;
  std::vector<std::size_t> numbers_;  // columns of its points
  std::vector<std::size_t> times_;    // of texts that may be times
  bool measured_ = false;
  bool train_ = false;
  int epoch_ = -1;
  int step_ = -1;
  bool prefixed_ = false;
  std::uint64_t rows_ = 0;
  std::uint64_t broken_ = 0;
  std::uint32_t first_broken_ = 0;
  double last_epoch_ = kNaN;
  double first_epoch_ = kNaN;
  bool advanced_ = false;
  bool repeats_ = false;  // an epoch other than the first has several rows
};

}  // namespace

std::optional<TableShape> FindTable(std::string_view text) {
  RecordReader reader(text.substr(0, std::size_t{1} << 20));
  Record record;
  std::vector<std::string> rows;
  while (rows.size() < kRowsLookedAt && reader.Next(&record)) {
    if (record.text.size() > 65536) return std::nullopt;
    rows.emplace_back(record.text);
    // The last row may be cut off; it says nothing then.
    if (!record.terminated && rows.size() > 2) rows.pop_back();
  }
  if (rows.empty()) return std::nullopt;
  for (const char delimiter : {',', '\t', ';', '|'}) {
    if (rows[0].find(delimiter) == std::string::npos) continue;
    if (auto shape = TryDelimiter(rows, delimiter)) return shape;
  }
  if (rows[0].find_first_of(",\t;|") == std::string::npos) return TryDelimiter(rows, ',');
  return std::nullopt;
}

bool ReadTable(std::string_view text, const Source* source, const TableShape& shape,
               std::string_view stem, Split unsaid, const LogOptions& options,
               Collector* collector) {
  if (!TableReader(shape, stem, unsaid, options, collector).Run(text, source)) return false;
  ir::Log* log = collector->log();
  log->structured = true;
  if (!shape.header) NamePerplexity(unsaid, &log->series);
  // CSVLogger and History write a row an epoch; a step column or sparse rows say otherwise.
  bool step_column = false;
  bool split_pair = false;
  bool epoch_column = false;
  for (const std::string& column : shape.columns) {
    const Name name = ClassifyName(column);
    step_column = step_column || name.quantity == Quantity::kStep;
    epoch_column = epoch_column || name.quantity == Quantity::kEpoch;
    split_pair = split_pair || name.split == Split::kValidation;
  }
  if (!step_column && split_pair) {
    for (ir::Series& series : log->series) series.per_epoch = true;
  }
  const bool lightning =
      std::find(shape.columns.begin(), shape.columns.end(), "step") != shape.columns.end();
  // results.csv of a detection, a segmentation or a classification.
  const bool ultralytics =
      std::any_of(shape.columns.begin(), shape.columns.end(), [](const std::string& column) {
        return column.substr(0, 11) == "metrics/mAP" || column.substr(0, 16) == "metrics/accuracy";
      });
  log->input.format = ultralytics                 ? "ultralytics"
                      : lightning && epoch_column ? "lightning-csv"
                      : split_pair                ? "keras-csv"
                      : shape.delimiter == '\t'   ? "tsv"
                                                  : "csv";
  return true;
}

}  // namespace onnxcheck::parsers::log
