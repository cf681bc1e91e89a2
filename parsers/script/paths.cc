#include "parsers/script/paths.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>

#include "absl/container/flat_hash_set.h"

namespace onnxcheck::parsers {
namespace {

namespace fs = std::filesystem;
using ir::script::PathText;

// Names kept of one folder that are about as long as the one asked for.
constexpr std::size_t kMaxAlike = 32;

// A relative path that says where it ends: with a folder in it, or a suffix.
bool MayBePath(std::string_view text) {
  if (text.empty() || text.size() > kMaxPathBytes || text[0] == '/' || text[0] == '~') return false;
  if (text.find_first_of("\\:*?[]{}<>|%$\"") != std::string_view::npos) return false;
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
  if (!printable || text.front() == ' ' || text.back() == ' ') return false;
  return text.find('/') != std::string_view::npos || text.find('.') != std::string_view::npos;
}

void ReadFolder(const fs::path& folder, const fs::path& name, PathText& path) {
  const std::string wanted = name.string();
  const std::string suffix = name.extension().string();
  std::vector<std::string> alike;
  bool has_kin = false;
  std::size_t count = 0;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    // Too many to tell, and which come first is the file system's choice.
    if (++count > kMaxFolderEntries) return;
    const std::string found = entry->path().filename().string();
    if (found.empty() || found[0] == '.') continue;
    std::error_code unknown;
    has_kin |= suffix.empty() ? entry->is_directory(unknown)
                              : entry->path().extension().string() == suffix;
    const std::size_t longer = std::max(found.size(), wanted.size());
    if (longer - std::min(found.size(), wanted.size()) <= 1) alike.push_back(found);
  }
  if (error) return;
  std::sort(alike.begin(), alike.end());
  if (alike.size() > kMaxAlike) alike.resize(kMaxAlike);
  path.has_kin = has_kin;
  path.alike = std::move(alike);
}

PathText LookUp(const fs::path& home, const std::string& text) {
  PathText path;
  path.text = text;
  const fs::path named(text);
  std::error_code error;
  for (const fs::path& base : {home, home / "..", home / ".." / ".."}) {
    if (fs::exists(base / named, error)) {
      path.exists = true;
      return path;
    }
  }
  // "data/train/" names the folder train in data.
  const fs::path inner = named.has_filename() ? named : named.parent_path();
  if (!inner.has_filename() || inner.filename() == "." || inner.filename() == "..") return path;
  for (const fs::path& base : {home, home / "..", home / ".." / ".."}) {
    const fs::path folder = base / inner.parent_path();
    // A name alone is looked for where the script lies.
    if (!fs::is_directory(folder, error)) continue;
    path.folder_exists = true;
    ReadFolder(folder, inner.filename(), path);
    break;
  }
  return path;
}

}  // namespace

void LookUpPaths(ir::Script& script) {
  try {
    const fs::path parent = fs::path(script.input.path).parent_path();
    const fs::path home = parent.empty() ? fs::path(".") : parent;
    absl::flat_hash_set<std::string_view> seen;
    for (const ir::script::Step& step : script.steps) {
      if (step.kind != ir::script::Step::Kind::kCall) continue;
      for (const ir::script::Argument& argument : step.arguments) {
        const ir::script::Value& value = script.values[argument.value];
        const auto* text = std::get_if<std::string>(&value.constant);
        if (value.kind != ir::script::Value::Kind::kConstant || text == nullptr) continue;
        if (!MayBePath(*text) || !seen.insert(*text).second) continue;
        script.paths.push_back(LookUp(home, *text));
        if (script.paths.size() >= kMaxPathTexts) return;
      }
    }
  } catch (const std::exception&) {
    // Out of memory, or a name that this system cannot show: then nothing more is known.
  }
}

}  // namespace onnxcheck::parsers
