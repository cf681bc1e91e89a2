#include "tests/parsers_config/support.h"

#include <zip.h>

#include <cstdlib>

namespace onnxcheck::parsers {

ir::Config Parse(Format format, std::string text) {
  return ParseConfig(*Source::FromBytes("config", std::move(text)), format);
}

ir::Entry At(const ir::Config& config, const std::string& key) {
  for (const ir::Entry& entry : config.entries) {
    if (entry.key == key) return entry;
  }
  return {};
}

std::string Span(const ir::Location& location) {
  return std::to_string(location.line) + ":" + std::to_string(location.column) + "+" +
         std::to_string(location.length);
}

std::vector<ir::ProblemKind> Problems(const ir::Config& config) {
  std::vector<ir::ProblemKind> kinds;
  for (const ir::Problem& problem : config.input.problems) kinds.push_back(problem.kind);
  return kinds;
}

std::string Zip(const std::vector<std::pair<std::string, std::string>>& members) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : members) {
    zip_source_t* data = zip_source_buffer(archive, content.data(), content.size(), 0);
    if (zip_file_add(archive, name.c_str(), data, 0) < 0) std::abort();
  }
  if (zip_close(archive) != 0) std::abort();
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

}  // namespace onnxcheck::parsers
