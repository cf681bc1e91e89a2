// Configurations written in a test.
#ifndef ONNXCHECK_TESTS_PARSERS_CONFIG_SUPPORT_H_
#define ONNXCHECK_TESTS_PARSERS_CONFIG_SUPPORT_H_

#include <string>
#include <utility>
#include <vector>

#include "parsers/config/config.h"

namespace onnxcheck::parsers {

ir::Config Parse(Format format, std::string text);
inline ir::Config Yaml(std::string text) { return Parse(Format::kYaml, std::move(text)); }
inline ir::Config Json(std::string text) { return Parse(Format::kJson, std::move(text)); }
inline ir::Config Toml(std::string text) { return Parse(Format::kToml, std::move(text)); }

// The entry with the key; an entry with an empty key if there is none.
ir::Entry At(const ir::Config& config, const std::string& key);
// "line:column+length" of a place.
std::string Span(const ir::Location& location);
// The kinds of its problems, in order.
std::vector<ir::ProblemKind> Problems(const ir::Config& config);

// A zip archive with these members (name, content).
std::string Zip(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_TESTS_PARSERS_CONFIG_SUPPORT_H_
