#include "tests/golden/golden.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "cli/check_runs.h"
#include "cli/discover.h"
#include "cli/rule_page.h"
#include "cli/settings_file.h"

namespace onnxcheck::tests {
namespace {

std::string PlaceOf(const ir::Location& location, const std::string& folder) {
  std::string place = std::filesystem::path(location.path).lexically_relative(folder).string();
  if (location.line > 0) return place + ":" + std::to_string(location.line);
  return location.logical.empty() ? place : place + " " + location.logical;
}

std::vector<std::string> LeftOver(const std::vector<std::string>& all,
                                  const std::vector<std::string>& without) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), without.begin(), without.end(),
                      std::back_inserter(rest));
  return rest;
}

}  // namespace

std::vector<std::string> FindingsIn(const std::string& folder,
                                    const std::vector<std::string>& arguments) {
  // The folder's own settings, as a user would put them at the head of a project.
  Settings settings;
  const std::string file = folder + "/onnxcheck.toml";
  if (std::filesystem::exists(file)) settings = cli::ReadSettingsFile(file, cli::AllRules());
  std::vector<std::string> paths;
  for (const std::string& argument : arguments) paths.push_back(folder + "/" + argument);
  if (paths.empty()) paths.push_back(folder);
  const auto inputs = cli::Discover(paths, {}, settings);
  const cli::CheckedRuns checked = cli::CheckRuns(inputs, cli::AllRules(), settings, 1);
  std::vector<std::string> lines;
  for (const std::string& error : checked.errors) {
    lines.emplace_back("internal error: ").append(error);
  }
  for (const cli::RunReport& run : checked.runs) {
    for (const RuleFailure& failure : run.failures) {
      lines.push_back("internal error: " + std::string(failure.rule_id) + ": " + failure.message);
    }
    for (const Finding& finding : run.findings) {
      lines.push_back(std::string(finding.id) + " " +
                      std::string(cli::SeverityName(finding.severity)) + " " +
                      PlaceOf(finding.location, folder));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string Difference(std::vector<std::string> expected, std::vector<std::string> actual) {
  std::sort(expected.begin(), expected.end());
  std::sort(actual.begin(), actual.end());
  std::string text;
  for (const std::string& line : LeftOver(expected, actual)) text += "  missing:  " + line + "\n";
  for (const std::string& line : LeftOver(actual, expected)) text += "  too many: " + line + "\n";
  return text;
}

std::string TestName(const std::string& text) {
  std::string name;
  for (const char c : text) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

}  // namespace onnxcheck::tests
