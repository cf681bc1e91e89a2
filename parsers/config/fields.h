// The normalised fields, from the names people give them. Every alias is in one table.
#ifndef ONNXCHECK_PARSERS_CONFIG_FIELDS_H_
#define ONNXCHECK_PARSERS_CONFIG_FIELDS_H_

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Fills the fields that the entries name, and the writer, except logging (logging.h) and what
// only an architecture tells (keras.h). A field already filled stays.
//
// - Keys are compared in lower case with '-' as '_'. Leading sections
//   ("training.", "hparams.", ...) and wrappers ("config", "kwargs", W&B's
//   "value") are looked through.
// - Where several aliases of a field are present, the one listed first in the
//   table (the most specific) wins, then the least nested, then the first in
//   the file; of one key written twice, the last, as readers have it.
// - A number that the format makes text ("1e-4" in YAML) fills its field all
//   the same; its entry stays text, so a rule can tell.
// - A value that says "not set" (max_epochs: -1) or has the wrong type leaves
//   the field absent.
void FillFields(ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_FIELDS_H_
