// Which kind of text a text file is.
#ifndef ONNXCHECK_PARSERS_SNIFF_TEXT_H_
#define ONNXCHECK_PARSERS_SNIFF_TEXT_H_

#include <string_view>

#include "parsers/sniff.h"
#include "parsers/sniff_names.h"

namespace onnxcheck::parsers {

// `text` is the file's beginning; `whole`: all of it.
Format SniffText(std::string_view text, bool whole, const FileName& name);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SNIFF_TEXT_H_
