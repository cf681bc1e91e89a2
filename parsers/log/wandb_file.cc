#include "parsers/log/wandb_file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "parsers/log/collector.h"
#include "parsers/log/limits.h"
#include "parsers/log/number.h"
#include "parsers/log/wandb_records.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers {
namespace {

using wire::Field;
using wire::Type;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Numbers of the fields in wandb/proto/wandb_internal.proto.
constexpr std::uint32_t kRecordHistory = 2;
constexpr std::uint32_t kHistoryItem = 1;
constexpr std::uint32_t kHistoryStep = 2;
constexpr std::uint32_t kStepNumber = 1;
constexpr std::uint32_t kItemKey = 1;
constexpr std::uint32_t kItemNestedKey = 2;
constexpr std::uint32_t kItemInteger = 5;
constexpr std::uint32_t kItemNumber = 6;
constexpr std::uint32_t kItemJson = 16;

template <typename T>
T Load(std::string_view bytes, std::uint64_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

struct Item {
  std::string name;
  double value = 0;
};

std::string_view ValueOf(std::string_view bytes, const Field& field) {
  return bytes.substr(field.begin, field.end - field.begin);
}

// A number as JSON, to which W&B adds NaN and Infinity, sometimes in quotes.
std::optional<double> JsonNumber(std::string_view json) {
  if (json.size() > 2 && json.front() == '"' && json.back() == '"')
    json = json.substr(1, json.size() - 2);
  double value = 0;
  bool whole = false;
  if (json.empty() || log::ReadNumber(json, &value, &whole) != json.size()) return std::nullopt;
  return value;
}

bool ReadItem(std::string_view bytes, const Field& message, std::vector<Item>* items) {
  wire::Reader fields(bytes, message.begin, message.end);
  Field field;
  Item item;
  std::optional<double> value;
  while (fields.Next(&field)) {
    if ((field.number == kItemKey || field.number == kItemNestedKey) &&
        field.type == Type::kBytes) {
      if (!item.name.empty()) item.name.push_back('.');
      item.name.append(ValueOf(bytes, field));
    } else if (field.number == kItemJson && field.type == Type::kBytes) {
      value = JsonNumber(ValueOf(bytes, field));
    } else if (field.number == kItemNumber && field.type == Type::kFixed64) {
      value = Load<double>(bytes, field.begin);
    } else if (field.number == kItemInteger && field.type == Type::kVarint) {  // zigzag
      const std::uint64_t half = field.varint >> 1;
      value =
          static_cast<double>(static_cast<std::int64_t>((field.varint & 1) != 0 ? ~half : half));
    }
  }
  if (value && !item.name.empty() && items->size() < log::kMaxPairsPerRecord) {
    item.value = *value;
    items->push_back(std::move(item));
  }
  return fields.error() == wire::Error::kNone;
}

// The numbers of a history record and its step, if the record is one.
bool ReadHistory(std::string_view bytes, std::vector<Item>* items, double* step) {
  items->clear();
  *step = kNaN;
  wire::Reader records(bytes, 0, bytes.size());
  Field record;
  while (records.Next(&record)) {
    if (record.number != kRecordHistory || record.type != Type::kBytes) continue;
    wire::Reader fields(bytes, record.begin, record.end);
    Field field;
    while (fields.Next(&field)) {
      if (field.type != Type::kBytes) continue;
      if (field.number == kHistoryItem && !ReadItem(bytes, field, items)) return false;
      if (field.number != kHistoryStep) continue;
      *step = 0;  // proto3 leaves zero out
      wire::Reader numbers(bytes, field.begin, field.end);
      Field number;
      while (numbers.Next(&number)) {
        if (number.number == kStepNumber && number.type == Type::kVarint)
          *step = static_cast<double>(static_cast<std::int64_t>(number.varint));
      }
      if (numbers.error() != wire::Error::kNone) return false;
    }
    if (fields.error() != wire::Error::kNone) return false;
  }
  return records.error() == wire::Error::kNone;
}

// Returns whether a loss or a metric is among the items.
bool AddPoints(const std::vector<Item>& items, double step, std::uint32_t line,
               log::Collector* collector) {
  double time = kNaN;
  double epoch = kNaN;
  for (const Item& item : items) {
    if (item.name == "_timestamp") time = item.value;
    if (item.name == "_step") step = item.value;
    log::NameEntry* name = collector->FindName(item.name);
    if (name != nullptr && name->name.quantity == log::Quantity::kEpoch) epoch = item.value;
  }
  collector->Stand({line, step, epoch});
  bool measured = false;
  for (const Item& item : items) {
    if (item.name.front() == '_') continue;  // W&B's own: _step, _runtime, _timestamp
    log::NameEntry* name = collector->FindName(item.name);
    if (name == nullptr) continue;
    ir::Series* series = collector->Add(name, log::SplitOf(name->name, log::Split::kUnknown),
                                        item.value, false, true);
    if (series == nullptr) continue;
    series->time.push_back(time);
    measured = measured || log::IsMeasurement(name->name.quantity);
  }
  return measured;
}

void Read(const Source& source, ir::Log* log) {
  log->structured = true;
  log->binary = true;
  log->input.format = "wandb";
  log::Collector collector(log);
  WandbRecords records(source.bytes());
  std::string_view record;
  std::vector<Item> items;
  double step = kNaN;
  std::uint32_t line = 0;
  std::uint64_t corrupt = 0;
  std::uint32_t first_corrupt = 0;
  using Step = WandbRecords::Step;
  for (Step next = records.Next(&record); next != Step::kEnd; next = records.Next(&record)) {
    if (line < UINT32_MAX - 1) ++line;
    if (next == Step::kCorrupt || !ReadHistory(record, &items, &step)) {
      if (corrupt++ == 0) first_corrupt = line;
      continue;
    }
    const bool timed = std::any_of(items.begin(), items.end(),
                                   [](const Item& item) { return item.name == "_timestamp"; });
    const bool measured = AddPoints(items, step, line, &collector);
    collector.CountRecord(ir::Level::kNone, line, measured, timed);
  }
  if (records.cut_off()) log->cut_off = ir::LineLocation(*log, ++line);
  log->lines = line;
  collector.Finish();
  if (line > 0) log->segments = {{1, line, ir::SegmentStart::kFirst}};
  if (corrupt > 0) {
    collector.AddProblem(
        ir::ProblemKind::kCorruptRecord, first_corrupt,
        "a record's checksum is wrong" +
            (corrupt > 1 ? ", and " + std::to_string(corrupt - 1) + " more are damaged" : ""),
        "copy the file again, or look whether two processes wrote it; the damaged blocks are left "
        "out");
  }
}

}  // namespace

bool IsWandbFile(std::string_view bytes) { return bytes.starts_with(kWandbMagic); }

ir::Log ParseWandbFile(const Source& source) {
  ir::Log log;
  log.input.path = source.path();
  log.input.kind = ir::Kind::kLog;
  log.input.bytes = source.bytes().size();
  if (!IsWandbFile(source.bytes())) return log;
  try {
    Read(source, &log);
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    log.input.problems.push_back(OutOfMemory(source, error));
  }
  return log;
}

}  // namespace onnxcheck::parsers
