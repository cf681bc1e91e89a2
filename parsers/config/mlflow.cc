#include "parsers/config/mlflow.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "parsers/config/document.h"
#include "parsers/config/readers.h"
#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kRunDigits = 32;
constexpr std::size_t kMaxBytes = 6000;

bool IsRunId(std::string_view name) {
  return name.size() == kRunDigits && std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace

std::optional<MlflowPath> SplitMlflowPath(std::string_view path) {
  for (const std::string_view folder : {"/params/", "/tags/"}) {
    const std::size_t at = path.find(folder);
    if (at == std::string_view::npos) continue;
    const std::string_view run = path.substr(0, at);
    const std::string_view name = path.substr(at + folder.size());
    if (!IsRunId(run.substr(run.rfind('/') + 1)) || name.empty()) continue;
    if (name.substr(0, 7) == "mlflow.") return std::nullopt;
    return MlflowPath{std::string(run), std::string(name)};
  }
  return std::nullopt;
}

std::string MlflowRunOfMeta(std::string_view path) {
  constexpr std::string_view kName = "/meta.yaml";
  if (!path.ends_with(kName)) return {};
  const std::string_view run = path.substr(0, path.size() - kName.size());
  return IsRunId(run.substr(run.rfind('/') + 1)) ? std::string(run) : std::string();
}

void AddMlflowMeta(const Source& source, ir::Config& config) {
  ir::Config meta;
  std::vector<ir::Problem>& problems = config.input.problems;
  Flatten(ReadYaml(source.bytes(), source.path(), problems), source.path(), meta);
  for (ir::Entry& entry : meta.entries) {
    entry.key.insert(0, "meta.");
    config.entries.push_back(std::move(entry));
  }
}

void AddMlflowValue(const Source& source, const MlflowPath& path, ir::Config& config) {
  std::string_view text = source.bytes().substr(0, kMaxBytes);
  while (!text.empty() && absl::ascii_isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  ir::Entry entry;
  entry.key = path.name;
  entry.text = text;
  entry.value = PrintedScalar(entry.text);
  entry.location.path = source.path();
  entry.location.line = 1;
  entry.location.column = 1;
  entry.location.length = text.size();
  entry.location.has_span = !text.empty();
  entry.location.logical = path.name;
  config.entries.push_back(std::move(entry));
}

}  // namespace onnxcheck::parsers
