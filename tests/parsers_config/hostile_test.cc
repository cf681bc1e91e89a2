// Damaged and malicious configurations: a problem with its place, never a crash.

#include <cctype>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "parsers/config/document.h"
#include "parsers/config/keras_archive.h"
#include "parsers/config/readers.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr auto kLimit = ir::ProblemKind::kResourceLimit;

std::string Repeat(const std::string& text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(Hostile, TruncatedAtEveryByte) {
  const std::pair<Format, std::string> files[] = {
      {Format::kYaml,
       "a: &x [1, 'b', \"c\\n\", {d: !!int 4}]\nb: *x\nc: |\n  text\n? [k]\n: v\n"
       "<<: {e: 1e-4}\nlogging: {handlers: [{type: file, path: x, mode: w}]}\n"},
      {Format::kJson, R"({"a": [1, "\u00e9\n", {"b": NaN}], /* c */ "d": -Infinity, "e": [[]]})"},
      {Format::kToml, "a = 1\n[b.c]\nd = [1, { e = \"\"\"x\ny\"\"\" }]\n[[f]]\ng = 2020-01-01\n"},
  };
  for (const auto& [format, text] : files) {
    EXPECT_THAT(Parse(format, text).input.problems, SizeIs(0)) << FormatName(format);
    for (std::size_t size = 0; size < text.size(); ++size) {
      const ir::Config config = Parse(format, text.substr(0, size));
      EXPECT_LE(config.input.problems.size(), 1u);
      for (const ir::Problem& problem : config.input.problems) {
        EXPECT_EQ(problem.kind, ir::ProblemKind::kMalformedConfig);
        EXPECT_GT(problem.location.line, 0u) << text.substr(0, size);
      }
      for (const ir::Entry& entry : config.entries) {
        EXPECT_LE(entry.location.offset + entry.location.length, size);
      }
    }
  }
}

TEST(Hostile, KerasArchiveTruncatedAtEveryByte) {
  const std::string bytes =
      Zip({{"metadata.json", "{}"},
           {"config.json", R"({"class_name": "Sequential", "config": {"layers": []}})"}});
  EXPECT_THAT(Parse(Format::kKerasArchive, bytes).input.problems, SizeIs(0));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_THAT(Problems(Parse(Format::kKerasArchive, bytes.substr(0, size))),
                ElementsAre(ir::ProblemKind::kTruncated))
        << size;
  }
}

TEST(Hostile, EveryByteOfAnArchiveChanged) {
  const std::string bytes =
      Zip({{"config.json", R"({"class_name": "Sequential", "config": {"layers": [1, {}, "x"]}})"}});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char bit : {'\x01', '\x80', '\xFF'}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      const ir::Config config = Parse(Format::kKerasArchive, changed);
      EXPECT_EQ(config.input.bytes, bytes.size());
    }
  }
}

TEST(Hostile, AliasBombs) {
  std::string bomb = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + Repeat(before + ", ", 9) +
            before + "]\n";
  }
  const ir::Config list = Yaml("lr: 0.5\n" + bomb);
  EXPECT_THAT(Problems(list), ElementsAre(kLimit));
  EXPECT_GT(list.input.problems[0].location.line, 0u);
  EXPECT_LE(list.entries.size(), kMaxConfigEntries);
  EXPECT_EQ(list.learning_rate->value, 0.5);

  std::string merge = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    merge += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + before + ", " +
             before + "]}\n";
  }
  EXPECT_THAT(Problems(Yaml(merge)), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Yaml("a: &a [*a, *a]\n")), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Yaml("a: &a {<<: *a, b: *a}\n")), ElementsAre(kLimit));
}

TEST(Hostile, LongTextsBehindAliases) {
  const std::string config =
      "a: &a " + std::string(100'000, 'x') + "\nb: [" + Repeat("*a, ", 9'000) + "]\n";
  const ir::Config read = Yaml(config);
  EXPECT_THAT(Problems(read), ElementsAre(kLimit));
  EXPECT_LT(read.entries.size(), 1000u);
}

TEST(Hostile, TenThousandDeep) {
  const std::size_t deep = 10'000;
  EXPECT_THAT(Problems(Yaml(Repeat("[", deep))), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Yaml(Repeat("{a: ", deep))), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Yaml(Repeat("- ", deep) + "x")), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Yaml(Repeat("? ", deep) + "x")), Contains(kLimit));
  EXPECT_THAT(Problems(Yaml("a: " + Repeat("!!t ", deep) + "x")), SizeIs(1));
  std::string block;
  for (int i = 0; i < 1500; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(Problems(Yaml(block)), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Json(Repeat("[", deep) + Repeat("]", deep))), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Json(Repeat("{\"a\":", deep))), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Toml("a = " + Repeat("[", deep))), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Toml("lr = 1\na = " + Repeat("{a = ", deep))), ElementsAre(kLimit));
  const ir::Config dotted = Toml("lr = 2\n" + Repeat("a.", deep) + "a = 1\n");
  EXPECT_THAT(Problems(dotted), ElementsAre(kLimit));
  EXPECT_EQ(dotted.input.problems[0].location.line, 2u);
  EXPECT_EQ(dotted.learning_rate->value, 2);
  EXPECT_THAT(Problems(Toml("[" + Repeat("a.", deep) + "a]\nb = 1\n")), ElementsAre(kLimit));
  EXPECT_THAT(Problems(Toml(Repeat("{a.a.a.a.a = [", 200))), SizeIs(1));
}

TEST(Hostile, WideFilesAreBounded) {
  const ir::Config list = Json("{\"history\": [" + Repeat("1,", 200'000) + "1], \"lr\": 0.5}");
  EXPECT_THAT(list.input.problems, SizeIs(0));
  EXPECT_EQ(list.entries.size(), kMaxConfigItems + 1);
  EXPECT_EQ(list.learning_rate->value, 0.5);
  const ir::Config lists = Json("[" + Repeat("[" + Repeat("1,", 9'000) + "1],", 100) + "1]");
  EXPECT_THAT(Problems(lists), ElementsAre(kLimit));
  EXPECT_LE(lists.entries.size(), kMaxConfigNodes);
  const ir::Config large = Yaml("lr: 0.5\n" + Repeat("# padding\n", kMaxYamlBytes / 9));
  EXPECT_THAT(Problems(large), ElementsAre(kLimit));
  EXPECT_EQ(large.learning_rate->value, 0.5);
}

TEST(Hostile, ZipBombs) {
  const ir::Config ratio =
      Parse(Format::kKerasArchive, Zip({{"config.json", std::string(20 << 20, ' ')}}));
  EXPECT_THAT(Problems(ratio), ElementsAre(kLimit));
  EXPECT_EQ(ratio.input.problems[0].location.logical, "config.json");
  const ir::Config size = Parse(
      Format::kKerasArchive, Zip({{"config.json", std::string(kMaxArchiveMemberBytes + 1, '[')}}));
  EXPECT_THAT(Problems(size), ElementsAre(kLimit));
}

// The directory says a few bytes, the data unpack to many: no more than it says is unpacked.
TEST(Hostile, ZipThatLiesAboutItsSize) {
  std::string bytes =
      Zip({{"config.json", "{\"a\": \"" + std::string(kMaxArchiveMemberBytes, 'x') + "\"}"}});
  const std::size_t directory = bytes.rfind("PK\x01\x02");
  ASSERT_NE(directory, std::string::npos);
  bytes.replace(directory + 24, 4, std::string("\x10\0\0\0", 4));
  const ir::Config config = Parse(Format::kKerasArchive, bytes);
  EXPECT_THAT(Problems(config), ElementsAre(ir::ProblemKind::kMalformedConfig));
}

TEST(Hostile, BytesThatAreNoText) {
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 37 + i / 7);
  for (const Format format : {Format::kYaml, Format::kJson, Format::kToml, Format::kKerasArchive}) {
    EXPECT_THAT(Parse(format, bytes).input.problems, SizeIs(1)) << FormatName(format);
  }
  // UTF-16 is read by YAML, which has it in its specification, and by no other.
  const std::string utf16 = std::string(
      "\xFF\xFE"
      "l\0r\0:\0 \0"
      "0\0.\0"
      "5\0\n\0",
      18);
  EXPECT_EQ(Yaml(utf16).learning_rate->value, 0.5);
}

TEST(Hostile, ErrorsAreWordedAsSentences) {
  for (const ir::Config& config : {Yaml("a: [\n"), Json("{\"a\" 1}"), Toml("a = \n")}) {
    ASSERT_EQ(config.input.problems.size(), 1u);
    const std::string& message = config.input.problems[0].message;
    EXPECT_FALSE(message.empty());
    EXPECT_NE(message.back(), '.');
    EXPECT_FALSE(std::isupper(static_cast<unsigned char>(message[0])) &&
                 std::islower(static_cast<unsigned char>(message[1])))
        << message;
  }
}

}  // namespace
}  // namespace onnxcheck::parsers
