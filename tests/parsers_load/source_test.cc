#include "parsers/source.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace onnxcheck::parsers {
namespace {

std::shared_ptr<const Source> Opened(const std::string& path) {
  return std::get<std::shared_ptr<const Source>>(Source::Open(path));
}

TEST(Source, ReadsZerosBeyondTheEndOfAFileThatShrank) {
  const std::string path = testing::TempDir() + "shrinks";
  const std::string written(100'000, 'a');
  std::ofstream(path) << written;
  const auto shrinks = Opened(path);
  const auto whole = Opened(path);
  std::filesystem::resize_file(path, 10);
  EXPECT_FALSE(shrinks->Shrunk());
  const std::string read(shrinks->bytes());
  EXPECT_EQ(read.substr(0, 10), written.substr(0, 10));
  EXPECT_EQ(read.substr(10), std::string(written.size() - 10, '\0'));
  EXPECT_TRUE(shrinks->Shrunk());
  EXPECT_FALSE(whole->Shrunk()) << "nothing was read of it";
  std::filesystem::remove(path);
}

TEST(Source, APlaceOfAClosedFileIsUsedAgain) {
  const std::string path = testing::TempDir() + "again";
  for (int i = 0; i < 3; ++i) {
    std::ofstream(path) << std::string(100'000, 'b');
    const auto source = Opened(path);
    EXPECT_FALSE(source->Shrunk());
    std::filesystem::resize_file(path, 0);
    EXPECT_EQ(source->bytes().back(), '\0');
    EXPECT_TRUE(source->Shrunk());
  }
  std::filesystem::remove(path);
}

TEST(SourceDeathTest, OtherBusErrorsStillEndTheProgram) {
  const std::string path = testing::TempDir() + "other";
  std::ofstream(path) << "c";
  const auto source = Opened(path);
  // By the signal, or by the handler of a sanitizer.
  EXPECT_DEATH(raise(SIGBUS), "");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace onnxcheck::parsers
