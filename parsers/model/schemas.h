// ONNX's operator schemas for the opsets that a model or function imports.
#ifndef ONNXCHECK_PARSERS_MODEL_SCHEMAS_H_
#define ONNXCHECK_PARSERS_MODEL_SCHEMAS_H_

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "onnx/defs/schema.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

class Schemas {
 public:
  using Imports = std::unordered_map<std::string, int>;

  explicit Schemas(Imports imports);

  const Imports& imports() const { return imports_; }

  // The version imported for the domain; "" falls back to "ai.onnx", as in
  // ONNX's checker. Absent: not imported.
  std::optional<int> VersionOf(const std::string& domain) const;

  // The schema in force for the node; null when there is none. The node's
  // strings must outlive this object.
  const pb::OpSchema* Find(const pb::NodeProto& node);

  // Whether the domain's import is newer than any version the linked ONNX
  // knows, so that a missing or failing schema says nothing.
  bool IsNewer(const std::string& domain) const { return newer_.contains(domain); }

  // The newest version of one of ONNX's own domains; absent for any other.
  static std::optional<int> NewestVersion(const std::string& domain);

 private:
  Imports imports_;
  absl::flat_hash_set<std::string> newer_;
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>, const pb::OpSchema*> found_;
};

// Of a model or a function; versions that no int holds become the largest or smallest.
template <typename Proto>
Schemas::Imports ImportsOf(const Proto& proto) {
  Schemas::Imports imports;
  for (const pb::OperatorSetIdProto& opset : proto.opset_import()) {
    imports[opset.domain()] = static_cast<int>(std::clamp<std::int64_t>(
        opset.version(), std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
  }
  return imports;
}

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_SCHEMAS_H_
