#include "analyzer/facts/misspelt.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "analyzer/facts/slip.h"

namespace onnxcheck::facts {
namespace {

std::string Misspelt(std::initializer_list<const char*> words) {
  ir::Config config;
  for (const char* word : words) config.key_words.push_back({{word, {}}, false});
  std::string all;
  for (const MisspeltKey& key : MisspeltKeys(config)) {
    all += key.key.value + ">" + std::string(key.meant) + " ";
  }
  return all;
}

TEST(Misspelt, OneSlipFromAWellKnownKey) {
  EXPECT_EQ(Misspelt({"learing_rate", "bacth_size", "optimzer", "weight_decey"}),
            "learing_rate>learning_rate bacth_size>batch_size optimzer>optimizer "
            "weight_decey>weight_decay ");
}

TEST(Misspelt, WordsOfTheirOwn) {
  EXPECT_EQ(Misspelt({"learning_rates", "optimizers", "momenta", "warmup_step", "logging_step",
                      "optimizerg", "learning_rate2"}),
            "");
  EXPECT_EQ(Misspelt({"learing_rate", "learning_rate"}), "");
  ir::Config config;
  config.key_words.push_back({{"schedule", {}}, true});
  config.key_words.push_back({{"schedulr", {}}, true});
  EXPECT_TRUE(MisspeltKeys(config).empty());
}

TEST(Slip, OneChangeOrSwap) {
  EXPECT_TRUE(DiffersByASlip("train", "trian"));
  EXPECT_TRUE(DiffersByASlip("train", "trai"));
  EXPECT_TRUE(DiffersByASlip("rain", "train"));
  EXPECT_TRUE(DiffersByASlip("train", "traim"));
  EXPECT_TRUE(DiffersByASlip("", "t"));
  EXPECT_FALSE(DiffersByASlip("train", "train"));
  EXPECT_FALSE(DiffersByASlip("train", "tarin2"));
  EXPECT_FALSE(DiffersByASlip("train", "tr"));
  EXPECT_FALSE(DiffersByASlip("", ""));
}

}  // namespace
}  // namespace onnxcheck::facts
