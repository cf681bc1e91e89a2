// Paths that are no readable files, and names that no terminal should see.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/hostile/program.h"
#include "tests/support/cases.h"

namespace onnxcheck::tests {
namespace {

namespace fs = std::filesystem;

using testing::Contains;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr char kCrash[] = "L021 error crashed.log:2";

class HostilePlace : public testing::Test {
 protected:
  void SetUp() override { Make("crashed.log", "Traceback (most recent call last):\nOSError: x\n"); }

  std::string At(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string Make(const std::string& name, const std::string& content) const {
    WriteFile(At(name), content);
    return At(name);
  }

  // As a model, a log and a configuration: told each time, beside the crash.
  void ExpectUnreadable(const std::string& path) const {
    const std::string told = "P001 error " + fs::path(path).filename().string();
    EXPECT_THAT(CheckInEveryFormat({path, At("crashed.log")}), UnorderedElementsAre(kCrash, told));
    for (const char* option : {"--logs", "--config"}) {
      EXPECT_THAT(CheckInEveryFormat({At("crashed.log"), option, path}),
                  UnorderedElementsAre(kCrash, told))
          << option;
    }
    EXPECT_EQ(Onnxcheck({"parse", path}).status, 1);
  }

  TemporaryFolder folder_;
};

TEST_F(HostilePlace, Missing) {
  ExpectUnreadable(At("missing.onnx"));
  ExpectUnreadable(At("missing"));
  ExpectUnreadable(At("crashed.log/inside.log"));
  ExpectUnreadable(At(std::string(300, 'a')));
}

TEST_F(HostilePlace, FolderInPlaceOfAFile) {
  Make("x.onnx/inner.log", "epoch 1 loss: 0.5\n");
  ExpectUnreadable(At("x.onnx"));
  Make("x.log/inner.log", "epoch 1 loss: 0.5\n");
  for (const char* option : {"--logs", "--config"}) {
    for (const char* name : {"x.onnx", "x.log"}) {
      EXPECT_THAT(CheckInEveryFormat({At("crashed.log"), option, At(name)}),
                  UnorderedElementsAre(kCrash, std::string("P001 error ") + name));
    }
  }
  EXPECT_THAT(FindingsOf(Onnxcheck({At("x.onnx/"), "--output-format", "json"}).out),
              UnorderedElementsAre("P001 error x.onnx"));
}

TEST_F(HostilePlace, PipesAndDevicesAreNotWaitedFor) {
  ASSERT_EQ(mkfifo(At("pipe.log").c_str(), 0600), 0);
  ExpectUnreadable(At("pipe.log"));
  fs::create_symlink("/dev/zero", At("zero.onnx"));
  ExpectUnreadable(At("zero.onnx"));
  ExpectUnreadable("/dev/zero");
  ExpectUnreadable("/dev/null");
  EXPECT_THAT(CheckInEveryFormat({folder_.path()}), UnorderedElementsAre(kCrash));
}

TEST_F(HostilePlace, LinksThatLeadNowhereOrInCircles) {
  fs::create_symlink("self.log", At("self.log"));
  ExpectUnreadable(At("self.log"));
  EXPECT_THAT(Onnxcheck({At("self.log")}).out, HasSubstr("help: check the path"));
  fs::create_symlink("not-fetched", At("m.onnx"));
  ExpectUnreadable(At("m.onnx"));
  fs::create_directories(At("deep/er"));
  fs::create_directory_symlink(folder_.path(), At("deep/er/up"));
  fs::create_directory_symlink(".", At("here"));
  EXPECT_THAT(CheckInEveryFormat({folder_.path()}),
              UnorderedElementsAre(kCrash, "P001 error m.onnx"));
  EXPECT_THAT(CheckInEveryFormat({At("here")}), UnorderedElementsAre(kCrash, "P001 error m.onnx"));
}

TEST_F(HostilePlace, NoPermission) {
  const std::string model = Make("secret.onnx", "x");
  const std::string log = Make("secret.log", "epoch 1 loss: nan\n");
  Make("closed/run.log", "epoch 1 loss: nan\n");
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  for (const char* name : {"secret.onnx", "secret.log", "closed"}) {
    ASSERT_EQ(chmod(At(name).c_str(), 0), 0);
  }
  const auto findings = [&](std::vector<std::string> args) {
    args.insert(args.end(), {"--output-format", "json", "-j", "1"});
    const std::string text = OutputWithoutPrivileges(args);
    if (text.empty()) return std::vector<std::string>{"not run"};
    EXPECT_EQ(text.substr(0, 2), "1\n");
    return FindingsOf(text.substr(2));
  };
  const std::vector<std::string> reached = findings({At("crashed.log")});
  if (reached != std::vector<std::string>{kCrash}) {
    ASSERT_EQ(chmod(At("closed").c_str(), 0700), 0);
    GTEST_SKIP() << "the folder for temporary files is closed to users without privileges";
  }
  EXPECT_THAT(findings({model, log, At("crashed.log")}),
              UnorderedElementsAre(kCrash, "P001 error secret.onnx", "P001 error secret.log"));
  EXPECT_THAT(findings({At("crashed.log"), "--config", log}),
              UnorderedElementsAre(kCrash, "P001 error secret.log"));
  EXPECT_THAT(findings({folder_.path()}),
              UnorderedElementsAre(kCrash, "P001 error secret.onnx", "P001 error secret.log",
                                   "P001 error closed"));
  ASSERT_EQ(chmod(At("closed").c_str(), 0700), 0);
}

// Written as one line of text, and as it is in JSON where that can be.
TEST_F(HostilePlace, NamesThatAreNoText) {
  const std::string name = "a\x1b[2J\nb\x07\xff\xc2\x9b'\"%<&";
  const std::string model = Make(name + ".onnx", "<html></html>");
  const std::string log = Make(name + ".log", "epoch 1 loss: nan\n");
  const std::string gone = At(name + ".yaml");
  for (const std::vector<std::string>& args : {std::vector<std::string>{model, log, gone},
                                               {At("crashed.log"), "--logs", log, model, gone}}) {
    const std::vector<std::string> findings = CheckInEveryFormat(args);
    EXPECT_THAT(findings, Contains(HasSubstr("P004 error a\x1b[2J\nb")));
    EXPECT_THAT(findings, Contains(HasSubstr("T001 error a\x1b[2J\nb")));
    EXPECT_THAT(findings, Contains(HasSubstr("P001 error a\x1b[2J\nb")));
    EXPECT_THAT(Onnxcheck(args).out, HasSubstr("/a\\x1b[2J\\nb\\x07"));
  }
  EXPECT_THAT(CheckInEveryFormat({folder_.path()}), Contains(HasSubstr("P004 error a\x1b[2J\nb")));
  const Result parsed = Onnxcheck({"parse", log});
  EXPECT_TRUE(nlohmann::json::accept(parsed.out)) << parsed.out;
}

}  // namespace
}  // namespace onnxcheck::tests
