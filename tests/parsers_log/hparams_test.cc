#include "parsers/log/hparams.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <variant>
#include <vector>

#include "parsers/log/event_file.h"
#include "tests/support/event_text.h"

namespace onnxcheck::parsers::log {
namespace {

using tests::BytesField;
using tests::TfRecord;
using tests::VarintField;

std::string NumberValue(double value) {
  std::string bytes = "\x11";  // field 2, 64 bits
  bytes.resize(9);
  std::memcpy(bytes.data() + 1, &value, sizeof(value));
  return bytes;
}

std::string Pair(std::string_view key, std::string_view value) {
  return BytesField(1, BytesField(1, key) + BytesField(2, value));
}

// HParamsPluginData{version: 0, session_start_info: {...}}
std::string SessionStart() {
  return BytesField(3, Pair("lr", NumberValue(0.001)) + Pair("batch_size", NumberValue(64)) +
                           Pair("optimizer", BytesField(3, "adam")) +
                           Pair("shuffle", VarintField(4, 1)) + Pair("empty", "") +
                           BytesField(2, "model"));
}

std::string Value(std::string_view tag, std::string_view plugin, std::string_view content,
                  std::string_view tensor) {
  std::string value = BytesField(1, tag) +
                      BytesField(9, BytesField(1, BytesField(1, plugin) + BytesField(2, content)));
  if (!tensor.empty()) value += BytesField(8, tensor);
  return TfRecord(BytesField(5, BytesField(1, value)));
}

ir::Location Record(int number) {
  ir::Location place;
  place.path = "events";
  place.logical = "record " + std::to_string(number);
  return place;
}

TEST(Hparams, SessionStart) {
  std::vector<ir::Entry> entries;
  ReadHparams(SessionStart(), Record(3), &entries);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].key, "lr");
  EXPECT_EQ(std::get<double>(entries[0].value), 0.001);
  EXPECT_EQ(entries[0].text, "0.001");
  EXPECT_EQ(entries[0].location.logical, "record 3/lr");
  EXPECT_EQ(std::get<std::int64_t>(entries[1].value), 64);
  EXPECT_EQ(std::get<std::string>(entries[2].value), "adam");
  EXPECT_TRUE(std::get<bool>(entries[3].value));
}

TEST(Hparams, CutAtEveryByte) {
  const std::string whole = SessionStart();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<ir::Entry> entries;
    ReadHparams(std::string_view(whole).substr(0, size), Record(1), &entries);
    EXPECT_LE(entries.size(), 4u);
  }
}

TEST(Hparams, ArgumentsAsText) {
  std::vector<ir::Entry> entries;
  ReadArgumentText(R"(  {"learning_rate": 5e-05, "num_train_epochs": 3, "optim": {"name": "a"}}  )",
                   Record(2), &entries);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(std::get<double>(entries[0].value), 5e-05);
  EXPECT_EQ(entries[2].key, "optim.name");
  EXPECT_EQ(entries[2].location.logical, "record 2/optim.name");
  EXPECT_EQ(entries[2].location.line, 0u);
  for (const std::string_view other : {"", "|name|value|", "{\"learning_rate\": ", "[1, 2]"}) {
    entries.clear();
    ReadArgumentText(other, Record(2), &entries);
    EXPECT_TRUE(entries.empty()) << other;
  }
}

TEST(Hparams, OfAnEventFile) {
  const std::string text = BytesField(8, R"({"num_train_epochs": 3})");
  const std::string bytes = tests::EventsFromText("version\n1 loss 0.5\n") +
                            Value("_hparams_/experiment", "hparams", SessionStart(), "") +
                            Value("_hparams_/session_start_info", "hparams", SessionStart(), "") +
                            Value("args/text_summary", "text", "", text) +
                            Value("notes/text_summary", "text", "", text);
  EventFileReader reader;
  reader.Add(*Source::FromBytes("run/events.out.tfevents.1", bytes));
  const ir::Log log = reader.Finish();
  EXPECT_EQ(log.records, 6u);
  const auto config = reader.Settings();
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->entries.size(), 5u);
  EXPECT_EQ(config->input.path, "run/events.out.tfevents.1");
  ASSERT_TRUE(config->learning_rate.has_value());
  EXPECT_EQ(config->learning_rate->value, 0.001);
  EXPECT_EQ(config->learning_rate->location.logical, "record 4/lr");
  ASSERT_TRUE(config->batch_size.has_value());
  EXPECT_EQ(config->batch_size->value, 64);
  EXPECT_FALSE(reader.Settings().has_value());
}

TEST(Hparams, ADamagedRecordSaysNothing) {
  std::string record = Value("_hparams_/session_start_info", "hparams", SessionStart(), "");
  record[record.size() / 2] ^= 1;
  EventFileReader reader;
  reader.Add(*Source::FromBytes("events.out.tfevents.1", record));
  reader.Finish();
  EXPECT_FALSE(reader.Settings().has_value());
}

}  // namespace
}  // namespace onnxcheck::parsers::log
