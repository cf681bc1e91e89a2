#include "parsers/sniff_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "re2/re2.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::string_view kDocuments[] = {
    "md",           "markdown",    "rst",   "tex",  "adoc", "org",   "html",      "htm",
    "xml",          "svg",         "c",     "cc",   "cpp",  "cxx",   "h",         "hpp",
    "cu",           "cuh",         "java",  "js",   "mjs",  "ts",    "tsx",       "jsx",
    "css",          "scss",        "go",    "rs",   "rb",   "sh",    "bash",      "zsh",
    "bat",          "ps1",         "pl",    "r",    "m",    "jl",    "lua",       "properties",
    "env",          "lock",        "patch", "diff", "bib",  "srt",   "vtt",       "sql",
    "proto",        "cmake",       "mk",    "pyi",  "pyx",  "ipynb", "gitignore", "gitattributes",
    "dockerignore", "editorconfig"};

bool Matches(std::string_view text, const RE2& pattern) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

struct Patterns {
  RE2 log{
      R"((^|\.)(log|logs|out|err)([.-]\d[\d_-]*)?$|^(stdout|stderr|nohup)$|(^|\.)tfevents(\.|$))"};
  RE2 log_word{R"((^|[^a-z])((train|training|run|running|loss|console|eval|error|debug|exp)_?)?)"
               R"((log|logs|loss|losses|metrics|history|nohup|console|stdout|stderr)([^a-z]|$))"
               R"(|train(ing)?_?output)"};
  RE2 metric_word{
      R"((^|[^a-z])(results?|acc|accuracy|val|train|test|reward|rewards|score|scores|curve|f1|)"
      R"(auc|output)([^a-z]|$)|/metrics/)"};
  RE2 document{
      R"(^(requirements.*\.txt|cmakelists\.txt|makefile|dockerfile|licen[cs]e.*|copying|readme.*|)"
      R"(changelog.*|changes.*|authors.*|contributing.*|notice|todo.*|notes.*|manifest\.in|)"
      R"(robots\.txt|vocab.*|merges\.txt|classes\.txt|labels\.txt|procfile)$)"};
};

}  // namespace

FileName ParseFileName(std::string_view path) {
  static const Patterns* const patterns = new Patterns;
  FileName name;
  std::string lower(path);
  absl::AsciiStrToLower(&lower);
  const std::size_t slash = lower.rfind('/');
  name.base = slash == std::string::npos ? lower : lower.substr(slash + 1);
  const std::size_t dot = name.base.rfind('.');
  if (dot != std::string::npos) name.suffix = name.base.substr(dot + 1);
  name.is_log = Matches(name.base, patterns->log);
  name.is_document =
      Matches(name.base, patterns->document) ||
      std::find(std::begin(kDocuments), std::end(kDocuments), name.suffix) != std::end(kDocuments);
  name.log_word = !name.is_document && Matches(name.base, patterns->log_word);
  name.metric_word = name.log_word || Matches(name.base, patterns->metric_word) ||
                     lower.find("/metrics/") != std::string::npos;
  return name;
}

}  // namespace onnxcheck::parsers
