// JSON that lies inside of a file that is no text: a member of an archive, an attribute, a message.
#ifndef ONNXCHECK_PARSERS_CONFIG_EMBEDDED_JSON_H_
#define ONNXCHECK_PARSERS_CONFIG_EMBEDDED_JSON_H_

#include <string>
#include <string_view>

#include "analyzer/ir/config.h"
#include "parsers/config/document.h"

namespace onnxcheck::parsers {

// Reads the text and appends its entries, their keys behind `key`, and its problems. Places have
// the file's path and "member:KEY" as logical path, no line.
Document AddEmbeddedJson(std::string_view text, const std::string& member, const std::string& key,
                         ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_EMBEDDED_JSON_H_
