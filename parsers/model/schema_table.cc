#include "parsers/model/schema_table.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "onnx/defs/operator_sets.h"
#include "onnx/defs/operator_sets_ml.h"

namespace onnxcheck::parsers {
namespace {

using namespace ONNX_NAMESPACE;  // the generated table names its classes bare

constexpr const char* kOnnx = ONNX_DOMAIN;
constexpr const char* kOnnxML = AI_ONNX_ML_DOMAIN;

struct Row {
  const char* domain;
  int version;
  const char* name;
  OpSchema (*build)();
};

constexpr Row kRows[] = {
#define SCHEMA(domain, version, name, type) {domain, version, name, &GetOpSchema<type>},
#include "parsers/model/schema_table.inc"
#undef SCHEMA
};
constexpr std::size_t kCount = sizeof kRows / sizeof kRows[0];

using Key = std::pair<absl::string_view, absl::string_view>;
using Rows = absl::flat_hash_map<Key, std::vector<std::size_t>>;

// Never destroyed, so that threads may still look things up at exit.
const Rows& ByName() {
  static const Rows* const rows = [] {
    auto* made = new Rows();
    made->reserve(kCount);
    for (std::size_t i = 0; i < kCount; ++i) {
      (*made)[Key(kRows[i].domain, kRows[i].name)].push_back(i);
    }
    return made;
  }();
  return *rows;
}

const OpSchema* Built(std::size_t row) {
  static std::array<std::atomic<const OpSchema*>, kCount> built{};
  const OpSchema* known = built[row].load(std::memory_order_acquire);
  if (known != nullptr) return known;
  auto* made = new OpSchema(kRows[row].build());
  made->Finalize();
  // Another thread may have been faster: its schema is as good.
  if (built[row].compare_exchange_strong(known, made, std::memory_order_acq_rel)) return made;
  delete made;
  return known;
}

}  // namespace

const pb::OpSchema* FindSchema(const std::string& op_type, const std::string& domain, int version) {
  if (domain != kOnnx && domain != kOnnxML) {
    // Domains that hardly any model uses.
    if (!OpSchemaRegistry::DomainToVersionRange::Instance().Map().count(domain)) return nullptr;
    return OpSchemaRegistry::Schema(op_type, version, domain);
  }
  const auto it = ByName().find(Key(domain, op_type));
  if (it == ByName().end()) return nullptr;
  const std::size_t* best = nullptr;
  for (const std::size_t& row : it->second) {
    if (kRows[row].version > version) continue;
    if (best == nullptr || kRows[row].version > kRows[*best].version) best = &row;
  }
  return best == nullptr ? nullptr : Built(*best);
}

std::optional<int> FirstVersion(const std::string& op_type, const std::string& domain) {
  const auto it = ByName().find(Key(domain, op_type));
  if (it == ByName().end()) return std::nullopt;
  int first = std::numeric_limits<int>::max();
  for (const std::size_t row : it->second) first = std::min(first, kRows[row].version);
  return first;
}

std::vector<std::string> OperatorNames(const std::string& domain) {
  std::vector<std::string> names;
  for (const auto& [key, rows] : ByName()) {
    if (key.first == domain) names.emplace_back(key.second);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace onnxcheck::parsers
