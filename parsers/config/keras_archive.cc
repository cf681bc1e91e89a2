#include "parsers/config/keras_archive.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parsers/config/document.h"
#include "parsers/config/embedded_json.h"
#include "parsers/config/keras.h"
#include "parsers/config/readers.h"
#include "parsers/config/zip_archive.h"

namespace onnxcheck::parsers {
namespace {

void Report(ir::Config& config, ir::ProblemKind kind, const std::string& member,
            std::string message, std::string help = "") {
  ir::Problem problem = ProblemAt(kind, config.input.path, 0, 0, std::move(message));
  problem.location.logical = member;
  problem.help = std::move(help);
  config.input.problems.push_back(std::move(problem));
}

// The member's bytes as far as they can be read; empty if there is none.
std::string ReadMember(ZipArchive& archive, const char* name, bool required, ir::Config& config) {
  const auto member = archive.Find(name);
  if (!member) {
    if (required) {
      Report(config, ir::ProblemKind::kMalformedConfig, name,
             std::string("the archive has no ") + name, "save the model with model.save()");
    }
    return {};
  }
  if (member->size > kMaxArchiveMemberBytes) {
    Report(config, ir::ProblemKind::kResourceLimit, name,
           std::string(name) + " unpacks to " + std::to_string(member->size) +
               " bytes, more than the " + std::to_string(kMaxArchiveMemberBytes) +
               " that are read");
    return {};
  }
  if (member->size > kMinBombBytes &&
      member->size / std::max<std::uint64_t>(member->compressed, 1) > kMaxArchiveRatio) {
    Report(config, ir::ProblemKind::kResourceLimit, name,
           std::string(name) + " is compressed more than " + std::to_string(kMaxArchiveRatio) +
               " to one");
    return {};
  }
  std::string bytes;
  // Of an archive that was cut off that much has been said.
  if (!archive.Read(&bytes) && archive.HasDirectory()) {
    Report(config, ir::ProblemKind::kMalformedConfig, name,
           std::string(name) + " cannot be unpacked: its data is damaged");
  }
  return bytes;
}

}  // namespace

void ReadKerasArchive(const Source& source, ir::Config& config) {
  ZipArchive archive(source.bytes());
  if (!archive.HasDirectory()) {
    // The directory is at the end: without it the archive was cut off. Keras writes the weights, by
    // far the largest member, behind the texts.
    Report(config, ir::ProblemKind::kTruncated, "", "the zip archive ends before its directory",
           "copy or download the file again");
    config.input.problems.back().location.offset = source.bytes().size();
    config.input.problems.back().location.has_span = true;
  }
  // What is wrong with a member where the archive ends has been said with that.
  const auto read = [&](const std::string& text, const char* member, const char* key) {
    const std::size_t problems = config.input.problems.size();
    Document document = AddEmbeddedJson(text, member, key, config);
    if (!archive.HasDirectory()) config.input.problems.resize(problems);
    return document;
  };
  const std::string metadata = ReadMember(archive, "metadata.json", false, config);
  if (!metadata.empty()) {
    read(metadata, "metadata.json", "metadata.");
    for (const ir::Entry& entry : config.entries) {
      if (entry.key == "metadata.keras_version") config.framework = {"keras", entry.location};
    }
  }
  const std::string model = ReadMember(archive, "config.json", archive.HasDirectory(), config);
  if (model.empty()) return;
  const Document document = read(model, "config.json", "");
  if (document.roots.empty()) return;
  FillFromKeras(document, document.nodes[document.roots[0]], "config.json:", true, config);
}

}  // namespace onnxcheck::parsers
