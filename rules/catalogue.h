// Every rule there is, in the order of their ids.
#ifndef ONNXCHECK_RULES_CATALOGUE_H_
#define ONNXCHECK_RULES_CATALOGUE_H_

#include <span>

#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {

std::span<const Rule* const> Catalogue();

}  // namespace onnxcheck::rules

#endif  // ONNXCHECK_RULES_CATALOGUE_H_
