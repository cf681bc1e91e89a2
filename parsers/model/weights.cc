#include "parsers/model/weights.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "parsers/model/external.h"
#include "parsers/model/tensor.h"
#include "parsers/model/weight_job.h"
#include "parsers/parallel.h"

namespace onnxcheck::parsers {
namespace {

// Small tensors are handed out together until they make up this many bytes.
constexpr std::uint64_t kBatchBytes = std::uint64_t{1} << 20;
// Below this a second thread costs more than it brings.
constexpr std::uint64_t kBytesWorthAThread = std::uint64_t{2} << 20;
// Bytes of sums of slices that a model may have.
constexpr std::uint64_t kSliceBudget = std::uint64_t{64} << 20;

template <typename Visit>
void VisitTensors(ir::Model* model, Visit visit) {
  std::vector<ir::Graph*> graphs = {&model->graph};
  for (ir::Function& function : model->functions) graphs.push_back(&function.body);
  for (ir::TrainingInfo& training : model->training) {
    graphs.push_back(&training.initialization);
    graphs.push_back(&training.algorithm);
  }
  // Grows while it is walked: subgraphs stand behind the graphs that hold them.
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    for (ir::Tensor& tensor : graphs[i]->initializers) visit(&tensor);
    for (ir::Node& node : graphs[i]->nodes) {
      for (ir::Attribute& attribute : node.attributes) {
        if (auto* tensor = std::get_if<ir::Tensor>(&attribute.value)) {
          visit(tensor);
        } else if (auto* tensors = std::get_if<std::vector<ir::Tensor>>(&attribute.value)) {
          for (ir::Tensor& each : *tensors) visit(&each);
        } else if (auto* subgraphs = std::get_if<std::vector<ir::Graph>>(&attribute.value)) {
          for (ir::Graph& subgraph : *subgraphs) graphs.push_back(&subgraph);
        }
      }
    }
  }
}

// The files that tensors lie in, each opened once.
class Files {
 public:
  explicit Files(const Source& source) : source_(source) {}

  // Null for a file that cannot be read.
  const Source* Of(const ir::Payload& payload) {
    if (payload.encoding != ir::PayloadEncoding::kExternal) return &source_;
    if (payload.file.empty()) return nullptr;
    const auto [found, added] = external_.try_emplace(payload.file);
    if (added) {
      auto opened = Source::Open(payload.file);
      if (auto* source = std::get_if<std::shared_ptr<const Source>>(&opened)) {
        found->second = std::move(*source);
      }
    }
    return found->second.get();
  }

 private:
  const Source& source_;
  std::unordered_map<std::string, std::shared_ptr<const Source>> external_;
};

bool LiesWithin(const ir::Payload& payload, std::uint64_t size) {
  return payload.offset <= size && payload.length <= size - payload.offset;
}

// A job for what can be read of the tensor; none for strings, for tensors whose payload does not
// fit their shape, and for single numbers in memory, which need no statistics.
std::optional<WeightJob> JobOf(ir::Tensor* tensor, Files* files) {
  // What a sparse tensor stores are not its elements.
  if (tensor->stored) return std::nullopt;
  const ir::Payload& payload = tensor->payload;
  const auto count = ElementCount(tensor->dims);
  const int bits = BitsOf(static_cast<std::int32_t>(tensor->element));
  if (ArithmeticOf(tensor->element) == Arithmetic::kNone || !count || *count == 0) {
    return std::nullopt;
  }
  const auto bytes = RawBytes(*count, bits);
  if (!bytes) return std::nullopt;
  WeightJob job;
  job.tensor = tensor;
  job.count = *count;
  job.bits = static_cast<unsigned>(bits);
  if (tensor->elements) {
    if (*count < 2 || tensor->elements->size() < *bytes) return std::nullopt;
    PlanChunks(&job);
    return job;
  }
  switch (payload.encoding) {
    case ir::PayloadEncoding::kRaw:
    case ir::PayloadEncoding::kExternal:
      if (payload.length < *bytes) return std::nullopt;
      break;
    case ir::PayloadEncoding::kFixed:
      if (payload.length < *bytes || (tensor->element != ir::ElementType::kFloat &&
                                      tensor->element != ir::ElementType::kDouble)) {
        return std::nullopt;
      }
      break;
    case ir::PayloadEncoding::kVarints:
    case ir::PayloadEncoding::kPieces:
      // An entry takes a byte at least.
      if (payload.length < *count * std::min(bits, 8) / 8) return std::nullopt;
      job.stream = true;
      break;
    default:
      return std::nullopt;
  }
  job.source = files->Of(payload);
  if (job.source == nullptr || !LiesWithin(payload, job.source->bytes().size())) {
    return std::nullopt;
  }
  PlanChunks(&job);
  return job;
}

// One piece of work: several whole tensors, or one chunk of a large one.
struct Item {
  std::size_t first = 0;  // jobs[first, last)
  std::size_t last = 0;
  std::optional<std::uint64_t> chunk;
};

std::vector<Item> ItemsOf(const std::vector<WeightJob>& jobs) {
  std::vector<Item> items;
  std::uint64_t batch = 0;  // bytes of the last item; 0: it takes no more
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].chunks > 1 && !jobs[i].stream) {
      for (std::uint64_t c = 0; c < jobs[i].chunks; ++c) items.push_back({i, i + 1, c});
      batch = 0;
      continue;
    }
    if (batch == 0) items.push_back({i, i, std::nullopt});
    items.back().last = i + 1;
    batch += jobs[i].bytes();
    if (batch >= kBatchBytes) batch = 0;
  }
  return items;
}

void Work(std::vector<WeightJob>* jobs, const std::vector<Item>& items,
          std::atomic<std::size_t>* next) {
  WeightWorker worker;
  for (std::size_t i = (*next)++; i < items.size(); i = (*next)++) {
    for (std::size_t j = items[i].first; j < items[i].last; ++j) {
      if (items[i].chunk) {
        worker.MeasureChunk(&(*jobs)[j], *items[i].chunk);
      } else {
        worker.MeasureWhole(&(*jobs)[j]);
      }
    }
  }
}

}  // namespace

void ReadWeights(const Source& source, const WeightOptions& options, ir::Model* model) {
  std::uint64_t total = 0;
  VisitTensors(model, [&](ir::Tensor* tensor) {
    const bool numbers = ArithmeticOf(tensor->element) != Arithmetic::kNone;
    const std::uint64_t bytes = numbers ? tensor->payload.length : 0;
    if (__builtin_add_overflow(total, bytes, &total)) total = ~std::uint64_t{0};
  });
  model->weights.bytes = total;
  if (options.mode == ir::WeightMode::kNever) return;
  model->weights.read = options.mode == ir::WeightMode::kAlways || total <= options.limit;

  Files files(source);
  std::vector<WeightJob> jobs;
  std::uint64_t bytes = 0;
  std::uint64_t slices = 0;
  VisitTensors(model, [&](ir::Tensor* tensor) {
    if (!model->weights.read && !tensor->elements) return;
    auto job = JobOf(tensor, &files);
    if (!job) return;
    bytes += job->bytes();
    slices += job->SliceBytes();
    if (slices > kSliceBudget) job->DropSlices();
    jobs.push_back(*std::move(job));
  });
  const std::vector<Item> items = ItemsOf(jobs);
  const std::uint64_t wanted =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t threads =
      std::min({wanted, std::uint64_t{items.size()}, bytes / kBytesWorthAThread + 1});
  std::atomic<std::size_t> next{0};
  // Each task is all that one thread does, with a worker of its own.
  InParallel(threads, static_cast<unsigned>(threads),
             [&](std::size_t) { Work(&jobs, items, &next); });
  for (const ir::DataFile& file : model->data_files) {
    const bool read = options.mode == ir::WeightMode::kAlways || file.bytes <= options.limit;
    if (!model->weights.read || !read) continue;
    if (auto problem = VerifyChecksum(*model, file)) {
      model->input.problems.push_back(*std::move(problem));
    }
  }
}

}  // namespace onnxcheck::parsers
