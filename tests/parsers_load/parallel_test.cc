#include "parsers/parallel.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace onnxcheck::parsers {
namespace {

using ::testing::Each;

TEST(InParallel, RunsEachTaskOnce) {
  for (const unsigned threads : {0u, 1u, 3u, 64u}) {
    for (const std::size_t count : {0u, 1u, 2u, 100u}) {
      std::vector<std::atomic<int>> runs(count);
      InParallel(count, threads, [&](std::size_t i) { ++runs[i]; });
      EXPECT_THAT(std::vector<int>(runs.begin(), runs.end()), Each(1)) << threads;
    }
  }
}

TEST(InParallel, ThrowsWhatATaskThrew) {
  for (const unsigned threads : {1u, 4u}) {
    std::atomic<int> runs = 0;
    const auto run = [&] {
      InParallel(1000, threads, [&](std::size_t i) {
        ++runs;
        if (i == 10) throw std::runtime_error("ten");
      });
    };
    EXPECT_THROW(run(), std::runtime_error) << threads;
    EXPECT_LE(runs, 1000) << threads;
    EXPECT_TRUE(threads > 1 || runs == 11) << runs;
  }
}

}  // namespace
}  // namespace onnxcheck::parsers
