// Which texts of a script are looked up as paths, and what is found there.
#include "parsers/script/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "parsers/script/script.h"
#include "tests/support/cases.h"

namespace onnxcheck {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PathsTest : public testing::Test {
 protected:
  void Put(const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(folder_.path()) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }
  std::vector<ir::script::PathText> LookUp(const std::string& text,
                                           const std::string& name = "train.py") {
    ir::Script script =
        parsers::ParseScript(*parsers::Source::FromBytes(folder_.path() + "/" + name, text));
    parsers::LookUpPaths(script);
    return script.paths;
  }

  tests::TemporaryFolder folder_;
};

TEST_F(PathsTest, BesideTheScriptAndAbove) {
  Put("data/a.csv");
  Put("code/deep/own.csv");
  const auto paths =
      LookUp("open('data/a.csv')\nopen('own.csv')\nopen('data/b.csv')\n", "code/deep/train.py");
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_TRUE(paths[0].exists);
  EXPECT_TRUE(paths[1].exists);
  EXPECT_FALSE(paths[2].exists);
  EXPECT_TRUE(paths[2].folder_exists);
  EXPECT_TRUE(paths[2].has_kin);
  EXPECT_THAT(paths[2].alike, ElementsAre("a.csv"));
}

TEST_F(PathsTest, NamesAboutAsLong) {
  Put("data/train.csv");
  Put("data/.hidden.csv");
  Put("data/validation.csv");
  const auto paths =
      LookUp("open('data/trains.csv')\nopen('data/trian.npy')\nopen('gone/x.csv')\n");
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_THAT(paths[0].alike, ElementsAre("train.csv"));
  EXPECT_FALSE(paths[1].has_kin);
  EXPECT_FALSE(paths[2].folder_exists);
}

TEST_F(PathsTest, OnlyRelativePathsOfThisSystem) {
  EXPECT_THAT(LookUp("open('/etc/passwd')\nopen('~/x.csv')\nopen('C:\\\\data\\\\x.csv')\n"
                     "open('http://example.org/x.csv')\nopen('data/*.csv')\nopen('word')\n"
                     "print('a\\nb.csv')\nopen(name)\n"),
              IsEmpty());
}

TEST_F(PathsTest, NotMoreThanTheLimit) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "open('data/" + std::to_string(i) + ".csv')\n";
  EXPECT_EQ(LookUp(text).size(), parsers::kMaxPathTexts);
  EXPECT_THAT(LookUp("open('data/" + std::string(parsers::kMaxPathBytes, 'x') + "')\n"), IsEmpty());
}

}  // namespace
}  // namespace onnxcheck
