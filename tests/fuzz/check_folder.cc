#include "tests/fuzz/check_folder.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "cli/check_runs.h"
#include "cli/discover.h"
#include "cli/rule_page.h"

namespace onnxcheck::fuzz {
namespace {

// In memory where there is such a folder; weights and external data want a file.
const std::string& Folder() {
  static const std::string* const folder = [] {
    std::string name = (std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp") +
                       std::string("/onnxcheck-fuzz-XXXXXX");
    if (mkdtemp(name.data()) == nullptr) std::abort();
    return new std::string(name);
  }();
  return *folder;
}

[[gnu::destructor]] void RemoveFolder() {
  std::error_code none;
  std::filesystem::remove_all(Folder(), none);
}

bool IsSound(const cli::RunReport& run, std::size_t size) {
  bool sound = true;
  // A rule that throws is a defect, even though the program survives it.
  for (const RuleFailure& failure : run.failures) {
    sound = false;
    std::fprintf(stderr, "%s: %s\n", std::string(failure.rule_id).c_str(), failure.message.c_str());
  }
  for (const Finding& finding : run.findings) {
    // A place outside the file does not exist.
    if (finding.location.offset + finding.location.length > size) sound = false;
  }
  return sound;
}

}  // namespace

void CheckFolder(const std::vector<std::string>& names, std::string_view bytes) {
  for (const std::string& name : names) {
    std::ofstream out(Folder() + "/" + name, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  static const Settings settings;
  const auto inputs = cli::Discover({Folder()}, {}, settings);
  const cli::CheckedRuns checked = cli::CheckRuns(inputs, cli::AllRules(), settings, 1);
  bool sound = checked.errors.empty();
  for (const std::string& error : checked.errors) std::fprintf(stderr, "%s\n", error.c_str());
  for (const cli::RunReport& run : checked.runs) sound &= IsSound(run, bytes.size());
  if (!sound) __builtin_trap();
}

}  // namespace onnxcheck::fuzz
