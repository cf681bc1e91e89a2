#include "parsers/sniff.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "parsers/config/hdf5.h"
#include "parsers/config/keras_legacy.h"
#include "parsers/config/mlflow.h"
#include "parsers/config/model_card.h"
#include "parsers/log/gunzip.h"
#include "parsers/log/metric_file.h"
#include "parsers/log/tf_record.h"
#include "parsers/log/utf16.h"
#include "parsers/log/wandb_file.h"
#include "parsers/sniff_names.h"
#include "parsers/sniff_text.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kWindow = 64 << 10;
// Share of control bytes above which a file is not text. Logs of crashed
// machines hold runs of NUL, progress bars hold \b: some must pass.
constexpr double kMaxControlShare = 0.05;
constexpr double kMaxControlShareOfLog = 0.3;  // of a file that is named as a log

struct Varint {
  std::uint64_t value = 0;
  std::size_t size = 0;  // 0: not a varint
};

Varint ReadVarint(std::string_view bytes) {
  Varint result;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    result.value |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if ((byte & 0x80) == 0) {
      result.size = i + 1;
      return result;
    }
  }
  return {};
}

// Walks the top-level fields of a ModelProto (onnx.proto: numbers and wire
// types below) until the graph or the end of the window.
bool WalksAsModel(std::string_view window, std::uint64_t file_size) {
  bool version = false;
  bool graph = false;
  bool opset = false;
  std::size_t at = 0;
  while (at < window.size()) {
    const Varint tag = ReadVarint(window.substr(at));
    if (tag.size == 0) break;
    const std::uint64_t field = tag.value >> 3;
    const std::uint64_t wire = tag.value & 7;
    at += tag.size;
    const bool is_number = field == 1 || field == 5;  // ir_version, model_version
    const bool is_text = field == 2 || field == 3 || field == 4 || field == 6;
    const bool is_message =
        field == 7 || field == 8 || field == 14 || field == 20 || field == 25 || field == 26;
    if (is_number && wire == 0) {
      const Varint number = ReadVarint(window.substr(at));
      if (number.size == 0) break;
      if (field == 1 && number.value > 1000) return false;
      version |= field == 1;
      at += number.size;
    } else if ((is_text || is_message) && wire == 2) {
      const Varint length = ReadVarint(window.substr(at));
      if (length.size == 0) break;
      at += length.size;
      if (is_text && length.value > window.size() - at) return false;
      if (length.value > file_size - at) return field == 7 && version;  // cut off in the graph
      graph |= field == 7;
      opset |= field == 8;
      if (length.value > window.size() - at) break;
      at += length.value;
    } else {
      return false;
    }
  }
  // Some writers leave ir_version out; a graph with an operator set is enough.
  return (version && (graph || opset)) || (graph && opset);
}

// An event file starts with a record that holds "brain.Event:2"; a writer may leave that out, or be
// stopped before, and then the name and the record's checksum must do. Long texts in it make the
// rest look like text.
bool IsEventFile(std::string_view window, std::string_view base) {
  if (window.size() > 24 && window.substr(4, 4) == std::string_view("\0\0\0\0", 4) &&
      window.substr(0, 64).find("brain.Event:") != std::string_view::npos) {
    return true;
  }
  if (base.find("tfevents") == std::string_view::npos) return false;
  log::TfRecord record;
  return window.size() < 16 ||
         log::TfRecordReader(window).Next(&record) != log::TfRecordReader::Step::kCorrupt;
}

bool IsText(std::string_view window, double max_control_share) {
  const auto control = static_cast<double>(std::count_if(window.begin(), window.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0 || byte == 0x7F ||
           (byte < 0x20 && !absl::ascii_isspace(byte) && c != '\b' && c != '\x1b' && c != '\a');
  }));
  return control <= max_control_share * static_cast<double>(window.size());
}

Format SniffZip(std::string_view window, const FileName& name) {
  // A local file header's name is at 30, its length at 26 (APPNOTE.TXT 4.3.7).
  if (window.size() > 30) {
    const std::size_t length =
        static_cast<unsigned char>(window[26]) + 256u * static_cast<unsigned char>(window[27]);
    const std::string_view first = window.substr(30, length);
    if (first == "metadata.json" || first == "config.json") return Format::kKerasArchive;
    if (first == "data.pkl" || first.ends_with("/data.pkl")) return Format::kPickle;
  }
  return name.suffix == "keras" ? Format::kKerasArchive : Format::kZip;
}

// What "train.log.1.gz" or "metrics.csv.gz" holds; archives and data sets are nothing of ours.
Format SniffGzip(const Source& source) {
  std::string inner = source.path();
  inner.resize(inner.size() - std::string_view(".gz").size());
  const std::string_view window = source.bytes().substr(0, kWindow);
  const auto text = Source::FromBytes(std::move(inner), log::Gunzip(window, kWindow).text);
  return Sniff(*text) == Format::kLog ? Format::kGzipLog : Format::kBinary;
}

}  // namespace

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kUnknown:
      return "unknown";
    case Format::kEmpty:
      return "empty";
    case Format::kOnnx:
      return "onnx";
    case Format::kOnnxText:
      return "onnx-text";
    case Format::kLfsPointer:
      return "git-lfs-pointer";
    case Format::kYaml:
      return "yaml";
    case Format::kJson:
      return "json";
    case Format::kToml:
      return "toml";
    case Format::kIni:
      return "ini";
    case Format::kKerasArchive:
      return "keras-archive";
    case Format::kHdf5:
      return "hdf5";
    case Format::kSavedModel:
      return "saved-model";
    case Format::kModelCard:
      return "model-card";
    case Format::kMlflowParam:
      return "mlflow-params";
    case Format::kPickle:
      return "pickle";
    case Format::kZip:
      return "zip";
    case Format::kHtml:
      return "html";
    case Format::kLog:
      return "log";
    case Format::kPython:
      return "python";
    case Format::kNotebook:
      return "notebook";
    case Format::kEventFile:
      return "tensorboard-events";
    case Format::kMetricFile:
      return "mlflow-metrics";
    case Format::kWandb:
      return "wandb";
    case Format::kGzipLog:
      return "gzip-log";
    case Format::kBinary:
      return "binary";
  }
  return "unknown";
}

ir::Kind KindOf(Format format) {
  switch (format) {
    case Format::kOnnx:
      return ir::Kind::kModel;
    case Format::kYaml:
    case Format::kJson:
    case Format::kToml:
    case Format::kIni:
    case Format::kKerasArchive:
    case Format::kHdf5:
    case Format::kSavedModel:
    case Format::kModelCard:
    case Format::kMlflowParam:
      return ir::Kind::kConfig;
    case Format::kLog:
    case Format::kEventFile:
    case Format::kMetricFile:
    case Format::kWandb:
    case Format::kGzipLog:
      return ir::Kind::kLog;
    case Format::kPython:
    case Format::kNotebook:
      return ir::Kind::kScript;
    default:
      return ir::Kind::kUnknown;
  }
}

Format Sniff(const Source& source) {
  const std::string_view window = source.bytes().substr(0, kWindow);
  const bool whole = window.size() == source.bytes().size();
  if (window.empty()) return Format::kEmpty;
  const FileName name = ParseFileName(source.path());
  if (window.substr(0, 23) == "version https://git-lfs") return Format::kLfsPointer;
  const std::string_view magic = window.substr(0, 4);
  if (magic == "PK\x03\x04" || magic == "PK\x05\x06") return SniffZip(window, name);
  if (IsHdf5(window)) return Format::kHdf5;
  if ((name.base == "saved_model.pb" || name.base == "keras_metadata.pb") && IsSavedModel(window)) {
    return Format::kSavedModel;
  }
  // Protocol 2 and later: PROTO, its number, and a FRAME or an opcode that opens an object.
  if (window.size() > 2 && window[0] == '\x80' && window[1] >= 2 && window[1] <= 5 &&
      (name.suffix == "pkl" || name.suffix == "pickle" || name.suffix == "bin" ||
       name.suffix == "pt" || name.suffix == "pth")) {
    return Format::kPickle;
  }
  if (log::IsGzip(window) && name.suffix == "gz") return SniffGzip(source);
  if (IsWandbFile(window)) return Format::kWandb;
  if (IsMetricFile(window, source.path())) return Format::kMetricFile;
  if (SplitMlflowPath(source.path())) return Format::kMlflowParam;
  if (IsEventFile(window, name.base)) return Format::kEventFile;
  if (WalksAsModel(window, source.bytes().size())) return Format::kOnnx;
  if (name.base == "readme.md" && IsModelCard(window)) return Format::kModelCard;
  if (const log::Utf16 order = log::DetectUtf16(window); order != log::Utf16::kNone) {
    const std::string text = log::FromUtf16(window, order);
    if (IsText(text, kMaxControlShare)) return SniffText(text, whole, name);
  }
  const double share = name.is_log || name.log_word ? kMaxControlShareOfLog : kMaxControlShare;
  if (!IsText(window, share)) return Format::kBinary;
  return SniffText(window, whole, name);
}

}  // namespace onnxcheck::parsers
