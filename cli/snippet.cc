#include "cli/snippet.h"

#include <absl/strings/match.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "cli/node_text.h"
#include "cli/terminal.h"

namespace onnxcheck::cli {
namespace {

constexpr std::size_t kTab = 4;
// Columns of a line that are shown: with the gutter it fits 100 columns.
constexpr std::size_t kShownWidth = 88;
// Bytes of a line that are looked at, so that a line of 100 MB costs nothing.
constexpr std::size_t kLineLimit = std::size_t{64} << 10;
constexpr std::string_view kEllipsis = "...";

struct Cell {
  std::size_t offset = 0;  // in the raw line
  std::string shown;
  std::size_t width = 0;
};

// The redrawing of a progress line that holds byte `at`; without a column the
// last one that shows anything. Returns [begin, end).
std::pair<std::size_t, std::size_t> Redrawing(std::string_view raw, std::size_t at, bool has_at) {
  std::pair<std::size_t, std::size_t> chosen{0, raw.size()};
  bool found = false;
  std::size_t begin = 0;
  while (begin <= raw.size()) {
    const std::size_t end = std::min(raw.find_first_of("\r\b", begin), raw.size());
    const bool visible =
        raw.substr(begin, end - begin).find_first_not_of(" \t") != std::string_view::npos;
    if (has_at ? at >= begin && (at < end || end == raw.size()) : visible) {
      chosen = {begin, end};
      found = true;
      if (has_at) break;
    }
    begin = end + 1;
  }
  if (!found) return {0, raw.size()};
  return chosen;
}

std::vector<Cell> CellsOf(std::string_view raw, std::size_t begin, std::size_t end) {
  std::vector<Cell> cells;
  std::size_t column = 0;
  for (std::size_t at = begin; at < end;) {
    const std::string_view rest = raw.substr(at, end - at);
    if (const std::size_t escape = EscapeSequence(rest); escape > 0) {
      at += escape;
      continue;
    }
    Cell cell;
    cell.offset = at;
    if (rest[0] == '\t') {
      cell.width = kTab - column % kTab;
      cell.shown.assign(cell.width, ' ');
      at += 1;
    } else {
      Glyph glyph = FirstGlyph(rest);
      cell.width = static_cast<std::size_t>(glyph.width);
      cell.shown = std::move(glyph.shown);
      at += glyph.bytes;
    }
    column += cell.width;
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::size_t WidthOf(const std::vector<Cell>& cells, std::size_t begin, std::size_t end) {
  std::size_t width = 0;
  for (std::size_t i = begin; i < end; ++i) width += cells[i].width;
  return width;
}

// Cells [first, last) that fit kShownWidth and hold the mark's beginning, with
// about a third of the width before it.
std::pair<std::size_t, std::size_t> Window(const std::vector<Cell>& cells, std::size_t mark) {
  if (WidthOf(cells, 0, cells.size()) <= kShownWidth) return {0, cells.size()};
  const std::size_t room = kShownWidth - 2 * kEllipsis.size();
  std::size_t first = std::min(mark, cells.size());
  std::size_t width = 0;
  while (first > 0 && width + cells[first - 1].width <= room / 3) width += cells[--first].width;
  if (WidthOf(cells, 0, mark) <= room / 2) {
    first = 0;
    width = WidthOf(cells, 0, mark);
  }
  std::size_t last = std::min(mark, cells.size());
  while (last < cells.size() && width + cells[last].width <= room) width += cells[last++].width;
  while (last == cells.size() && first > 0 && width + cells[first - 1].width <= room) {
    width += cells[--first].width;
  }
  return {first, last};
}

bool IsBlank(const Cell& cell) { return cell.shown.find_first_not_of(' ') == std::string::npos; }

Snippet Build(const std::vector<Cell>& cells, std::uint32_t line, std::size_t from,
              std::size_t to) {
  Snippet snippet;
  snippet.line = line;
  std::size_t mark = 0;
  while (mark < cells.size() && cells[mark].offset < from) ++mark;
  std::size_t mark_end = mark;
  while (mark_end < cells.size() && cells[mark_end].offset < to) ++mark_end;
  const auto [first, last] = Window(cells, mark);
  if (first > 0) snippet.text += kEllipsis;
  const std::size_t margin = DisplayWidth(snippet.text);
  for (std::size_t i = first; i < last; ++i) snippet.text += cells[i].shown;
  if (last < cells.size()) snippet.text += kEllipsis;
  snippet.text.erase(snippet.text.find_last_not_of(' ') + 1);
  snippet.mark = margin + WidthOf(cells, first, mark);
  snippet.mark_width =
      std::max<std::size_t>(1, WidthOf(cells, mark, std::min(std::max(mark_end, mark), last)));
  return snippet;
}

// Characters beyond the basic plane, four bytes in UTF-8, are two units.
std::size_t Utf16Units(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    const std::size_t bytes = FirstGlyph(text).bytes;
    units += bytes == 4 ? 2 : 1;
    text.remove_prefix(bytes);
  }
  return units;
}

bool IsPlainText(std::string_view bytes) {
  static constexpr std::string_view kOther[] = {"\xff\xfe", "\xfe\xff", "\x1f\x8b", "PK\x03\x04"};
  return std::none_of(std::begin(kOther), std::end(kOther), [&](std::string_view magic) {
    return bytes.substr(0, magic.size()) == magic;
  });
}

}  // namespace

Snippet LineSnippet(std::string_view raw, std::uint32_t line, std::size_t column,
                    std::size_t length) {
  while (!raw.empty() && (raw.back() == '\r' || raw.back() == '\n')) raw.remove_suffix(1);
  const std::size_t at = column > 0 ? std::min(column - 1, raw.size()) : 0;
  const auto [begin, end] = Redrawing(raw, at, column > 0);
  const std::vector<Cell> cells = CellsOf(raw, begin, end);
  if (std::all_of(cells.begin(), cells.end(), IsBlank)) return {};
  if (column > 0) {
    Snippet snippet = Build(cells, line, at, at + std::max<std::size_t>(length, 1));
    snippet.utf16_column = 1 + Utf16Units(raw.substr(0, at));
    snippet.utf16_end =
        snippet.utf16_column + std::max<std::size_t>(1, Utf16Units(raw.substr(at, length)));
    return snippet;
  }
  const auto visible = std::find_if_not(cells.begin(), cells.end(), IsBlank);
  return Build(cells, line, visible->offset, visible->offset + 1);
}

Snippet TextSnippet(std::string_view text, std::size_t mark, std::size_t length) {
  if (text.empty()) return {};
  return Build(CellsOf(text, 0, text.size()), 0, mark, mark + length);
}

std::string_view SourceLines::LineAt(const ir::Location& location) {
  if (location.line == 0) return {};
  auto [found, is_new] = sources_.try_emplace(location.path);
  if (is_new) {
    auto opened = parsers::Source::Open(location.path);
    if (auto* source = std::get_if<std::shared_ptr<const parsers::Source>>(&opened)) {
      if (IsPlainText((*source)->bytes())) found->second = std::move(*source);
    }
  }
  if (found->second == nullptr) return {};
  const std::string_view line = found->second->Line(location.line, kLineLimit);
  return line.find('\0') == std::string_view::npos ? line : std::string_view{};
}

Snippet SnippetAt(const ir::Run& run, const ir::Location& location, SourceLines& lines) {
  if (location.line > 0) {
    const std::string_view raw = lines.LineAt(location);
    if (location.column > raw.size() + 1) return {};
    return LineSnippet(raw, location.line, location.column,
                       location.has_span ? location.length : 0);
  }
  for (const ir::Model& model : run.models) {
    if (model.input.path != location.path) continue;
    const NodeText node = TextOfPlace(model, location.logical);
    return TextSnippet(node.text, node.mark, node.mark_length);
  }
  return {};
}

}  // namespace onnxcheck::cli
