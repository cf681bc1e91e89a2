// Input of a size that nobody writes: bounds on time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/hostile/program.h"
#include "tests/support/cases.h"

extern char** environ;

namespace onnxcheck::tests {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::StartsWith;

constexpr std::size_t kHundredMegabytes = 100 << 20;
// Generous, for builds with sanitizers on machines with other work to do; what is guarded against
// is time that grows faster than the input.
constexpr std::chrono::seconds kLongest(60);

void WriteRepeated(const std::string& path, const std::string& start, const std::string& piece) {
  std::ofstream file(path, std::ios::binary);
  file << start;
  const std::string block = Repeat(piece, (1 << 20) / piece.size());
  for (std::size_t size = 0; size < kHundredMegabytes; size += block.size()) file << block;
}

// Peak of the program as a process of its own; 0 if it cannot be started.
long PeakKilobytes(const std::string& file) {
  std::vector<std::string> words = {ONNXCHECK_BINARY, file, "-q", "-o", "/dev/null"};
  std::vector<char*> args;
  for (std::string& word : words) args.push_back(word.data());
  args.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawn(&child, ONNXCHECK_BINARY, nullptr, nullptr, args.data(), environ) != 0) return 0;
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 1) << status;
  return usage.ru_maxrss;
}

TEST(HostileSize, OneLineOf100Megabytes) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/run.log";
  for (const char* piece : {"x", "loss: 1, ", "1,", "\"", "{\"loss\": "}) {
    WriteRepeated(log, "epoch 1 loss: nan\n", piece);
    const auto start = std::chrono::steady_clock::now();
    const Result result = Onnxcheck({log, "--output-format", "json"});
    EXPECT_LT(std::chrono::steady_clock::now() - start, kLongest) << piece;
    EXPECT_EQ(result.status, 1) << piece;
    const std::vector<std::string> findings = FindingsOf(result.out);
    EXPECT_THAT(findings, Contains("P009 error run.log:2")) << piece;
    EXPECT_THAT(findings, Contains(AllOf(StartsWith("T001"), EndsWith(" run.log:1")))) << piece;
    // The file itself is mapped; the rest is what reading a record of the longest kind takes.
    EXPECT_LT(PeakKilobytes(log), static_cast<long>(3 * kHundredMegabytes / 1024)) << piece;
  }
}

TEST(HostileSize, ConfigurationsOf100Megabytes) {
  const TemporaryFolder folder;
  for (const std::string name : {"config.yaml", "config.toml", "config.json"}) {
    const std::string config = folder.path() + "/" + name;
    WriteRepeated(config, name == "config.json" ? "{\"lr\": 0, \"a\": \"" : "lr = 0\na = \"", "x");
    if (name == "config.yaml") WriteRepeated(config, "lr: 0\na: \"", "x");
    const auto start = std::chrono::steady_clock::now();
    const Result result = Onnxcheck({config, "--output-format", "json"});
    EXPECT_LT(std::chrono::steady_clock::now() - start, kLongest) << name;
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(FindingsOf(result.out), Contains(testing::HasSubstr("C003 error ")));
    EXPECT_THAT(FindingsOf(result.out), Contains(testing::HasSubstr("error config")));
    EXPECT_LT(PeakKilobytes(config), static_cast<long>(4 * kHundredMegabytes / 1024)) << name;
  }
}

}  // namespace
}  // namespace onnxcheck::tests
