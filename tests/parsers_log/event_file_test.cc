// TensorBoard event files: framing, checksums, scalars of both generations, several files of a run.
#include "parsers/log/event_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "parsers/load.h"
#include "parsers/log/crc32c.h"
#include "parsers/sniff.h"
#include "tests/support/cases.h"
#include "tests/support/event_text.h"

namespace onnxcheck::parsers {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using tests::BytesField;
using tests::EventsFromText;
using tests::ScalarEvent;
using tests::TfRecord;
using tests::VarintField;

ir::Log Read(const std::vector<std::string>& files) {
  EventFileReader reader;
  for (std::size_t i = 0; i < files.size(); ++i) {
    reader.Add(*Source::FromBytes("run/events.out.tfevents." + std::to_string(i), files[i]));
  }
  return reader.Finish();
}

template <typename T>
std::string Bytes(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

std::string Event(std::string_view summary) {
  return TfRecord(VarintField(2, 7) + BytesField(5, summary));
}

std::string Metadata(std::string_view plugin) {
  return BytesField(9, BytesField(1, BytesField(1, plugin)));
}

// The value of the one point that a tensor becomes; NaN: it becomes none.
double TensorValue(const std::string& tensor, std::string_view plugin = "scalars") {
  const ir::Log log =
      Read({Event(BytesField(1, BytesField(1, "x") + Metadata(plugin) + BytesField(8, tensor)))});
  return log.series.size() == 1 ? log.series[0].value.at(0) : std::nan("");
}

// RFC 3720, B.4, and the "check" value of the CRC catalogue.
TEST(Crc32cTest, KnownValues) {
  std::string ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<char>(i));
  for (const auto crc : {&log::Crc32c, &log::Crc32cTable}) {
    EXPECT_EQ(crc(""), 0u);
    EXPECT_EQ(crc("123456789"), 0xe3069283u);
    EXPECT_EQ(crc(std::string(32, '\0')), 0x8a9136aau);
    EXPECT_EQ(crc(std::string(32, '\xff')), 0x62a8ab43u);
    EXPECT_EQ(crc(ascending), 0x46dd794eu);
  }
}

TEST(Crc32cTest, InstructionAgreesWithTable) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(log::Crc32c(bytes), log::Crc32cTable(bytes)) << i;
    bytes.push_back(static_cast<char>(i * 37 + 11));
  }
}

TEST(EventFileTest, SimpleValues) {
  const ir::Log log = Read({EventsFromText("version\n1 loss 0.5 val_loss 0.25\n2 loss nan\n")});
  EXPECT_EQ(log.records, 4u);
  EXPECT_EQ(log.metric_records, 3u);
  ASSERT_THAT(log.series, SizeIs(2));
  EXPECT_EQ(log.series[0].role, ir::Role::kTrainLoss);
  EXPECT_THAT(log.series[0].at->line, ElementsAre(2, 4));
  EXPECT_THAT(log.series[0].at->step, ElementsAre(1, 2));
  EXPECT_EQ(log.series[0].value[0], 0.5);
  EXPECT_TRUE(std::isnan(log.series[0].value[1]));
  EXPECT_THAT(log.series[0].time, ElementsAre(1700000010, 1700000020));
  EXPECT_EQ(log.series[1].role, ir::Role::kValidationLoss);
  EXPECT_TRUE(log.input.problems.empty());
  EXPECT_FALSE(log.cut_off);
}

TEST(EventFileTest, TensorsOfOneNumber) {
  const auto type = [](std::uint64_t number) { return VarintField(1, number); };
  const std::string scalar_shape = BytesField(2, "");
  EXPECT_EQ(TensorValue(type(1) + scalar_shape + BytesField(4, Bytes(1.5F))), 1.5);
  EXPECT_EQ(TensorValue(type(2) + scalar_shape + BytesField(4, Bytes(1e300))), 1e300);
  EXPECT_EQ(TensorValue(type(3) + BytesField(4, Bytes(std::int32_t{-3}))), -3);
  EXPECT_EQ(TensorValue(type(9) + BytesField(4, Bytes(std::int64_t{-4}))), -4);
  EXPECT_EQ(TensorValue(type(19) + BytesField(4, Bytes(std::uint16_t{0xc100}))), -2.5);
  EXPECT_EQ(TensorValue(type(14) + BytesField(4, Bytes(std::uint16_t{0x3fc0}))), 1.5);
  EXPECT_EQ(TensorValue(type(1) + BytesField(5, Bytes(2.5F))), 2.5);  // packed
  EXPECT_EQ(TensorValue(type(1) + "\x2d" + Bytes(3.5F)), 3.5);        // not packed
  EXPECT_EQ(TensorValue(type(2) + BytesField(6, Bytes(0.1))), 0.1);
  EXPECT_EQ(TensorValue(type(9) + VarintField(10, 11)), 11);
  EXPECT_EQ(TensorValue(type(9) + BytesField(10, "\x0b")), 11);
  EXPECT_EQ(TensorValue(type(19) + VarintField(13, 0x0001)), std::ldexp(1.0, -24));
  EXPECT_EQ(TensorValue(type(1) + scalar_shape), 0);  // proto3 leaves zero out
  EXPECT_EQ(TensorValue(type(1) + BytesField(5, Bytes(2.5F)), ""), 2.5);
}

TEST(EventFileTest, WhatIsNoScalarIsPassedOver) {
  const std::string vector = VarintField(1, 1) + BytesField(2, BytesField(2, VarintField(1, 1)));
  EXPECT_TRUE(std::isnan(TensorValue(vector + BytesField(4, Bytes(1.5F)))));
  EXPECT_TRUE(std::isnan(TensorValue(VarintField(1, 1) + BytesField(4, "abc"))));
  EXPECT_TRUE(std::isnan(TensorValue(VarintField(1, 7) + BytesField(8, "text"), "text")));
  EXPECT_TRUE(std::isnan(TensorValue(VarintField(1, 1) + BytesField(5, Bytes(1.0F)), "pr_curves")));
  const ir::Log log = Read({Event(BytesField(1, BytesField(1, "image") + BytesField(4, "png")) +
                                  BytesField(1, BytesField(1, "h") + BytesField(5, "histogram")))});
  EXPECT_EQ(log.records, 1u);
  EXPECT_TRUE(log.series.empty());
  EXPECT_TRUE(log.input.problems.empty());
}

TEST(EventFileTest, PayloadsThatAreNotReadAreNotChecked) {
  std::string file = EventsFromText("version\ngraph 100000\n1 loss 0.5\n");
  file[50000] = 'x';
  EXPECT_TRUE(Read({file}).input.problems.empty());
}

TEST(EventFileTest, DamagedRecordsAreLeftOutAndTheRestIsRead) {
  const ir::Log log = Read({EventsFromText(
      "version\n1 loss 0.5\ndamaged 2 loss 0.4\ndamaged 3 loss 0.3\n4 loss 0.2\n")});
  ASSERT_THAT(log.series, SizeIs(1));
  EXPECT_THAT(log.series[0].at->step, ElementsAre(1, 4));
  EXPECT_THAT(log.series[0].at->line, ElementsAre(2, 5));
  ASSERT_THAT(log.input.problems, SizeIs(1));
  EXPECT_EQ(log.input.problems[0].kind, ir::ProblemKind::kCorruptRecord);
  EXPECT_EQ(log.input.problems[0].location.logical, "record 3");
  EXPECT_EQ(log.input.problems[0].message, "a record's checksum is wrong, and 1 more are damaged");
}

TEST(EventFileTest, GoesOnBehindADamagedLength) {
  std::string file = EventsFromText("version\n1 loss 0.5\n2 loss 0.4\n3 loss 0.3\n");
  const std::size_t second = EventsFromText("version\n").size();
  file[second] = static_cast<char>(file[second] ^ 0x10);
  const ir::Log log = Read({file});
  ASSERT_THAT(log.series, SizeIs(1));
  EXPECT_THAT(log.series[0].at->step, ElementsAre(2, 3));
  EXPECT_THAT(log.input.problems, SizeIs(1));
}

// Cut at each byte: the whole records before the cut are read, and the cut is told of.
TEST(EventFileTest, CutAnywhere) {
  const std::string whole = EventsFromText("version\n1 loss 0.5\n2 loss 0.4\n");
  const std::size_t ends[] = {EventsFromText("version\n").size(),
                              EventsFromText("version\n1 loss 0.5\n").size(), whole.size()};
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    const ir::Log log = Read({whole.substr(0, size)});
    std::size_t records = 0;
    for (const std::size_t end : ends) records += size >= end;
    const bool at_end = size == ends[0] || size == ends[1] || size == ends[2];
    EXPECT_EQ(log.records, records) << size;
    EXPECT_EQ(log.cut_off.has_value(), !at_end) << size;
    EXPECT_TRUE(log.input.problems.empty()) << size;
  }
}

TEST(EventFileTest, SeveralFilesOfARunAreOneLog) {
  const ir::Log log = Read({EventsFromText("version\n1 loss 0.5\n2 loss 0.4\ncut 3 loss 0.3\n"),
                            EventsFromText("version\n3 loss 0.3\n4 loss 0.2\n")});
  ASSERT_THAT(log.series, SizeIs(1));
  EXPECT_THAT(log.series[0].at->step, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(log.series[0].at->line, ElementsAre(2, 3, 6, 7));
  EXPECT_THAT(log.segments, SizeIs(1));
  EXPECT_FALSE(log.cut_off);
  ASSERT_THAT(log.parts, SizeIs(2));
  EXPECT_EQ(ir::LineLocation(log, 3).path, "run/events.out.tfevents.0");
  EXPECT_EQ(ir::LineLocation(log, 3).logical, "record 3");
  EXPECT_EQ(ir::LineLocation(log, 6).path, "run/events.out.tfevents.1");
  EXPECT_EQ(ir::LineLocation(log, 6).logical, "record 2");
}

TEST(EventFileTest, APreemptedRunBeginsAnotherSegment) {
  const std::string first = "version\n10 loss 0.5\n20 loss 0.4\n30 loss 0.3\n";
  const ir::Log resumed =
      Read({EventsFromText(first), EventsFromText("version\n20 loss 0.4\n30 loss 0.3\n")});
  ASSERT_THAT(resumed.segments, SizeIs(2));
  EXPECT_EQ(resumed.segments[0].last_line, 4u);
  EXPECT_EQ(resumed.segments[1].first_line, 5u);
  EXPECT_EQ(resumed.segments[1].start, ir::SegmentStart::kResume);
  const ir::Log restarted = Read({EventsFromText(first), EventsFromText(first)});
  ASSERT_THAT(restarted.segments, SizeIs(2));
  EXPECT_EQ(restarted.segments[1].start, ir::SegmentStart::kRestart);
}

TEST(EventFileTest, StepsThatGoBackWithinAFile) {
  const ir::Log log = Read({EventsFromText(
      "10 lr 1 loss 0.5\n20 lr 1 loss 0.4\n15 lr 1 loss 0.45\n20 lr 1 loss 0.4\n")});
  ASSERT_THAT(log.segments, SizeIs(2));
  EXPECT_EQ(log.segments[1].first_line, 5u);  // lr stands before the loss
  // Steps that count the batches of an epoch start over in each.
  std::string epochs;
  for (int epoch = 0; epoch < 3; ++epoch) epochs += "1 loss 0.5\n2 loss 0.4\n3 loss 0.3\n";
  EXPECT_THAT(Read({EventsFromText(epochs)}).segments, SizeIs(1));
}

TEST(EventFileTest, TheFolderSaysWhatWasMeasuredOn) {
  EventFileReader reader;
  reader.Add(*Source::FromBytes("logs/validation/events.out.tfevents.1",
                                EventsFromText("version\n0 epoch_loss 0.5\n1 epoch_loss 0.4\n")));
  const ir::Log log = reader.Finish();
  ASSERT_THAT(log.series, SizeIs(1));
  EXPECT_EQ(log.series[0].role, ir::Role::kValidationLoss);
  EXPECT_TRUE(log.series[0].per_epoch);
  EXPECT_THAT(log.series[0].at->epoch, ElementsAre(0, 1));
}

TEST(EventFileTest, LoadedByFolder) {
  const tests::TemporaryFolder folder;
  const std::string one = folder.path() + "/a/events.out.tfevents.1";
  const std::string two = folder.path() + "/a/events.out.tfevents.2";
  const std::string other = folder.path() + "/b/events.out.tfevents.1";
  tests::WriteFile(one, EventsFromText("version\n1 loss 0.5\n"));
  tests::WriteFile(two, EventsFromText("version\n2 loss 0.4\n"));
  tests::WriteFile(other, EventsFromText("version\n1 loss 0.9\n"));
  const ir::Run run = LoadRun(folder.path(), {{one}, {other}, {two}});
  ASSERT_THAT(run.logs, SizeIs(2));
  EXPECT_THAT(run.logs[0].series.at(0).value, SizeIs(2));
  EXPECT_THAT(run.logs[0].parts, SizeIs(2));
  EXPECT_THAT(run.logs[1].series.at(0).value, SizeIs(1));
  EXPECT_EQ(run.logs[1].input.format, "tensorboard-events");
}

}  // namespace
}  // namespace onnxcheck::parsers
