// Input of a size that nobody writes: bounds on time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/hostile/program.h"
#include "tests/support/cases.h"

namespace onnxcheck::tests {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::EndsWith;
using testing::StartsWith;

constexpr std::size_t kHundredMegabytes = 100 << 20;
// Generous, for builds with sanitizers on machines with other work to do; what is guarded against
// is time that grows faster than the input.
constexpr std::chrono::seconds kLongest(120);

void WriteRepeated(const std::string& path, const std::string& start, const std::string& piece) {
  std::ofstream file(path, std::ios::binary);
  file << start;
  const std::string block = Repeat(piece, (1 << 20) / piece.size());
  for (std::size_t size = 0; size < kHundredMegabytes; size += block.size()) file << block;
}

// The findings of the program as a process of its own that may have this much memory besides the
// mapped file. Sanitizers need memory without such bounds.
std::vector<std::string> FindingsWithin(std::size_t megabytes, const std::string& file) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)megabytes;
  return FindingsOf(Onnxcheck({file, "--output-format", "json"}).out);
#else
  const std::string report = file + ".report";
  const std::string command = "ulimit -d " + std::to_string(megabytes * 1024) + " && '" +
                              ONNXCHECK_BINARY + "' '" + file + "' --output-format json -o '" +
                              report + "'";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  return FindingsOf(ReadFile(report));
#endif
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
    EXPECT_EQ(FindingsWithin(64, log), findings) << piece;
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
    const std::vector<std::string> findings = FindingsOf(result.out);
    EXPECT_THAT(findings, Contains(StartsWith("C003 error " + name)));
    EXPECT_THAT(findings, Contains(AnyOf(StartsWith("P009"), StartsWith("P011"))));
    EXPECT_EQ(FindingsWithin(256, config), findings) << name;
  }
}

}  // namespace
}  // namespace onnxcheck::tests
