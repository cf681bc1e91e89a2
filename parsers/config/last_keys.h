// What is recognised by the last part of its key alone, in whatever section it stands.
#ifndef ONNXCHECK_PARSERS_CONFIG_LAST_KEYS_H_
#define ONNXCHECK_PARSERS_CONFIG_LAST_KEYS_H_

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Fills dropout, monitors and key_words from config.entries. At most 1000 of each; linear in the
// entries.
void FillFromLastKeys(ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_LAST_KEYS_H_
