#include "parsers/model/onnx.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "google/protobuf/arena.h"
#include "google/protobuf/io/coded_stream.h"
#include "parsers/model/check.h"
#include "parsers/model/convert.h"
#include "parsers/model/external.h"
#include "parsers/model/foreign.h"
#include "parsers/model/infer.h"
#include "parsers/model/inline.h"
#include "parsers/model/proto.h"
#include "parsers/model/strip.h"

namespace onnxcheck::parsers {
namespace {

// Memory for the decoded structure grows in steps up to this many bytes.
constexpr std::size_t kArenaBlock = std::size_t{1} << 20;

ir::Problem Whole(const Source& source, ir::Problem problem) {
  problem.location.path = source.path();
  problem.location.length = source.bytes().size();
  problem.location.has_span = true;
  return problem;
}

// Says what the file is when it is no model; absent when it is one, whole or damaged.
std::optional<ir::Problem> NoModel(const Source& source, const Stripped& stripped) {
  const bool sound = stripped.problems.empty();
  if (sound && stripped.graph) return std::nullopt;
  if (auto foreign = RecogniseForeign(source.bytes())) return Whole(source, *std::move(foreign));
  if (!sound || stripped.header) return std::nullopt;
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kNotAModel;
  problem.message = "not an ONNX model: it can be read as protobuf, but holds no graph";
  problem.help = "name the .onnx file; a tensor or a model of another framework is not one";
  return Whole(source, std::move(problem));
}

bool Parse(std::string bytes, pb::ModelProto* proto) {
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(kMaxNesting + 1);
  return proto->MergeFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

bool IsDamage(const ir::Problem& problem) {
  return problem.kind == ir::ProblemKind::kMalformedModel ||
         problem.kind == ir::ProblemKind::kTruncated ||
         problem.kind == ir::ProblemKind::kResourceLimit;
}

void ForEachSize(google::protobuf::RepeatedPtrField<pb::ValueInfoProto>* values, auto visit) {
  for (pb::ValueInfoProto& value : *values) {
    if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape()) continue;
    for (auto& dim : *value.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
      visit(&dim);
    }
  }
}

// Open sizes of inputs become 1. Symbols elsewhere may stand for what follows from them ("12*s"),
// or carry no meaning at all, and are left to the inference.
void CloseSizes(pb::GraphProto* graph) {
  ForEachSize(graph->mutable_input(), [](auto* dim) {
    if (!dim->has_dim_value()) dim->set_dim_value(1);
  });
  for (auto* values : {graph->mutable_value_info(), graph->mutable_output()}) {
    ForEachSize(values, [](auto* dim) {
      if (dim->has_dim_param()) dim->clear_dim_param();
    });
  }
}

void Read(const Source& source, const ParseOptions& parse, ir::Model* model) {
  Stripped stripped = Strip(source);
  if (auto foreign = NoModel(source, stripped)) {
    model->input.problems.push_back(*std::move(foreign));
    return;
  }
  model->input.problems = std::move(stripped.problems);
  google::protobuf::ArenaOptions options;
  options.max_block_size = kArenaBlock;
  google::protobuf::Arena arena(options);
  auto* proto = google::protobuf::Arena::CreateMessage<pb::ModelProto>(&arena);
  if (!Parse(std::move(stripped.bytes), proto)) {
    ir::Problem problem;
    problem.kind = ir::ProblemKind::kMalformedModel;
    problem.message = "the structure of the model cannot be decoded";
    model->input.problems.push_back(Whole(source, std::move(problem)));
    return;
  }
  model->decoded = proto->has_graph();
  ExternalData external(source.path());
  ModelIndex index = ConvertModel(*proto, stripped, &external, model);
  // What a damaged file lacks is the damage's doing and says nothing about the model.
  const bool damaged =
      std::any_of(model->input.problems.begin(), model->input.problems.end(), IsDamage);
  external.Finish(damaged, model);
  NodeSet bad;
  if (!damaged) bad = CheckModel(*proto, stripped, index, model);
  const InlinedGraphs inlined = InlineCalls(proto, &bad);
  if (!inlined.empty()) ReconvertGraphs(*proto, stripped, &external, inlined, &index, model);
  if (parse.open_sizes_are_one) CloseSizes(proto->mutable_graph());
  InferOptions infer;
  infer.evaluate = parse.open_sizes_are_one;
  infer.report =
      !damaged && !parse.open_sizes_are_one && proto->ir_version() <= pb::Version::IR_VERSION;
  if (proto->has_graph()) InferModel(proto, stripped, &index, bad, infer, model);
}

}  // namespace

ir::Model ParseOnnx(const Source& source, const ParseOptions& options) {
  ir::Model model;
  model.input.path = source.path();
  model.input.kind = ir::Kind::kModel;
  model.input.format = "onnx";
  model.input.bytes = source.bytes().size();
  try {
    Read(source, options, &model);
  } catch (const std::exception& error) {
    // Out of memory, or something new in ONNX that throws: what was read so far is kept.
    ir::Problem problem;
    problem.kind = ir::ProblemKind::kResourceLimit;
    problem.message = std::string("the model could not be read to its end: ") + error.what();
    model.input.problems.push_back(Whole(source, std::move(problem)));
  }
  return model;
}

}  // namespace onnxcheck::parsers
