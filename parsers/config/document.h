// A configuration file as a tree, whatever its format: readers build it, schemas walk it.
#ifndef ONNXCHECK_PARSERS_CONFIG_DOCUMENT_H_
#define ONNXCHECK_PARSERS_CONFIG_DOCUMENT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Limits on one configuration. The largest that frameworks write (Lightning's
// hparams.yaml with a pickled data set, trainer_state.json) stay well below.
inline constexpr std::size_t kMaxConfigDepth = 256;
inline constexpr std::size_t kMaxConfigNodes = 200'000;
// Items of one list, keys of one table. What follows is passed over without a
// problem: vocabularies and log histories are long, configuration is not.
inline constexpr std::size_t kMaxConfigItems = 10'000;
// Entries after aliases are expanded, and the bytes of their keys and texts.
inline constexpr std::size_t kMaxConfigEntries = 200'000;
inline constexpr std::size_t kMaxConfigEntryBytes = 32u << 20;

struct Node {
  enum class Kind : std::uint8_t { kScalar, kMapping, kSequence, kAlias };
  Kind kind = Kind::kScalar;
  bool cut = false;          // more items than kMaxConfigItems, or the text ends inside
  bool merge = false;        // under YAML's merge key, an unquoted "<<"
  std::uint32_t target = 0;  // kAlias: index of the node it stands for
  std::uint32_t line = 0, column = 0;
  std::uint64_t offset = 0, length = 0;  // length 0: unknown
  std::string key;                       // in its mapping
  ir::Scalar value;
  std::string text;                     // as written
  std::vector<std::uint32_t> children;  // indices, in file order
};

struct Document {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> roots;  // one, or several documents of a YAML stream
};

// Builds a document from a reader's events. Every call returns false once a
// limit is passed; the reader then stops, and limit() names the limit.
class DocumentBuilder {
 public:
  // The node (without key) to add at the current place.
  bool Scalar(Node node);
  bool Alias(std::uint32_t target, Node node);
  bool Start(Node node);  // kMapping or kSequence
  bool End();
  void Key(std::string key, const Node& place);

  bool in_mapping() const { return !open_.empty() && skipped_ == 0 && TopIsMapping(); }
  bool at_root() const { return open_.empty() && skipped_ == 0; }
  // Place of the pending key; line 0 if none is pending.
  const Node& key_place() const { return key_place_; }
  // Index of the node added last.
  std::uint32_t last() const { return last_; }
  const std::string& limit() const { return limit_; }
  Document Take();

 private:
  bool TopIsMapping() const { return document_.nodes[open_.back()].kind == Node::Kind::kMapping; }
  bool Add(Node node, bool opens);

  Document document_;
  std::vector<std::uint32_t> open_;
  std::size_t skipped_ = 0;  // open containers inside a passed-over item
  std::string key_;
  Node key_place_;
  std::uint32_t last_ = 0;
  std::string limit_;
};

// The node itself, or what its alias stands for.
const Node& Resolve(const Document& document, const Node& node);
// The child of a mapping at "a.b.c"; the last one where a key is repeated, as
// the usual readers do. Null if there is none.
const Node* Find(const Document& document, const Node& node, std::string_view path);
// Where the node stands. `logical` is left empty.
ir::Location Place(const Node& node, const std::string& path);

// Appends every leaf to config.entries, with aliases and YAML merge keys
// expanded; empty containers are leaves with the text "{}" or "[]". Passing
// kMaxConfigEntries adds a kResourceLimit problem.
void Flatten(const Document& document, const std::string& path, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_DOCUMENT_H_
