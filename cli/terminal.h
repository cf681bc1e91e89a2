// The terminal: colours, and text that cannot harm it.
#ifndef ONNXCHECK_CLI_TERMINAL_H_
#define ONNXCHECK_CLI_TERMINAL_H_

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

namespace onnxcheck::cli {

enum class ColorMode { kAuto, kAlways, kNever };

// Whether to colour what goes to `out`. kAuto: NO_COLOR (not empty) and
// TERM=dumb forbid, FORCE_COLOR (not empty, not "0") demands, else a terminal
// decides. See no-color.org and force-color.org.
bool UseColor(ColorMode mode, const std::ostream& out);

enum class Style { kError, kWarning, kInfo, kBold, kFaint, kGood };

// The text in the style, or as it stands without colour.
std::string Paint(std::string_view text, Style style, bool color);

// One decoded piece of a text: a character, or a byte that is none.
struct Glyph {
  std::size_t bytes = 1;  // taken from the text
  std::string shown;      // UTF-8 without control characters: "\x1b" is shown as \x1b
  int width = 1;          // terminal columns: 0 (combining), 1 or 2 (East Asian wide)
};

// The first glyph of a text that is not empty. Control characters, the
// bidirectional overrides of CVE-2021-42574 and broken UTF-8 are made visible.
Glyph FirstGlyph(std::string_view text);

// The whole text, on one line, safe for any terminal.
std::string Printable(std::string_view text);

// Columns that Printable(text) takes.
std::size_t DisplayWidth(std::string_view text);

// Bytes of the escape sequence (CSI, OSC and the two-byte kind) that the text
// starts with; 0 if it does not start with one.
std::size_t EscapeSequence(std::string_view text);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_TERMINAL_H_
