#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analyzer/ir/path.h"
#include "parsers/model/check_help.h"
#include "parsers/model/checker.h"
#include "parsers/model/convert.h"
#include "parsers/model/schema_table.h"

namespace onnxcheck::parsers {
namespace {

namespace checker = pb::checker;
using pb::AttributeProto;

// Looking for second and third faults of one node costs a copy of it for each
// attribute; larger nodes get their first fault only.
constexpr int kMaxAttributesForMore = 64;

// The attribute with every tensor and graph replaced by the smallest valid one:
// what ONNX says about it is then about the attribute itself.
AttributeProto Shell(const AttributeProto& proto) {
  AttributeProto shell;
  if (proto.has_name()) shell.set_name(proto.name());
  if (proto.has_type()) shell.set_type(proto.type());
  if (proto.has_ref_attr_name()) shell.set_ref_attr_name(proto.ref_attr_name());
  if (proto.has_f()) shell.set_f(proto.f());
  if (proto.has_i()) shell.set_i(proto.i());
  if (proto.has_s()) shell.set_s("");
  if (proto.has_tp()) shell.mutable_tp();
  if (proto.floats_size() > 0) shell.add_floats(0);
  if (proto.ints_size() > 0) shell.add_ints(0);
  if (proto.strings_size() > 0) shell.add_strings("");
  if (proto.type_protos_size() > 0) shell.add_type_protos();
  const auto tensor = [](pb::TensorProto* to) {
    to->set_data_type(pb::TensorProto::FLOAT);
    to->add_dims(0);
  };
  const auto sparse = [&](pb::SparseTensorProto* to) {
    tensor(to->mutable_values());
    to->add_dims(1);
  };
  if (proto.has_t()) tensor(shell.mutable_t());
  if (proto.tensors_size() > 0) tensor(shell.add_tensors());
  if (proto.has_sparse_tensor()) sparse(shell.mutable_sparse_tensor());
  if (proto.sparse_tensors_size() > 0) sparse(shell.add_sparse_tensors());
  if (proto.has_g()) shell.mutable_g()->set_name("g");
  if (proto.graphs_size() > 0) shell.add_graphs()->set_name("g");
  return shell;
}

bool IsNested(const AttributeProto& proto) {
  return proto.has_t() || proto.has_g() || proto.has_sparse_tensor() || proto.tensors_size() > 0 ||
         proto.graphs_size() > 0 || proto.sparse_tensors_size() > 0;
}

bool IsOnnxDomain(const std::string& domain) {
  return domain == pb::ONNX_DOMAIN || domain == "ai.onnx" || domain == pb::AI_ONNX_ML_DOMAIN ||
         domain == pb::AI_ONNX_TRAINING_DOMAIN;
}

}  // namespace

void Checker::Node(const pb::NodeProto& proto, const Place& place, const Setting& setting,
                   const Names& names) {
  if (proto.op_type().empty()) {
    bad_.insert(&proto);
    ReportNode(place, "field 'op_type' of 'node' is required to be non-empty");
  } else if (proto.input().empty() && proto.output().empty()) {
    bad_.insert(&proto);
    ReportNode(place, absl::StrCat("NodeProto (name: ", proto.name(), ", type: ", proto.op_type(),
                                   ") has zero input and zero output"));
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < proto.attribute_size(); ++i) {
    const AttributeProto& attribute = proto.attribute(i);
    if (proto.attribute_size() > 1 && !seen.insert(attribute.name()).second) {
      bad_.insert(&proto);
      ReportNode(place, absl::StrCat("attribute '", attribute.name(), "' appeared multiple times"),
                 "keep one of them", absl::StrCat("/attribute[", attribute.name(), "]"));
    }
    Attribute(attribute, static_cast<std::size_t>(i), place, setting, names);
  }
  if (newer_ || proto.op_type().empty() || (proto.input().empty() && proto.output().empty()))
    return;
  if (!setting.schemas->VersionOf(proto.domain())) {
    bad_.insert(&proto);
    // Without any import at all the model's header has been reported already.
    if (setting.schemas->imports().empty() && !setting.function) return;
    if (!missing_imports_
             .insert(absl::StrCat(setting.function ? place.graph.path : "", "|", proto.domain()))
             .second) {
      return;
    }
    ReportNode(place, absl::StrCat("no opset import for domain '", proto.domain(), "'"),
               "add the domain and its version to opset_import");
    return;
  }
  Schema(proto, place, setting);
}

void Checker::Attribute(const AttributeProto& proto, std::size_t index, const Place& place,
                        const Setting& setting, const Names& names) {
  const auto below = [&] { return absl::StrCat("/attribute[", proto.name(), "]"); };
  const bool nested = IsNested(proto);
  if (!newer_) {
    static const checker::LexicalScopeContext* const no_names =
        new checker::LexicalScopeContext();  // never destroyed: no order to get wrong at exit
    const auto message = Violation([&] {
      if (nested) {
        checker::check_attribute(Shell(proto), setting.context, *no_names);
      } else {
        checker::check_attribute(proto, setting.context, *no_names);
      }
    });
    if (message) ReportNode(place, *message, "", below());
  }
  if (!nested) return;
  const auto tensor = [&](std::optional<std::string> message) {
    if (message && !newer_) ReportNode(place, *std::move(message), "", below());
  };
  if (proto.has_t()) tensor(Tensor(proto.t()));
  for (const pb::TensorProto& t : proto.tensors()) tensor(Tensor(t));
  if (proto.has_sparse_tensor()) tensor(SparseTensor(proto.sparse_tensor()));
  for (const pb::SparseTensorProto& t : proto.sparse_tensors()) tensor(SparseTensor(t));
  if (SubgraphCount(proto) == 0) return;
  Setting inner = setting;
  inner.context.set_is_main_graph(false);
  const auto& graphs = std::get<std::vector<ir::Graph>>(place.ir().attributes[index].value);
  if (proto.has_g()) return Graph(proto.g(), graphs[0], inner, &names);
  for (int i = 0; i < proto.graphs_size(); ++i) {
    Graph(proto.graphs(i), graphs[static_cast<std::size_t>(i)], inner, &names);
  }
}

void Checker::Schema(const pb::NodeProto& proto, const Place& place, const Setting& setting) {
  if (setting.schemas->IsNewer(proto.domain()) || checker::check_is_experimental_op(proto)) return;
  const int version = setting.schemas->VersionOf(proto.domain()).value_or(0);
  const pb::OpSchema* schema = setting.schemas->Find(proto);
  if (schema == nullptr) {
    if (!IsOnnxDomain(proto.domain()) || functions_.contains(pb::GetCalleeId(proto)) ||
        runtime_.Has(proto)) {
      return;
    }
    bad_.insert(&proto);
    ReportNode(
        place,
        absl::StrCat("no Op registered for ", proto.op_type(), " with domain_version of ", version),
        HelpForUnknown(proto, version));
  } else if (schema->Deprecated()) {
    bad_.insert(&proto);
    ReportNode(place,
               absl::StrCat("op registered for ", proto.op_type(),
                            " is deprecated in domain_version of ", version),
               absl::StrCat("deprecated since opset ", schema->since_version(),
                            ": use what replaces it, or import an older opset"));
  } else {
    Deprecated(proto, place, version);
    Verify(proto, *schema, place);
  }
}

// An operator that the imported opset has and a newer one has not: one problem for all its nodes.
void Checker::Deprecated(const pb::NodeProto& proto, const Place& place, int version) {
  const auto [it, inserted] = dropped_.try_emplace({proto.domain(), proto.op_type()});
  Dropped& dropped = it->second;
  if (inserted) {
    const pb::OpSchema* newest = FindSchema(proto.op_type(), proto.domain());
    if (newest != nullptr && newest->Deprecated()) {
      dropped.since = newest->since_version();
      dropped.problem = model_.input.problems.size();
      Report(ir::ProblemKind::kDeprecatedOperator, ir::NodePath(place.graph, place.node), "",
             HelpForDeprecated(proto.op_type()), &place.ir());
    }
  }
  if (dropped.since == 0) return;
  ++dropped.nodes;
  model_.input.problems[dropped.problem].message = absl::StrCat(
      proto.op_type(), " is in opset ", version, ", but opset ", dropped.since, " dropped it",
      dropped.nodes > 1 ? absl::StrCat(" (", dropped.nodes, " nodes)") : "");
}

// OpSchema::Verify stops at a node's first fault. To find the others, what it
// complains of is taken out of a copy and the copy is verified again.
void Checker::Verify(const pb::NodeProto& proto, const pb::OpSchema& schema, const Place& place) {
  auto message = Violation([&] { schema.Verify(proto); });
  if (!message) return;
  bad_.insert(&proto);
  pb::NodeProto copy;
  if (proto.attribute_size() <= kMaxAttributesForMore) copy = proto;
  while (message) {
    ReportNode(place, *message, HelpFor(schema, proto, *message));
    if (proto.attribute_size() > kMaxAttributesForMore) return;
    const std::string before = *message;
    const auto changed = [&](const pb::NodeProto& node) {
      message = Violation([&] { schema.Verify(node); });
      return message != before;
    };
    const auto without = [&](auto&& remove) {
      pb::NodeProto probe = copy;
      remove(&probe);
      if (!changed(probe)) return false;
      copy = std::move(probe);
      return true;
    };
    bool found = false;
    for (int i = 0; i < copy.attribute_size() && !found; ++i) {
      found =
          without([&](pb::NodeProto* node) { node->mutable_attribute()->DeleteSubrange(i, 1); });
    }
    const auto fill = [](google::protobuf::RepeatedPtrField<std::string>* names, int count) {
      names->Clear();
      for (int i = 0; i < count; ++i) *names->Add() = "x";
    };
    found =
        found ||
        without([&](pb::NodeProto* node) { fill(node->mutable_input(), schema.min_input()); }) ||
        without([&](pb::NodeProto* node) { fill(node->mutable_output(), schema.min_output()); });
    if (found) continue;
    // Nothing to take out: something is lacking. All that is lacking is alike.
    for (const auto& [name, attribute] : schema.attributes()) {
      if (!attribute.required) continue;
      const bool there =
          std::any_of(copy.attribute().begin(), copy.attribute().end(),
                      [&, key = &name](const AttributeProto& have) { return have.name() == *key; });
      const std::string lacking = absl::StrCat("required attribute '", name, "' is missing");
      if (!there && before != lacking) ReportNode(place, lacking, HelpFor(schema, proto, lacking));
    }
    return;
  }
}

}  // namespace onnxcheck::parsers
