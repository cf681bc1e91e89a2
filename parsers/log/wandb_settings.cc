#include "parsers/log/wandb_settings.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "parsers/config/config.h"
#include "parsers/config/fields.h"
#include "parsers/log/hparams.h"
#include "parsers/log/wandb_file.h"
#include "parsers/log/wandb_records.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers {
namespace {

using wire::Field;
using wire::Type;

// Numbers of the fields in wandb/proto/wandb_internal.proto.
constexpr std::uint32_t kRecordConfig = 5;
constexpr std::uint32_t kRecordRun = 17;
constexpr std::uint32_t kRunConfig = 4;
constexpr std::uint32_t kConfigUpdate = 1;
constexpr std::uint32_t kItemKey = 1;
constexpr std::uint32_t kItemNestedKey = 2;
constexpr std::uint32_t kItemJson = 16;

constexpr std::size_t kMostItems = 10'000;
constexpr std::size_t kLongestKey = 1000;

// One setting, as a JSON object of one key.
struct Item {
  std::string key;
  std::string json;
  std::uint32_t record = 0;
};

void ReadItem(std::string_view bytes, const Field& message, std::uint32_t record,
              std::vector<Item>* items) {
  wire::Reader fields(bytes, message.begin, message.end);
  Field field;
  Item item;
  while (fields.Next(&field)) {
    if (field.type != Type::kBytes) continue;
    const std::string_view value = bytes.substr(field.begin, field.end - field.begin);
    if (field.number == kItemKey || field.number == kItemNestedKey) {
      if (!item.key.empty()) item.key.push_back('.');
      item.key.append(value);
    } else if (field.number == kItemJson) {
      item.json = value;
    }
  }
  // A key with a quotation mark is nobody's setting.
  const bool plain =
      item.key.size() <= kLongestKey && std::none_of(item.key.begin(), item.key.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ';
      });
  if (item.key.empty() || !plain || item.key.starts_with('_') || item.json.empty()) return;
  if (items->size() >= kMostItems || fields.error() != wire::Error::kNone) return;
  item.record = record;
  items->push_back(std::move(item));
}

void ReadConfig(std::string_view bytes, const Field& message, std::uint32_t record,
                std::vector<Item>* items) {
  wire::Reader fields(bytes, message.begin, message.end);
  Field field;
  while (fields.Next(&field)) {
    if (field.number == kConfigUpdate && field.type == Type::kBytes)
      ReadItem(bytes, field, record, items);
  }
}

void ReadRecord(std::string_view bytes, std::uint32_t record, std::vector<Item>* items) {
  wire::Reader fields(bytes, 0, bytes.size());
  Field field;
  while (fields.Next(&field)) {
    if (field.type != Type::kBytes) continue;
    if (field.number == kRecordConfig) ReadConfig(bytes, field, record, items);
    if (field.number != kRecordRun) continue;
    wire::Reader run(bytes, field.begin, field.end);
    Field part;
    while (run.Next(&part)) {
      if (part.number == kRunConfig && part.type == Type::kBytes)
        ReadConfig(bytes, part, record, items);
    }
  }
}

std::vector<Item> ReadItems(std::string_view bytes) {
  std::vector<Item> items;
  WandbRecords records(bytes);
  std::string_view bytes_of_record;
  std::uint32_t number = 0;
  using Step = WandbRecords::Step;
  for (Step next = records.Next(&bytes_of_record); next != Step::kEnd;
       next = records.Next(&bytes_of_record)) {
    if (number < UINT32_MAX) ++number;
    if (next == Step::kRecord) ReadRecord(bytes_of_record, number, &items);
  }
  // The last of each key.
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.key < b.key; });
  std::vector<Item> last;
  for (Item& item : items) {
    if (!last.empty() && last.back().key == item.key) last.pop_back();
    last.push_back(std::move(item));
  }
  return last;
}

}  // namespace

std::optional<ir::Config> ReadWandbSettings(const Source& source) {
  if (!IsWandbFile(source.bytes())) return std::nullopt;
  ir::Config config;
  config.input.path = source.path();
  config.input.kind = ir::Kind::kConfig;
  config.input.format = "wandb-settings";
  config.input.bytes = source.bytes().size();
  try {
    for (const Item& item : ReadItems(source.bytes())) {
      ir::Location place;
      place.path = source.path();
      place.logical = "record " + std::to_string(item.record);
      log::ReadArgumentText("{\"" + item.key + "\": " + item.json + "}", place, &config.entries);
    }
    FillFields(config);
    config.text_numbers.clear();
  } catch (const std::exception&) {  // out of memory: the log of the same file says so
    return std::nullopt;
  }
  if (!IsTrainingConfig(config)) return std::nullopt;
  return config;
}

}  // namespace onnxcheck::parsers
