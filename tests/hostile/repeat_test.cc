// The same bytes for any number of threads, and every time.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/hostile/program.h"

namespace onnxcheck::tests {
namespace {

constexpr const char* kFormats[] = {"text", "json", "jsonl", "sarif", "github"};

void ExpectTheSame(const std::string& folder) {
  for (const std::string format : kFormats) {
    const auto with = [&](const std::string& jobs) {
      return Onnxcheck({folder, "--output-format", format, "-j", jobs, "--no-config"});
    };
    const Result one = with("1");
    EXPECT_EQ(one.status, 1) << one.err;
    EXPECT_GT(one.out.size(), 1000U);
    EXPECT_EQ(one.err, "");
    for (const char* jobs : {"8", "8", "1"}) {
      const Result again = with(jobs);
      EXPECT_EQ(one.status, again.status);
      EXPECT_TRUE(one.out == again.out) << format << " differs with -j " << jobs;
      EXPECT_EQ(again.err, "");
    }
  }
}

TEST(Repeat, BundledRuns) { ExpectTheSame(ONNXCHECK_SOURCE_DIR "/testdata/runs"); }

TEST(Repeat, Corpus) {
  const char* corpus = std::getenv("ONNXCHECK_CORPUS");
  const std::string folder = corpus != nullptr ? corpus : ONNXCHECK_SOURCE_DIR "/../shared/corpus";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no corpus";
  ExpectTheSame(folder);
}

}  // namespace
}  // namespace onnxcheck::tests
