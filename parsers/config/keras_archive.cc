#include "parsers/config/keras_archive.h"

#include <zip.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parsers/config/document.h"
#include "parsers/config/keras.h"
#include "parsers/config/readers.h"

namespace onnxcheck::parsers {
namespace {

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

void Report(ir::Config& config, ir::ProblemKind kind, const std::string& member,
            std::string message, std::string help = "") {
  ir::Problem problem = ProblemAt(kind, config.input.path, 0, 0, std::move(message));
  problem.location.logical = member;
  problem.help = std::move(help);
  config.input.problems.push_back(std::move(problem));
}

// The member's bytes as far as they can be read; empty if there is none.
std::string ReadMember(zip_t* archive, const char* name, bool required, ir::Config& config) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat(archive, name, 0, &stat) != 0) {
    if (required) {
      Report(config, ir::ProblemKind::kMalformedConfig, name,
             std::string("the archive has no ") + name, "save the model with model.save()");
    }
    return {};
  }
  const std::uint64_t size = stat.size;
  if (size > kMaxArchiveMemberBytes) {
    Report(config, ir::ProblemKind::kResourceLimit, name,
           std::string(name) + " unpacks to " + std::to_string(size) + " bytes, more than the " +
               std::to_string(kMaxArchiveMemberBytes) + " that are read");
    return {};
  }
  if (size > kMinBombBytes &&
      size / std::max<std::uint64_t>(stat.comp_size, 1) > kMaxArchiveRatio) {
    Report(config, ir::ProblemKind::kResourceLimit, name,
           std::string(name) + " is compressed more than " + std::to_string(kMaxArchiveRatio) +
               " to one");
    return {};
  }
  const std::unique_ptr<zip_file_t, CloseMember> file(zip_fopen_index(archive, stat.index, 0));
  std::string bytes;
  bool whole = file != nullptr;
  if (whole) {
    // The directory may lie about the size: what is unpacked is counted too.
    std::vector<char> chunk(64 << 10);
    zip_int64_t got = 0;
    while ((got = zip_fread(file.get(), chunk.data(), chunk.size())) > 0) {
      bytes.append(chunk.data(), static_cast<std::size_t>(got));
      if (bytes.size() > kMaxArchiveMemberBytes) {
        Report(config, ir::ProblemKind::kResourceLimit, name,
               std::string(name) + " unpacks to more than " +
                   std::to_string(kMaxArchiveMemberBytes) + " bytes");
        return {};
      }
    }
    whole = got == 0;
  }
  if (!whole) {
    Report(config, ir::ProblemKind::kMalformedConfig, name,
           std::string(name) + " cannot be unpacked: " + zip_strerror(archive));
  }
  return bytes;
}

// Entries of one member, each marked with the member's name.
Document AddMember(const std::string& bytes, const std::string& member, const std::string& key,
                   ir::Config& config) {
  const std::size_t problems = config.input.problems.size();
  const std::size_t entries = config.entries.size();
  Document document = ReadJson(bytes, config.input.path, config.input.problems);
  Flatten(document, config.input.path, config);
  const auto relocate = [&](ir::Location& location) {
    std::string logical = member;
    if (!location.logical.empty()) logical += ":" + location.logical;
    location = {};
    location.path = config.input.path;
    location.logical = std::move(logical);
  };
  for (std::size_t i = problems; i < config.input.problems.size(); ++i) {
    ir::Problem& problem = config.input.problems[i];
    problem.message += " (" + member + ":" + std::to_string(problem.location.line) + ":" +
                       std::to_string(problem.location.column) + ")";
    relocate(problem.location);
  }
  for (std::size_t i = entries; i < config.entries.size(); ++i) {
    relocate(config.entries[i].location);
    config.entries[i].key = key + config.entries[i].key;
  }
  return document;
}

}  // namespace

void ReadKerasArchive(const Source& source, ir::Config& config) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* buffer =
      zip_source_buffer_create(source.bytes().data(), source.bytes().size(), 0, &error);
  std::unique_ptr<zip_t, CloseArchive> archive;
  if (buffer != nullptr) {
    archive.reset(zip_open_from_source(buffer, ZIP_RDONLY, &error));
    if (archive == nullptr) zip_source_free(buffer);
  }
  if (archive == nullptr) {
    // The directory is at the end: without it the archive was cut off.
    const bool cut =
        zip_error_code_zip(&error) == ZIP_ER_NOZIP || zip_error_code_zip(&error) == ZIP_ER_INCONS;
    Report(config, cut ? ir::ProblemKind::kTruncated : ir::ProblemKind::kMalformedConfig, "",
           cut ? "the zip archive ends before its directory"
               : std::string("the zip archive cannot be opened: ") + zip_error_strerror(&error),
           cut ? "copy or download the file again" : "");
    config.input.problems.back().location.offset = source.bytes().size();
    config.input.problems.back().location.has_span = true;
    zip_error_fini(&error);
    return;
  }
  zip_error_fini(&error);
  const std::string metadata = ReadMember(archive.get(), "metadata.json", false, config);
  if (!metadata.empty()) {
    AddMember(metadata, "metadata.json", "metadata.", config);
    for (const ir::Entry& entry : config.entries) {
      if (entry.key == "metadata.keras_version") config.framework = {"keras", entry.location};
    }
  }
  const std::string model = ReadMember(archive.get(), "config.json", true, config);
  if (model.empty()) return;
  const Document document = AddMember(model, "config.json", "", config);
  if (document.roots.empty()) return;
  FillFromKeras(document, document.nodes[document.roots[0]], "config.json:", true, config);
}

}  // namespace onnxcheck::parsers
