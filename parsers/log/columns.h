// Tables inside a log: a line that names the columns, and rows of numbers below it.
//
//   Epoch    GPU_mem   box_loss   cls_loss          | AP   | AP50 | AP75 |
//     1/100     2.5G      1.125      3.125: 100%|   | 21.5 | 42.5 | nan  |
#ifndef ONNXCHECK_PARSERS_LOG_COLUMNS_H_
#define ONNXCHECK_PARSERS_LOG_COLUMNS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/roles.h"
#include "parsers/log/scanner.h"

namespace onnxcheck::parsers::log {

class Columns {
 public:
  // Remembers the names if `body` is such a line. Cells are separated by "|", a tab or two blanks;
  // the first must count epochs or steps, be "Class" or "classes", or, between bars, measure
  // something.
  void Header(std::string_view body);

  // True if `body` is a row below the last header: as many cells, all of them numbers. `pairs`
  // holds the cells, named; their names live until the next header. Beside a bar that has not come
  // to its end they are no results yet: `pairs` is empty.
  bool Row(std::string_view body, std::vector<Pair>* pairs);

  // False: Row() returns false and changes nothing.
  bool MayBeRow(std::string_view body) const;
  // False: Header() takes the line and any other with the same first word for a message, as
  // Stranger() does.
  static bool MayBeHeader(std::string_view body);
  void Stranger() { ++strangers_; }

  // What a row measures on: of a table by class, the model is being validated.
  Split split() const { return by_class_ ? Split::kValidation : Split::kUnknown; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> fine_;  // where single blanks separate names, too
  std::vector<std::string_view> cells_;
  bool bars_ = false;
  bool by_class_ = false;
  std::uint32_t strangers_ = 0;  // lines since the last row or header
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_COLUMNS_H_
