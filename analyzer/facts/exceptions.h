// Exceptions that end training runs: what they mean and what mends them.
#ifndef ONNXCHECK_ANALYZER_FACTS_EXCEPTIONS_H_
#define ONNXCHECK_ANALYZER_FACTS_EXCEPTIONS_H_

#include <string>
#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::facts {

// What to change for an exception by its type and message. Never empty: an
// unknown exception gets the general advice to look at its innermost frame.
std::string_view ExceptionHelp(const ir::Event& event);

// True for what a user did on purpose: Ctrl-C, sys.exit().
bool IsDeliberateStop(const ir::Event& event);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_EXCEPTIONS_H_
