// The cells of a table's row.
#ifndef ONNXCHECK_PARSERS_LOG_CELLS_H_
#define ONNXCHECK_PARSERS_LOG_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers::log {

using Cells = std::vector<std::string_view>;

// Quotes may enclose delimiters (RFC 4180); records never span lines in the logs of training runs.
void SplitRow(std::string_view row, char delimiter, Cells* cells);

enum class CellKind { kAbsent, kNumber, kText };

CellKind ReadCell(std::string_view cell, double* value, bool* percent);

struct CellValue {
  CellKind kind = CellKind::kAbsent;
  bool percent = false;
  double value = 0;
  std::size_t size = 0;       // of its text, in bytes; 0 for numbers
  std::uint8_t fraction = 0;  // of the number before in its column: see digits.h
};

// What SplitRow() and ReadCell() find.
void ReadCells(const Cells& cells, std::vector<CellValue>* values);

// The same for a row of `columns` plain numbers and empty cells at `text`, of which kMaxRowReach
// bytes can be read. Returns where its line ends; nullptr: something else stands there.
inline constexpr std::size_t kMaxRowReach = 16384;
const char* ReadPlainRow(const char* text, char delimiter, std::size_t columns,
                         std::vector<CellValue>* values);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_CELLS_H_
