#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "parsers/log/multibyte.h"
#include "parsers/log/text.h"
#include "tests/parsers_log/describe.h"

namespace onnxcheck::parsers::log {
namespace {

struct Sample {
  std::string_view name;
  std::string_view bytes;  // encoded by Python's codec
  std::string_view utf8;
};

// clang-format off
constexpr Sample kSamples[] = {
    // gb18030
    {"GBK",
    "\xbf\xaa\xca\xbc\xd1\xb5\xc1\xb7\xa3\xac\xb9\xb2 3 \xc2\xd6\n"
    "\xb5\xda 1 \xc2\xd6 \xcb\xf0\xca\xa7: 0.5 \xd7\xbc\xc8\xb7\xc2\xca: 0.75\n"
    "\xb5\xda 2 \xc2\xd6 \xcb\xf0\xca\xa7: 0.25 \xd7\xbc\xc8\xb7\xc2\xca: 0.875\n"
    "\xc4\xa3\xd0\xcd\xd2\xd1\xb1\xa3\xb4\xe6 \x94\x39\xfc\x36\n",
    "开始训练，共 3 轮\n"
    "第 1 轮 损失: 0.5 准确率: 0.75\n"
    "第 2 轮 损失: 0.25 准确率: 0.875\n"
    "模型已保存 😀\n"},
    // cp949
    {"EUC-KR",
    "\xc8\xc6\xb7\xc3\xc0\xbb \xbd\xc3\xc0\xdb\xc7\xd5\xb4\xcf\xb4\xd9\n"
    "\xbf\xa1\xc6\xf7\xc5\xa9 1/2 \xbc\xd5\xbd\xc7: 0.5 \xc1\xa4\xc8\xae\xb5\xb5: 0.75\n"
    "\xbf\xa1\xc6\xf7\xc5\xa9 2/2 \xbc\xd5\xbd\xc7: 0.25 \xc1\xa4\xc8\xae\xb5\xb5: 0.875\n"
    "\xb8\xf0\xb5\xa8\xc0\xbb \xc0\xfa\xc0\xe5\xc7\xdf\xbd\xc0\xb4\xcf\xb4\xd9\n",
    "훈련을 시작합니다\n"
    "에포크 1/2 손실: 0.5 정확도: 0.75\n"
    "에포크 2/2 손실: 0.25 정확도: 0.875\n"
    "모델을 저장했습니다\n"},
    // cp932
    {"Shift_JIS",
    "\x8aw\x8fK\x82\xf0\x8aJ\x8en\x82\xb5\x82\xdc\x82\xb7\n"
    "\x83G\x83|\x83" "b\x83N 1/2 \x91\xb9\x8e\xb8: 0.5 \x90\xb8\x93x: 0.75\n"
    "\x83G\x83|\x83" "b\x83N 2/2 \x91\xb9\x8e\xb8: 0.25 \x90\xb8\x93x: 0.875\n"
    "\x83\x82\x83" "f\x83\x8b\x82\xf0\x95\xdb\x91\xb6\x82\xb5\x82\xdc\x82\xb5\x82\xbd \xb1\n",
    "学習を開始します\n"
    "エポック 1/2 損失: 0.5 精度: 0.75\n"
    "エポック 2/2 損失: 0.25 精度: 0.875\n"
    "モデルを保存しました ｱ\n"},
    // cp950
    {"Big5",
    "\xb6}\xa9l\xb0V\xbdm\xa1" "A\xa6@ 3 \xbd\xfc\n"
    "\xb2\xc4 1 \xbd\xfc \xb7l\xa5\xa2: 0.5 \xb7\xc7\xbdT\xb2v: 0.75\n"
    "\xb2\xc4 2 \xbd\xfc \xb7l\xa5\xa2: 0.25 \xb7\xc7\xbdT\xb2v: 0.875\n"
    "\xbc\xd2\xab\xac\xa4w\xc0x\xa6s\n",
    "開始訓練，共 3 輪\n"
    "第 1 輪 損失: 0.5 準確率: 0.75\n"
    "第 2 輪 損失: 0.25 準確率: 0.875\n"
    "模型已儲存\n"},
    // euc_jp
    {"EUC-JP",
    "\xb3\xd8\xbd\xac\xa4\xf2\xb3\xab\xbb\xcf\xa4\xb7\xa4\xde\xa4\xb9\n"
    "\xa5\xa8\xa5\xdd\xa5\xc3\xa5\xaf 1/2 \xc2\xbb\xbc\xba: 0.5 \xc0\xba\xc5\xd9: 0.75\n"
    "\xa5\xa8\xa5\xdd\xa5\xc3\xa5\xaf 2/2 \xc2\xbb\xbc\xba: 0.25 \xc0\xba\xc5\xd9: 0.875\n"
    "\xa5\xe2\xa5\xc7\xa5\xeb\xa4\xf2\xca\xdd\xc2\xb8\xa4\xb7\xa4\xde\xa4\xb7\xa4\xbf \x8e\xb1\n",
    "学習を開始します\n"
    "エポック 1/2 損失: 0.5 精度: 0.75\n"
    "エポック 2/2 損失: 0.25 精度: 0.875\n"
    "モデルを保存しました ｱ\n"},
};
// clang-format on

const Text* DecodeInto(std::string_view bytes, Text* text) {
  Decode(bytes, text);
  return text;
}

TEST(Multibyte, IsToldByItsBytes) {
  for (const Sample& sample : kSamples) {
    Text text;
    DecodeInto(sample.bytes, &text);
    EXPECT_EQ(text.encoding, sample.name);
    EXPECT_EQ(text.bytes, sample.utf8);
    EXPECT_FALSE(text.limited);
  }
}

TEST(Multibyte, SeriesAreThoseOfUtf8) {
  for (const Sample& sample : kSamples) {
    const ir::Log log = ParseText(sample.bytes);
    EXPECT_EQ(log.encoding, sample.name);
    EXPECT_EQ(DescribeSeries(log), DescribeSeries(ParseText(sample.utf8)));
    EXPECT_EQ(log.series.size(), 2u) << sample.name;
  }
  EXPECT_EQ(ParseText(kSamples[0].utf8).encoding, "");
}

TEST(Multibyte, IsFoundBehindALongPreamble) {
  std::string preamble;
  while (preamble.size() < 300000) preamble += "INFO loading shard of the data set\n";
  for (const Sample& sample : kSamples) {
    std::string bytes = preamble;
    std::string utf8 = preamble;
    while (bytes.size() < 600000) {
      bytes += sample.bytes;
      utf8 += sample.utf8;
    }
    Text text;
    EXPECT_EQ(DecodeInto(bytes, &text)->encoding, sample.name);
    EXPECT_EQ(text.bytes, utf8);
  }
}

TEST(Multibyte, OneByteEncodingsStay) {
  for (
      const std::string_view bytes : {
          // Latin-1, French and German.
          std::string_view("D\xe9"
                           "but de l'entra\xeenement : \xe9poque 1 termin\xe9"
                           "e, pr\xe9"
                           "cision am\xe9lior\xe9"
                           "e\n"
                           "perte: 0.5 (derni\xe8re \xe9valuation \xe0 13h)\n"
                           "mod\xe8le enregistr\xe9, arr\xeat pr\xe9matur\xe9 d\xe9sactiv\xe9, "
                           "o\xf9 \xeates-vous\n"),
          std::string_view("Pr\xfc"
                           "fgenauigkeit f\xfcr gr\xf6\xdf"
                           "ere Gr\xf6\xdf"
                           "en \xfc"
                           "bertrifft die fr\xfchere Sch\xe4tzung\n"
                           "\xc4nderung: Verlust: 0.5 \xdc"
                           "bung \xd6"
                           "ffnung\n"),
          // CP1252: quotation marks, dashes and the euro sign.
          std::string_view("don\x92t can\x92t it\x92s we\x92ll they\x92ve I\x92m he\x92"
                           "d \x93The\x94 \x93loss\x94 \x96 5 \x80 \x97 \x93"
                           "data\x94\n"
                           "loss: 0.5 \x85\n"),
          // KOI8-R and CP1251.
          std::string_view(
              "\xee\xc1\xde\xc1\xcc\xcf \xcf\xc2\xd5\xde\xc5\xce\xc9\xd1 \xcd\xcf\xc4\xc5\xcc\xc9, "
              "\xdc\xd0\xcf\xc8\xc1 \xda\xc1\xd7\xc5\xd2\xdb\xc5\xce\xc1\n"
              "\xd0\xcf\xd4\xc5\xd2\xc9: 0.5 \xd4\xcf\xde\xce\xcf\xd3\xd4\xd8: 0.75\n"),
          std::string_view(
              "\xcd\xe0\xf7\xe0\xeb\xee \xee\xe1\xf3\xf7\xe5\xed\xe8\xff \xec\xee\xe4\xe5\xeb\xe8, "
              "\xfd\xef\xee\xf5\xe0 \xe7\xe0\xe2\xe5\xf0\xf8\xe5\xed\xe0\n"
              "\xef\xee\xf2\xe5\xf0\xe8: 0.5 \xf2\xee\xf7\xed\xee\xf1\xf2\xfc: 0.75\n"),
          // CP437: progress bars.
          std::string_view(
              " 10%|\xdb         | 1/10\n"
              " 50%|\xdb\xdb\xdb\xdb\xdb     | 5/10\n"
              "100%|\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb\xdb| 10/10 \xb0\xb1\xb2 \xc4\xcd\n"),
      }) {
    EXPECT_EQ(DetectMultibyte(bytes), Multibyte::kNone) << bytes;
    Text text;
    EXPECT_EQ(DecodeInto(bytes, &text)->bytes, bytes);
  }
}

TEST(Multibyte, StrayBytesAndUtf8Stay) {
  for (const Sample& sample : kSamples) {
    // UTF-8 with a sentence in another encoding.
    std::string mixed;
    for (int i = 0; i < 20; ++i) mixed += sample.utf8;
    mixed += sample.bytes;
    EXPECT_EQ(DetectMultibyte(mixed), Multibyte::kNone) << sample.name;
    EXPECT_EQ(DetectMultibyte(sample.utf8), Multibyte::kNone);
  }
  EXPECT_EQ(DetectMultibyte("loss: 0.5 \xcb\xf0\n"), Multibyte::kNone);  // one word
  EXPECT_EQ(DetectMultibyte(""), Multibyte::kNone);
}

TEST(Multibyte, TheSameWordsAgainProveNothing) {
  std::string bytes;
  // "第1轮" in GBK, two syllables in EUC-KR.
  for (int i = 0; i < 1000; ++i)
    bytes +=
        "\xb5\xda"
        "1\xc2\xd6 loss: 0.5\n";
  EXPECT_EQ(DetectMultibyte(bytes), Multibyte::kNone);
}

TEST(Multibyte, WhatDoesNotDecodeIsReplaced) {
  EXPECT_EQ(FromMultibyte("\xff"
                          "a\xcb\xf0\x81\x30\x81\x30\xcb",
                          Multibyte::kGbk),
            "�a损��");
  EXPECT_EQ(FromMultibyte("\xb1\xb1\x81: 1", Multibyte::kShiftJis), "ｱｱ�: 1");
  EXPECT_EQ(FromMultibyte("\xc5["
                          "a",
                          Multibyte::kEucKr),
            "�[a");  // ASCII stays
}

TEST(Multibyte, CutAnywhere) {
  for (const Sample& sample : kSamples) {
    for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
      const ir::Log log = ParseText(sample.bytes.substr(0, size));
      EXPECT_TRUE(log.encoding.empty() || log.encoding == sample.name);
    }
  }
}

TEST(Multibyte, AnyBytesGiveValidUtf8) {
  std::string bytes;
  unsigned state = 1;
  for (int i = 0; i < 100000; ++i) {
    state = state * 1664525u + 1013904223u;
    bytes.push_back(static_cast<char>(state >> 24));
  }
  EXPECT_EQ(DetectMultibyte(bytes), Multibyte::kNone);
  for (const Multibyte encoding :
       {Multibyte::kGbk, Multibyte::kEucKr, Multibyte::kShiftJis, Multibyte::kBig5}) {
    const std::string text = FromMultibyte(bytes, encoding);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      const bool lead = byte >= 0xC0;
      const bool follows = (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80;
      ASSERT_TRUE(!lead || follows);
      ASSERT_TRUE(byte >= 0x80 || !follows);
    }
  }
}

}  // namespace
}  // namespace onnxcheck::parsers::log
