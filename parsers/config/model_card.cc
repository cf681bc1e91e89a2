#include "parsers/config/model_card.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/config/readers.h"
#include "parsers/config/values.h"
#include "re2/re2.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::string_view kHeading = "### Training hyperparameters";
constexpr std::size_t kMaxBytes = 4u << 20;
constexpr std::size_t kMaxLines = 1000;  // of the section

struct Patterns {
  RE2 item{R"(^\s*[-*] ([\w.]+): (.*?)\s*$)"};
  // "Adam with betas=(0.9,0.999) and epsilon=1e-08", "Use OptimizerNames.ADAMW_TORCH with
  // betas=..."
  RE2 optimizer{
      R"(^(?:Use )?(?:OptimizerNames\.)?(\w+) with betas=\(([\d.]+), ?([\d.]+)\) and epsilon=(\S+))"};
};

const Patterns& Get() {
  static const Patterns* const patterns = new Patterns;
  return *patterns;
}

class Section {
 public:
  Section(std::string_view text, ir::Config& config) : text_(text), lines_(text), config_(config) {}

  void Read(std::size_t begin) {
    std::size_t at = begin;
    for (std::size_t count = 0; at < text_.size() && count < kMaxLines; ++count) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      const std::string_view line = text_.substr(at, end - at);
      if (line.substr(0, 1) == "#") return;
      Line(line);
      at = end + 1;
    }
  }

 private:
  void Line(std::string_view line) {
    re2::StringPiece key;
    re2::StringPiece value;
    if (!RE2::FullMatch(re2::StringPiece(line.data(), line.size()), Get().item, &key, &value)) {
      return;
    }
    const std::string name(key.data(), key.size());
    re2::StringPiece algorithm;
    re2::StringPiece beta1;
    re2::StringPiece beta2;
    re2::StringPiece epsilon;
    if (name != "optimizer" ||
        !RE2::PartialMatch(value, Get().optimizer, &algorithm, &beta1, &beta2, &epsilon)) {
      return Add(name, value);
    }
    Add(name, algorithm);
    Add("adam_beta1", beta1);
    Add("adam_beta2", beta2);
    Add("adam_epsilon", epsilon);
  }

  void Add(const std::string& key, re2::StringPiece written) {
    ir::Entry entry;
    entry.key = key;
    entry.text = std::string(written.data(), written.size());
    entry.value = PrintedScalar(entry.text);
    entry.location.path = config_.input.path;
    entry.location.offset = static_cast<std::uint64_t>(written.data() - text_.data());
    entry.location.length = written.size();
    entry.location.has_span = !written.empty();
    lines_.Locate(entry.location.offset, entry.location.line, entry.location.column);
    entry.location.logical = key;
    config_.entries.push_back(std::move(entry));
  }

  std::string_view text_;
  LineCounter lines_;
  ir::Config& config_;
};

}  // namespace

bool IsModelCard(std::string_view text) { return text.find(kHeading) != std::string_view::npos; }

void ReadModelCard(const Source& source, ir::Config& config) {
  const std::string_view text = source.bytes().substr(0, kMaxBytes);
  if (text.substr(0, 4) == "---\n") {
    const std::size_t end = text.find("\n---", 4);
    if (end != std::string_view::npos) {
      // With the opening line, so that places are those of the file.
      const Document front =
          ReadYaml(text.substr(0, end + 1), config.input.path, config.input.problems);
      Flatten(front, config.input.path, config);
      for (ir::Entry& entry : config.entries) entry.key.insert(0, "card.");
    }
  }
  const std::size_t heading = text.find(kHeading);
  if (heading == std::string_view::npos) return;
  const std::size_t begin = text.find('\n', heading);
  if (begin != std::string_view::npos) Section(text, config).Read(begin + 1);
}

}  // namespace onnxcheck::parsers
