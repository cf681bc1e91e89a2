#include "parsers/log/hparams.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>

#include "parsers/config/document.h"
#include "parsers/config/readers.h"
#include "parsers/log/text.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers::log {
namespace {

using wire::Field;
using wire::Type;

// Numbers of the fields in plugin_data.proto and struct.proto.
constexpr std::uint32_t kSessionStart = 3;
constexpr std::uint32_t kStartHparams = 1;
constexpr std::uint32_t kMapKey = 1;
constexpr std::uint32_t kMapValue = 2;
constexpr std::uint32_t kValueNumber = 2;
constexpr std::uint32_t kValueString = 3;
constexpr std::uint32_t kValueBool = 4;

constexpr std::size_t kMostEntries = 10'000;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestArguments = 1 << 20;
constexpr double kLargestWhole = 9007199254740992;  // 2^53

std::string_view Bytes(std::string_view message, const Field& field) {
  return message.substr(field.begin, field.end - field.begin);
}

ir::Location PlaceOf(const ir::Location& record, const std::string& key) {
  ir::Location place = record;
  place.logical += "/" + key;
  return place;
}

// google.protobuf.Value knows no integers.
ir::Scalar Number(double value) {
  if (value == std::trunc(value) && std::abs(value) < kLargestWhole)
    return static_cast<std::int64_t>(value);
  return value;
}

bool ReadValue(std::string_view message, const Field& value, ir::Entry* entry) {
  wire::Reader fields(message, value.begin, value.end);
  Field field;
  while (fields.Next(&field)) {
    if (field.number == kValueNumber && field.type == Type::kFixed64) {
      double number = 0;
      std::memcpy(&number, message.data() + field.begin, sizeof(number));
      entry->value = Number(number);
      std::ostringstream text;
      text.precision(15);
      text << number;
      entry->text = text.str();
    } else if (field.number == kValueString && field.type == Type::kBytes) {
      entry->text = Printable(Bytes(message, field), kLongestText);
      entry->value = entry->text;
    } else if (field.number == kValueBool && field.type == Type::kVarint) {
      entry->value = field.varint != 0;
      entry->text = field.varint != 0 ? "true" : "false";
    }
  }
  return fields.error() == wire::Error::kNone && !entry->text.empty();
}

void ReadPair(std::string_view message, const Field& pair, const ir::Location& record,
              std::vector<ir::Entry>* entries) {
  wire::Reader fields(message, pair.begin, pair.end);
  Field field;
  ir::Entry entry;
  bool whole = false;
  while (fields.Next(&field)) {
    if (field.type != Type::kBytes) continue;
    if (field.number == kMapKey) entry.key = Printable(Bytes(message, field), kLongestText);
    if (field.number == kMapValue) whole = ReadValue(message, field, &entry);
  }
  if (!whole || entry.key.empty() || fields.error() != wire::Error::kNone) return;
  entry.location = PlaceOf(record, entry.key);
  entries->push_back(std::move(entry));
}

}  // namespace

void ReadHparams(std::string_view message, const ir::Location& record,
                 std::vector<ir::Entry>* entries) {
  wire::Reader fields(message, 0, message.size());
  Field field;
  while (fields.Next(&field)) {
    if (field.number != kSessionStart || field.type != Type::kBytes) continue;
    wire::Reader start(message, field.begin, field.end);
    Field pair;
    while (start.Next(&pair) && entries->size() < kMostEntries) {
      if (pair.number == kStartHparams && pair.type == Type::kBytes)
        ReadPair(message, pair, record, entries);
    }
  }
}

void ReadArgumentText(std::string_view text, const ir::Location& record,
                      std::vector<ir::Entry>* entries) {
  text = Trim(text);
  if (text.empty() || text[0] != '{' || text.size() > kLongestArguments) return;
  ir::Config config;
  const Document document = ReadJson(text, record.path, config.input.problems);
  if (!config.input.problems.empty()) return;
  Flatten(document, record.path, config);
  for (ir::Entry& entry : config.entries) {
    if (entries->size() >= kMostEntries) return;
    entry.location = PlaceOf(record, entry.key);
    entries->push_back(std::move(entry));
  }
}

}  // namespace onnxcheck::parsers::log
