#include "parsers/config/document.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace onnxcheck::parsers {
namespace {

class Flattener {
 public:
  Flattener(const Document& document, const std::string& path, ir::Config& config)
      : document_(document), path_(path), config_(config) {}

  void Walk(const Node& named, const std::string& key, std::size_t depth) {
    if (stopped_) return;
    if (depth > kMaxConfigDepth) return Stop(named, "nesting is deeper than ", kMaxConfigDepth);
    if (++visits_ > kMaxConfigEntries) {
      return Stop(named, "aliases expand to more values than ", kMaxConfigEntries);
    }
    // Counted on the way, too: aliases within aliases make keys of kilobytes.
    bytes_ += key.size();
    if (bytes_ > kMaxConfigEntryBytes) {
      return Stop(named, "keys and values take more bytes than ", kMaxConfigEntryBytes);
    }
    const Node& node = Resolve(document_, named);
    if (node.kind == Node::Kind::kAlias) return;  // an alias of itself
    if (node.kind == Node::Kind::kScalar || node.children.empty()) return Leaf(named, node, key);
    if (node.kind == Node::Kind::kMapping) return Mapping(node, key, depth, nullptr);
    for (std::size_t i = 0; i < node.children.size() && !stopped_; ++i) {
      Walk(document_.nodes[node.children[i]], absl::StrCat(key, "[", i, "]"), depth + 1);
    }
  }

 private:
  // `hidden`: keys that a merged-in mapping does not get to set.
  void Mapping(const Node& node, const std::string& key, std::size_t depth,
               const absl::flat_hash_set<std::string_view>* hidden) {
    for (const std::uint32_t index : node.children) {
      const Node& child = document_.nodes[index];
      if (stopped_) return;
      if (child.merge) {
        Merge(node, child, key, depth);
        continue;
      }
      if (hidden != nullptr && hidden->contains(child.key)) continue;
      Walk(child, key.empty() ? child.key : absl::StrCat(key, ".", child.key), depth + 1);
    }
  }

  // "<<: *base" and "<<: [*a, *b]" (https://yaml.org/type/merge.html).
  void Merge(const Node& owner, const Node& merged, const std::string& key, std::size_t depth) {
    if (++visits_ > kMaxConfigEntries || depth > kMaxConfigDepth) {
      return Stop(merged, "merge keys expand to more values than ", kMaxConfigEntries);
    }
    absl::flat_hash_set<std::string_view> own;
    for (const std::uint32_t index : owner.children) own.insert(document_.nodes[index].key);
    visits_ += owner.children.size();
    const Node& base = Resolve(document_, merged);
    if (base.kind == Node::Kind::kMapping) return Mapping(base, key, depth + 1, &own);
    if (base.kind != Node::Kind::kSequence) return;
    for (const std::uint32_t index : base.children) {
      const Node& item = Resolve(document_, document_.nodes[index]);
      if (item.kind == Node::Kind::kMapping && !stopped_) Mapping(item, key, depth + 1, &own);
    }
  }

  void Leaf(const Node& named, const Node& node, const std::string& key) {
    if (key.empty()) return;
    ir::Entry entry;
    entry.key = key;
    entry.value = node.value;
    entry.text = node.kind == Node::Kind::kMapping    ? "{}"
                 : node.kind == Node::Kind::kSequence ? "[]"
                                                      : node.text;
    entry.location = Place(named, path_);
    entry.location.logical = key;
    bytes_ += 2 * key.size() + path_.size() + 2 * node.text.size();
    if (bytes_ > kMaxConfigEntryBytes) {
      return Stop(named, "keys and values take more bytes than ", kMaxConfigEntryBytes);
    }
    config_.entries.push_back(std::move(entry));
  }

  void Stop(const Node& node, const char* what, std::size_t limit) {
    stopped_ = true;
    config_.input.problems.push_back({ir::ProblemKind::kResourceLimit, Place(node, path_),
                                      absl::StrCat(what, limit), "what follows is not read"});
  }

  const Document& document_;
  const std::string& path_;
  ir::Config& config_;
  std::size_t visits_ = 0;
  std::size_t bytes_ = 0;
  bool stopped_ = false;
};

}  // namespace

bool DocumentBuilder::Add(Node node, bool opens) {
  if (!limit_.empty()) return false;
  if (skipped_ > 0) {
    skipped_ += opens;
    return true;
  }
  if (!open_.empty()) {
    Node& parent = document_.nodes[open_.back()];
    if (parent.children.size() >= kMaxConfigItems) {
      parent.cut = true;
      skipped_ += opens;
      return true;
    }
  }
  if (open_.size() >= kMaxConfigDepth) {
    limit_ = absl::StrCat("nesting is deeper than ", kMaxConfigDepth);
    return false;
  }
  if (document_.nodes.size() >= kMaxConfigNodes) {
    limit_ = absl::StrCat("more values than ", kMaxConfigNodes);
    return false;
  }
  last_ = static_cast<std::uint32_t>(document_.nodes.size());
  if (open_.empty()) {
    document_.roots.push_back(last_);
  } else {
    if (TopIsMapping()) {
      node.merge = key_ == "<<" && key_place_.text == key_;
      node.key = std::move(key_);
    }
    document_.nodes[open_.back()].children.push_back(last_);
  }
  key_.clear();
  key_place_ = {};
  document_.nodes.push_back(std::move(node));
  if (opens) open_.push_back(last_);
  return true;
}

bool DocumentBuilder::Scalar(Node node) {
  node.kind = Node::Kind::kScalar;
  return Add(std::move(node), false);
}

bool DocumentBuilder::Alias(std::uint32_t target, Node node) {
  node.kind = Node::Kind::kAlias;
  node.target = target;
  return Add(std::move(node), false);
}

bool DocumentBuilder::Start(Node node) { return Add(std::move(node), true); }

bool DocumentBuilder::End() {
  if (!limit_.empty()) return false;
  if (skipped_ > 0) {
    --skipped_;
  } else if (!open_.empty()) {
    open_.pop_back();
  }
  return true;
}

void DocumentBuilder::Key(std::string key, const Node& place) {
  if (skipped_ > 0) return;
  key_ = std::move(key);
  key_place_ = place;
}

Document DocumentBuilder::Take() {
  for (const std::uint32_t open : open_) document_.nodes[open].cut = true;
  return std::move(document_);
}

const Node& Resolve(const Document& document, const Node& node) {
  const Node* current = &node;
  // Readers resolve anchors, so a second hop happens only in a cycle.
  for (int hops = 0; hops < 8 && current->kind == Node::Kind::kAlias; ++hops) {
    if (current->target >= document.nodes.size()) break;
    current = &document.nodes[current->target];
  }
  return *current;
}

const Node* Find(const Document& document, const Node& node, std::string_view path) {
  const Node* current = &Resolve(document, node);
  while (!path.empty()) {
    const std::string_view head = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), head.size() + 1));
    const Node* next = nullptr;
    if (current->kind == Node::Kind::kMapping) {
      for (const std::uint32_t index : current->children) {
        if (document.nodes[index].key == head) next = &document.nodes[index];
      }
    }
    if (next == nullptr) return nullptr;
    current = &Resolve(document, *next);
  }
  return current;
}

ir::Location Place(const Node& node, const std::string& path) {
  ir::Location location;
  location.path = path;
  location.line = node.line;
  location.column = node.column;
  location.offset = node.offset;
  location.length = node.length;
  location.has_span = node.length > 0;
  return location;
}

void Flatten(const Document& document, const std::string& path, ir::Config& config) {
  Flattener flattener(document, path, config);
  for (std::size_t i = 0; i < document.roots.size(); ++i) {
    // Readers of a stream of documents use the first; the others keep apart.
    const std::string prefix = i == 0 ? "" : absl::StrCat("[", i, "]");
    flattener.Walk(document.nodes[document.roots[i]], prefix, 0);
  }
}

}  // namespace onnxcheck::parsers
