#include "parsers/log/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "parsers/log/text.h"
#include "parsers/log/utf16.h"
#include "parsers/source.h"

namespace onnxcheck::parsers::log {
namespace {

using ::testing::ElementsAre;

// "line:text" of every record; "!" marks a record without a line end.
std::vector<std::string> Records(std::string_view text, bool expand = false) {
  RecordReader reader(text, expand);
  Record record;
  std::vector<std::string> out;
  while (reader.Next(&record)) {
    out.push_back(std::to_string(record.line) + ":" + std::string(Trim(record.text)) +
                  (record.terminated ? "" : "!"));
  }
  return out;
}

TEST(Records, LinesOfEveryKindOfEnd) {
  EXPECT_THAT(Records("a\nb\r\nc\r\r\n\n  \nd"), ElementsAre("1:a", "2:b", "3:c", "6:d!"));
  EXPECT_THAT(Records(""), ElementsAre());
  EXPECT_THAT(Records("\n\n"), ElementsAre());
}

TEST(Records, OnlyABarsLastStateCounts) {
  EXPECT_THAT(Records("Epoch 1/2\n 1/9 [>..]\r 5/9 [=>.]\r 9/9 [===] - loss: 1\nEpoch 2/2\n"),
              ElementsAre("1:Epoch 1/2", "2:9/9 [===] - loss: 1", "3:Epoch 2/2"));
  EXPECT_THAT(Records(" 1/9 [>..]\b\b\b\b\b 9/9 [===]\n"), ElementsAre("1:9/9 [===]"));
}

// What lies behind the cursor is given back to the system while its views are still compared.
TEST(Records, AMappedFileReadsLikeMemory) {
  std::string text;
  for (int line = 0; text.size() < (std::size_t{40} << 20); ++line) {
    text += "Epoch " + std::to_string(line) + "\n";
    for (int state = 0; state < 100000; ++state) {
      text += std::to_string(state) + "/100000 [===>...] - loss: 0.5\r";
      if (state % 40000 == 0) text += "a word from somebody else\r";
    }
    text += "\n";
  }
  const std::string path = ::testing::TempDir() + "/onnxcheck_records_test.log";
  std::ofstream(path, std::ios::binary) << text;
  const auto opened = Source::Open(path);
  const auto* source = std::get_if<std::shared_ptr<const Source>>(&opened);
  ASSERT_NE(source, nullptr);
  RecordReader mapped((*source)->bytes(), false, source->get());
  RecordReader held(text);
  Record one;
  Record other;
  int records = 0;
  while (held.Next(&one)) {
    ASSERT_TRUE(mapped.Next(&other));
    ASSERT_EQ(one.text, other.text);
    ASSERT_EQ(one.line, other.line);
    ++records;
  }
  EXPECT_FALSE(mapped.Next(&other));
  EXPECT_EQ(mapped.collapsed(), held.collapsed());
  EXPECT_GT(records, 10);
  std::remove(path.c_str());
}

TEST(Records, BarsAreToldApart) {
  EXPECT_THAT(Records("Epoch 0:  1%| 1/9\rEpoch 0: 99%| 8/9\rValidating: 50%\rEpoch 1:  1%| 1/9\n"),
              ElementsAre("1:Epoch 0: 99%| 8/9", "1:Validating: 50%", "1:Epoch 1:  1%| 1/9"));
}

TEST(Records, TextWrittenOverABarStays) {
  EXPECT_THAT(Records(" 1%| 1/9\r 2%| 2/9\rslurmstepd: error: CANCELLED\n"),
              ElementsAre("1:2%| 2/9", "1:slurmstepd: error: CANCELLED"));
}

TEST(Records, EveryStateWhenExpanded) {
  EXPECT_THAT(Records("a 1\ra 2\ra 3", true), ElementsAre("1:a 1", "1:a 2", "1:a 3!"));
  // tqdm draws a step again when its metrics are known.
  EXPECT_THAT(
      Records("Epoch 0: 1/9 [00:01]\rEpoch 0: 1/9 [00:01, loss=2]\rEpoch 0: 2/9 [00:02]", true),
      ElementsAre("1:Epoch 0: 1/9 [00:01, loss=2]", "1:Epoch 0: 2/9 [00:02]!"));
}

TEST(Records, AnsiAndZerosAreDropped) {
  EXPECT_THAT(Records("\x1b[32m[2025]\x1b[0m lo\x1b[1mss\x1b[0m: 1\n"),
              ElementsAre("1:[2025] loss: 1"));
  EXPECT_THAT(Records(std::string("lo\0ss: 1\n\0\0\0\nb\n", 15)), ElementsAre("1:loss: 1", "3:b"));
  EXPECT_THAT(Records("\x1b]0;title\x07text\x1b"), ElementsAre("1:text!"));
}

TEST(Text, Utf16OfBothOrders) {
  const std::string plain = "loss: 1.5\r\nloss: 1.25\r\n";
  for (const bool big : {false, true}) {
    for (const bool mark : {false, true}) {
      std::string bytes = !mark ? "" : big ? "\xFE\xFF" : "\xFF\xFE";
      for (const char c : plain) {
        if (big) bytes.push_back('\0');
        bytes.push_back(c);
        if (!big) bytes.push_back('\0');
      }
      Text text;
      Decode(bytes, &text);
      EXPECT_FALSE(text.binary);
      EXPECT_EQ(text.bytes, plain);
    }
  }
}

TEST(Text, Utf16WithoutMarkInChinese) {
  // U+4E00 and U+4E0A hold the bytes of NUL and of a line end.
  for (const bool big : {false, true}) {
    std::string bytes;
    for (int i = 0; i < 10; ++i) {
      for (const unsigned unit : {0x7B2Cu, 0x4E00u, 0x8F6Eu, 0x4E0Au, 0x635Fu, 0x5931u, 0x3Au,
                                  0x20u, 0x30u, 0x2Eu, 0x35u, 0x0Au}) {
        const char high = static_cast<char>(unit >> 8);
        const char low = static_cast<char>(unit & 0xFF);
        bytes += {big ? high : low, big ? low : high};
      }
    }
    Text text;
    Decode(bytes, &text);
    EXPECT_EQ(text.encoding, big ? "UTF-16BE" : "UTF-16LE");
    EXPECT_EQ(text.bytes.substr(0, text.bytes.find('\n')), "第一轮上损失: 0.5");
  }
}

TEST(Text, ZerosInUtf8AreNoUtf16) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += std::string("e\0p\0o\0ch 1 lo\0ss: 0.5\n", 22);
  Text text;
  Decode(bytes, &text);
  EXPECT_EQ(text.encoding, "");
  EXPECT_EQ(text.bytes, bytes);
}

TEST(Text, ArraysOfIntegersAreNoUtf16) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i)
    bytes += std::string(1, static_cast<char>('0' + i % 64)) + std::string(3, '\0');
  EXPECT_EQ(DetectUtf16(bytes), Utf16::kNone);
}

TEST(Text, SurrogatesAndHalves) {
  Text text;
  Decode(std::string("\xFF\xFE\x3D\xD8\x00\xDE\x3D\xD8\x41\x00\x41", 11), &text);
  EXPECT_EQ(text.bytes,
            "\xF0\x9F\x98\x80\xEF\xBF\xBD"
            "A");
}

TEST(Text, BinaryIsNoText) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes.push_back(static_cast<char>(i * 37 % 256));
  Text text;
  Decode(bytes, &text);
  EXPECT_TRUE(text.binary);
  EXPECT_TRUE(text.bytes.empty());
}

TEST(Text, PrintableIsValidAndBounded) {
  EXPECT_EQ(Printable("a\x1b[31m\tb\xff\xc3\xa9", 100), "a[31m b\xEF\xBF\xBD\xc3\xa9");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m",
                      100),
            "31m");  // C1 control sequence introducer
  EXPECT_EQ(Printable("\xc3\xa9\xc3\xa9", 3), "\xc3\xa9");
}

}  // namespace
}  // namespace onnxcheck::parsers::log
