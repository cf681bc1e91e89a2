#include "parsers/model/foreign.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace onnxcheck::parsers {
namespace {

// Enough to see what something is.
constexpr std::size_t kHead = 4096;
// Shorter printable pieces may as well be the beginning of a model.
constexpr std::size_t kLeastText = 8;

struct Magic {
  std::size_t offset;
  absl::string_view bytes;
  const char* what;
  const char* help;
};

constexpr char kExport[] = "export the model to ONNX and check that file";

const Magic kMagics[] = {
    {4, "ORTM", "an ONNX Runtime (.ort) flatbuffer",
     "check the .onnx model that it was converted from"},
    {4, "TFL3", "a TensorFlow Lite flatbuffer", kExport},
    {0, "\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes .h5 models", kExport},
    {0, "\x1f\x8b", "a gzip archive", "unpack it first"},
    {0, "\xfd\x37zXZ", "an xz archive", "unpack it first"},
    {0, "\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"},
    {0, "BZh", "a bzip2 archive", "unpack it first"},
    {0, "7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"},
    {257, "ustar", "a tar archive", "unpack it first"},
    {0, "\x93NUMPY", "a NumPy array", kExport},
    {0, "GGUF", "a GGUF file", kExport},
    {0,
     "\x7f"
     "ELF",
     "a program", "name the model file"},
    {0, "%PDF-", "a PDF document", "name the model file"},
    {0, "\x89PNG", "a PNG image", "name the model file"},
};

ir::Problem Foreign(absl::string_view what, absl::string_view help,
                    ir::ProblemKind kind = ir::ProblemKind::kNotAModel) {
  ir::Problem problem;
  problem.kind = kind;
  problem.message = absl::StrCat("not an ONNX model but ", what);
  problem.help = std::string(help);
  return problem;
}

bool IsPickle(absl::string_view head) {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5 &&
         (head[2] == '}' || head[2] == 'c' || head[2] == ']' || head[2] == '\x95' ||
          head[2] == '\x8a');
}

bool IsSafetensors(absl::string_view head) {
  if (head.size() < 10 || head[8] != '{') return false;
  std::uint64_t header = 0;
  std::memcpy(&header, head.data(), sizeof header);
  return header < (std::uint64_t{1} << 32) && (head[9] == '"' || head[9] == '}');
}

std::optional<ir::Problem> Zip(absl::string_view head) {
  if (!absl::StartsWith(head, absl::string_view("PK\x03\x04", 4))) return std::nullopt;
  if (absl::StrContains(head, "data.pkl")) return Foreign("a PyTorch checkpoint", kExport);
  if (absl::StrContains(head, "metadata.json") || absl::StrContains(head, "config.json")) {
    return Foreign("a Keras archive", "pass it as a configuration, or export the model to ONNX");
  }
  if (absl::StrContains(head, ".npy")) return Foreign("a NumPy archive", kExport);
  return Foreign("a zip archive", "unpack it and check the .onnx file inside");
}

// Printable characters of ASCII or UTF-8 and white space, throughout.
bool IsText(absl::string_view head) {
  return head.size() >= kLeastText && std::all_of(head.begin(), head.end(), [](char c) {
           const auto byte = static_cast<std::uint8_t>(c);
           return byte >= 0x20 ? byte != 0x7f
                               : byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
         });
}

std::optional<ir::Problem> Text(absl::string_view head) {
  absl::string_view text = head;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  text = absl::StripLeadingAsciiWhitespace(text);
  if (absl::StartsWithIgnoreCase(text, "<!doctype html") ||
      absl::StartsWithIgnoreCase(text, "<html") || absl::StartsWithIgnoreCase(text, "<head")) {
    return Foreign("an HTML page",
                   "the download went to a web page: use the address of the raw file");
  }
  if (!IsText(head)) return std::nullopt;
  if (absl::StartsWith(text, "<?xml")) return Foreign("an XML document", "name the model file");
  if (absl::StartsWith(text, "<") && absl::StrContains(text, "ir_version")) {
    return Foreign("ONNX's text syntax", "write it as a binary model with onnx.save");
  }
  if (absl::StartsWith(text, "{") || absl::StartsWith(text, "[")) {
    return Foreign("JSON", "if it is a configuration, pass it with --config");
  }
  std::string line(text.substr(0, text.find_first_of("\r\n")));
  constexpr std::size_t kQuoted = 40;
  if (line.size() > kQuoted) line = line.substr(0, kQuoted) + "...";
  return Foreign(absl::StrCat("text (\"", line, "\")"), "name the model file");
}

}  // namespace

std::optional<ir::Problem> RecogniseForeign(std::string_view bytes) {
  const absl::string_view head(bytes.data(), std::min(bytes.size(), kHead));
  if (head.empty()) {
    ir::Problem problem;
    problem.kind = ir::ProblemKind::kMalformedModel;
    problem.message = "the file is empty";
    problem.help = "the export or download did not finish: make the file again";
    return problem;
  }
  if (absl::StartsWith(head, "version https://git-lfs.github.com/spec/")) {
    return Foreign("a Git LFS pointer", "fetch the file itself: git lfs pull",
                   ir::ProblemKind::kLfsPointer);
  }
  if (auto zip = Zip(head)) return zip;
  for (const Magic& magic : kMagics) {
    if (head.size() > magic.offset && absl::StartsWith(head.substr(magic.offset), magic.bytes)) {
      return Foreign(magic.what, magic.help);
    }
  }
  if (IsPickle(head)) return Foreign("a Python pickle, as PyTorch writes", kExport);
  if (IsSafetensors(head)) return Foreign("a safetensors file", kExport);
  if (absl::StartsWith(head, "\xff\xfe") || absl::StartsWith(head, "\xfe\xff")) {
    return Foreign("text in UTF-16", "name the model file");
  }
  return Text(head);
}

}  // namespace onnxcheck::parsers
