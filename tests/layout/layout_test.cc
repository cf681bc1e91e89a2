// The house as HACKING.md describes it, read from the sources: who includes whom, how long a file
// may be, and that a rule is its source and its cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLines = 500;
constexpr std::string_view kThisFile = "tests/layout/layout_test.cc";  // quotes what it refuses

const fs::path& Root() {
  static const fs::path root = ONNXCHECK_SOURCE_DIR;
  return root;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// A folder of the house and the prefixes its files may include.
struct Room {
  std::string_view folder;
  std::vector<std::string_view> may_include;
  bool third_party;
};

const std::vector<Room>& Rooms() {
  static const std::vector<Room> rooms = {
      {"analyzer/ir/", {"analyzer/ir/"}, false},
      {"analyzer/facts/", {"analyzer/ir/", "analyzer/facts/"}, true},
      {"analyzer/engine/", {"analyzer/ir/", "analyzer/facts/", "analyzer/engine/"}, true},
      {"parsers/", {"analyzer/ir/", "parsers/"}, true},
      {"rules/", {"analyzer/ir/", "analyzer/facts/", "analyzer/engine/rule.h"}, false},
      {"trainer/", {"analyzer/ir/", "parsers/", "trainer/"}, true},
      {"cli/", {"analyzer/", "parsers/", "rules/", "trainer/", "cli/"}, true},
      {"tests/", {"analyzer/", "parsers/", "rules/", "trainer/", "cli/", "tests/"}, true},
  };
  return rooms;
}

const Room* RoomOf(std::string_view path) {
  const auto& rooms = Rooms();
  const auto it = std::find_if(rooms.begin(), rooms.end(),
                               [&](const Room& room) { return StartsWith(path, room.folder); });
  return it == rooms.end() ? nullptr : &*it;
}

// The catalogue lists the rules and may therefore include what is below rules/; a rule knows no
// other.
bool IsCatalogue(std::string_view path) {
  return StartsWith(path, "rules/") && path.find('/', 6) == std::string_view::npos;
}

// Why `path` (from the root) may not contain the include `target`, written with quotes or with
// brackets; nullopt if it may.
std::optional<std::string> Forbidden(std::string_view path, std::string_view target, bool quoted) {
  const Room* room = RoomOf(path);
  if (room == nullptr) return "this folder is no part of the house";
  if (target.find("..") != std::string_view::npos) return "write includes from the repository root";
  if (RoomOf(target) != nullptr) {
    if (!quoted) return "files of the house are included with quotes";
    for (const std::string_view prefix : room->may_include) {
      if (StartsWith(target, prefix)) return std::nullopt;
    }
    if (IsCatalogue(path) && StartsWith(target, "rules/")) return std::nullopt;
    return "this folder may not include that one";
  }
  if (quoted && target.find('/') == std::string_view::npos) {
    return "write includes from the repository root";
  }
  if (StartsWith(target, ".")) return "write includes from the repository root";
  if (room->third_party) return std::nullopt;
  // Headers of the C++ standard library have neither a folder nor an extension.
  if (quoted || target.find_first_of("/.") != std::string_view::npos) {
    return "only headers of the standard library here";
  }
  static const std::set<std::string_view> kFiles = {"fstream", "filesystem", "cstdio", "iostream"};
  if (StartsWith(path, "rules/") && kFiles.count(target) > 0) return "a rule opens no file";
  return std::nullopt;
}

std::vector<std::string> LinesOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// All files of the checkout but what is generated, fetched or given as input, relative to the root.
std::vector<std::string> SourceFiles() {
  static const std::set<std::string> kSkipped = {"build", "__pycache__"};
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator it(Root()), end; it != end; ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory()) {
      const bool hidden = StartsWith(name, ".") && name != ".ci";
      const bool built = fs::exists(it->path() / "CMakeCache.txt");
      if (hidden || built || kSkipped.count(name) > 0) it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      files.push_back(fs::relative(it->path(), Root()).generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool IsCxx(const std::string& path) {
  const std::string extension = fs::path(path).extension().string();
  return extension == ".cc" || extension == ".h";
}

// Sources under names that the checks below would pass over.
bool IsMisnamedCxx(const std::string& path) {
  static const std::set<std::string> kExtensions = {".c",   ".cpp", ".cxx", ".hh",   ".hpp",
                                                    ".hxx", ".inc", ".inl", ".cppm", ".ixx"};
  return kExtensions.count(fs::path(path).extension().string()) > 0;
}

bool IsCode(const std::string& path) {
  static const std::set<std::string> kExtensions = {".cc", ".h", ".py", ".cmake", ".sh"};
  const fs::path file(path);
  return kExtensions.count(file.extension().string()) > 0 || file.filename() == "CMakeLists.txt" ||
         file.filename() == "Makefile" || StartsWith(path, "tools/");
}

TEST(Layout, EveryIncludeGoesInTheDirectionOfTheData) {
  const std::regex directive(R"(#\s*(include|import)|^\s*%:)");
  const std::regex include(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
  int seen = 0;
  for (const std::string& path : SourceFiles()) {
    EXPECT_FALSE(IsMisnamedCxx(path)) << path << ": sources end in .cc, headers in .h";
    if (!IsCxx(path)) continue;
    int number = 0;
    for (const std::string& line : LinesOf(Root() / path)) {
      ++number;
      std::smatch match;
      if (!std::regex_search(line, match, include)) {
        const bool hidden = path != kThisFile && std::regex_search(line, directive);
        EXPECT_FALSE(hidden) << path << ":" << number
                             << ": name the included file in full: " << line;
        continue;
      }
      ++seen;
      const auto why = Forbidden(path, match[2].str(), match[1] == "\"");
      EXPECT_FALSE(why) << path << ":" << number << ": " << line << "\n  " << why.value_or("");
    }
  }
  EXPECT_GT(seen, 50) << "the sources were not found";
}

TEST(Layout, TheDirectionIsThatOfTheDesign) {
  struct Case {
    std::string_view path, target;
    bool quoted, allowed;
  };
  constexpr std::array kCases = {
      Case{"analyzer/ir/log.h", "analyzer/ir/location.h", true, true},
      Case{"analyzer/ir/log.h", "analyzer/facts/facts.h", true, false},
      Case{"analyzer/ir/log.h", "vector", false, true},
      Case{"analyzer/ir/log.h", "absl/types/span.h", true, false},
      Case{"analyzer/ir/log.h", "onnx/onnx_pb.h", false, false},
      Case{"analyzer/facts/curve.cc", "analyzer/ir/log.h", true, true},
      Case{"analyzer/facts/curve.cc", "parsers/source.h", true, false},
      Case{"analyzer/facts/curve.cc", "analyzer/engine/rule.h", true, false},
      Case{"analyzer/engine/engine.cc", "analyzer/facts/facts.h", true, true},
      Case{"analyzer/engine/engine.cc", "rules/catalogue.h", true, false},
      Case{"analyzer/engine/engine.cc", "cli/options.h", true, false},
      Case{"parsers/log/csv.cc", "parsers/source.h", true, true},
      Case{"parsers/log/csv.cc", "re2/re2.h", false, true},
      Case{"parsers/log/csv.cc", "analyzer/facts/facts.h", true, false},
      Case{"parsers/log/csv.cc", "csv.h", true, false},
      Case{"parsers/log/csv.cc", "cli/options.h", false, false},
      Case{"parsers/log/csv.cc", "parsers/../cli/options.h", true, false},
      Case{"util/csv.cc", "vector", false, false},
      Case{"parsers/log/csv.cc", "../source.h", true, false},
      Case{"rules/loss/mse.cc", "analyzer/engine/rule.h", true, true},
      Case{"rules/loss/mse.cc", "analyzer/engine/engine.h", true, false},
      Case{"rules/loss/mse.cc", "parsers/source.h", true, false},
      Case{"rules/loss/mse.cc", "rules/loss/other.h", true, false},
      Case{"rules/loss/mse.cc", "absl/strings/str_cat.h", true, false},
      Case{"rules/loss/mse.cc", "fstream", false, false},
      Case{"rules/loss/mse.cc", "unistd.h", false, false},
      Case{"rules/catalogue.cc", "rules/catalogue.h", true, true},
      Case{"trainer/plan.cc", "parsers/source.h", true, true},
      Case{"trainer/plan.cc", "analyzer/facts/facts.h", true, false},
      Case{"trainer/plan.cc", "cli/options.h", true, false},
      Case{"cli/main.cc", "rules/catalogue.h", true, true},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(!Forbidden(c.path, c.target, c.quoted), c.allowed) << c.path << " -> " << c.target;
  }
}

TEST(Layout, NoFileIsLongerThanItCanBeRead) {
  int seen = 0;
  for (const std::string& path : SourceFiles()) {
    if (!IsCode(path)) continue;
    ++seen;
    EXPECT_LE(LinesOf(Root() / path).size(), kMaxLines) << path;
  }
  EXPECT_GT(seen, 20) << "the sources were not found";
}

// ID -> file, from the `.id = "A001"` of each rule's definition.
std::map<std::string, std::string> Rules() {
  const std::regex id(R"re(\bid\s*=\s*"([A-Z][0-9]{3})")re");
  std::map<std::string, std::string> rules;
  for (const std::string& path : SourceFiles()) {
    if (!StartsWith(path, "rules/") || !IsCxx(path)) continue;
    for (const std::string& line : LinesOf(Root() / path)) {
      std::smatch match;
      if (!std::regex_search(line, match, id)) continue;
      const auto [it, added] = rules.emplace(match[1].str(), path);
      EXPECT_TRUE(added) << match[1] << " is defined in " << it->second << " and in " << path;
    }
  }
  return rules;
}

TEST(Layout, EveryRuleHasItsCasesAndEveryCaseItsRule) {
  const auto rules = Rules();
  std::set<std::string> files_with_rules;
  for (const auto& [id, path] : rules) {
    files_with_rules.insert(path);
    EXPECT_TRUE(fs::exists(Root() / "testdata/rules" / (id + ".md")))
        << path << " defines " << id << ", which has no testdata/rules/" << id << ".md";
  }
  for (const std::string& path : SourceFiles()) {
    if (StartsWith(path, "rules/") && IsCxx(path) && !IsCatalogue(path)) {
      EXPECT_EQ(files_with_rules.count(path), 1U) << path << " defines no rule";
    }
    const fs::path file(path);
    if (StartsWith(path, "testdata/rules/") && file.extension() == ".md") {
      EXPECT_EQ(rules.count(file.stem().string()), 1U) << path << " belongs to no rule";
    }
  }
}

}  // namespace
}  // namespace onnxcheck
