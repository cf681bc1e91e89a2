// A value as Python prints it: repr() of dicts, lists, numbers, argparse.Namespace.
#ifndef ONNXCHECK_PARSERS_CONFIG_PYTHON_LITERAL_H_
#define ONNXCHECK_PARSERS_CONFIG_PYTHON_LITERAL_H_

#include <cstddef>
#include <string_view>

#include "parsers/config/document.h"

namespace onnxcheck::parsers {

struct PythonLiteral {
  Document document;    // no root: the text is no value
  std::size_t end = 0;  // behind the value, an offset into the bytes
};

// Reads the value that begins at `begin`, blanks before it skipped. Dicts and calls with keywords
// ("Namespace(lr=0.1)") are mappings, lists and tuples sequences; a call with one value
// ("PosixPath('a')") is that value; None is the empty scalar; names ("torch.float16") and
// "<...>" are text; true, false and null of JSON are read as well. Places are those in `bytes`. A
// value that is cut off or malformed is no value. Nothing is executed; linear time, 100 levels deep
// at most.
PythonLiteral ReadPythonLiteral(std::string_view bytes, std::size_t begin);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_PYTHON_LITERAL_H_
