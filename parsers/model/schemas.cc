#include "parsers/model/schemas.h"

#include "parsers/model/schema_table.h"

namespace onnxcheck::parsers {

Schemas::Schemas(Imports imports) : imports_(std::move(imports)) {
  for (const auto& [domain, version] : imports_) {
    const std::optional<int> newest = NewestVersion(domain);
    if (newest && version > *newest) newer_.insert(domain);
  }
  // Nodes say "" where an import may say "ai.onnx".
  if (newer_.contains("ai.onnx") && imports_.count("") == 0) newer_.insert("");
}

std::optional<int> Schemas::VersionOf(const std::string& domain) const {
  auto it = imports_.find(domain);
  if (it == imports_.end() && domain.empty()) it = imports_.find("ai.onnx");
  if (it == imports_.end()) return std::nullopt;
  return it->second;
}

const pb::OpSchema* Schemas::Find(const pb::NodeProto& node) {
  const auto [it, inserted] = found_.try_emplace({node.domain(), node.op_type()}, nullptr);
  if (inserted) {
    if (const std::optional<int> version = VersionOf(node.domain())) {
      it->second = FindSchema(node.op_type(), node.domain(), *version);
    }
  }
  return it->second;
}

std::optional<int> Schemas::NewestVersion(const std::string& domain) {
  const auto& ranges = pb::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
  const auto it = ranges.find(domain == "ai.onnx" ? "" : domain);
  if (it == ranges.end()) return std::nullopt;
  return it->second.second;
}

}  // namespace onnxcheck::parsers
