// The first pass over a model file: everything but the weights.
//
// The mapped bytes are walked field by field. What a linter needs is written
// into a small ModelProto of its own; tensor payloads above kInlineLimit stay
// where they are and only their place is noted, so that a file of any size
// costs as much as its structure. Damage is reported with its byte, and what
// stands before and around it is kept.
#ifndef ONNXCHECK_PARSERS_MODEL_STRIP_H_
#define ONNXCHECK_PARSERS_MODEL_STRIP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/input.h"
#include "analyzer/ir/model.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Payloads up to this many bytes travel with the structure.
inline constexpr std::uint64_t kInlineLimit = 1024;
// Messages inside messages. protobuf's own readers stop at 100 as well, so a
// file beyond this cannot be used by anything else either.
inline constexpr int kMaxNesting = 100;
// Attribute texts above this (compiled blobs, vocabularies) are left empty.
inline constexpr std::uint64_t kMaxBlob = std::uint64_t{1} << 20;
// Bytes and messages of structure; a 1-million-node graph has about 200 MB and
// 3 million. Beyond them memory could not be bounded.
inline constexpr std::uint64_t kMaxStructure = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kMaxMessages = 20'000'000;

// TensorProto's data fields, as bits.
enum DataField : std::uint8_t {
  kFloatData = 1,
  kInt32Data = 2,
  kStringData = 4,
  kInt64Data = 8,
  kRawData = 16,
  kDoubleData = 32,
  kUint64Data = 64,
};

// Where a tensor's data stands in the file.
struct TensorSpan {
  ir::Payload payload;
  std::uint8_t fields = 0;   // DataField bits of those with at least one element
  std::uint8_t removed = 0;  // of these, the ones that are not in the small model
  // Elements of the largest field, for kRawData bytes. A packed number takes
  // one to ten bytes, so that only bounds are known without reading it.
  std::uint64_t min_count = 0;
  std::uint64_t max_count = 0;
};

struct NodeSpan {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct Stripped {
  // A serialised ModelProto without documentation, unknown fields and large
  // payloads. A tensor with data names its entry in `tensors` in segment.begin,
  // a node its entry in `nodes` in doc_string (see NodeIndex).
  std::string bytes;
  std::vector<TensorSpan> tensors;
  std::vector<NodeSpan> nodes;
  std::vector<ir::Problem> problems;  // kMalformedModel, kTruncated, kResourceLimit
  bool graph = false;                 // ModelProto.graph was entered
  bool header = false;                // ir_version or opset_import was there
};

Stripped Strip(const Source& source);

// Reads back what Strip wrote into NodeProto.doc_string.
std::size_t NodeIndex(const std::string& doc_string);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_STRIP_H_
