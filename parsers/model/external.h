// Tensors whose elements are in other files: where those are, and whether they may be read.
// https://onnx.ai/onnx/repo-docs/ExternalData.html
//
// A model says which files its loader opens. What would lead out of the model's folder is never
// given to a reader; nothing is opened here, every file is asked for its type and size once.
#ifndef ONNXCHECK_PARSERS_MODEL_EXTERNAL_H_
#define ONNXCHECK_PARSERS_MODEL_EXTERNAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "analyzer/ir/model.h"
#include "parsers/model/proto.h"

namespace onnxcheck::parsers {

// Files beside a model that are looked at. Exports that write one a tensor make thousands.
inline constexpr std::size_t kMaxDataFiles = 16'384;

class ExternalData {
 public:
  // `model`: path of the model file.
  explicit ExternalData(std::string model);

  // Where the elements of a tensor with data_location EXTERNAL are. `place` gives its logical path
  // and is called at most once.
  ir::Payload Resolve(const pb::TensorProto& tensor, absl::FunctionRef<std::string()> place);

  // Puts what was found out into the model: data_files, and unless `quiet` a kExternalDataMissing,
  // kExternalDataEscapes or kCheckerViolation problem for each cause of each file. Resolve goes on
  // to answer, but tensors are counted no more.
  void Finish(bool quiet, ir::Model* model);

 private:
  // Why elements cannot be read: the file (kMissing, kEscapes) or the tensor's entry is to blame.
  enum class Cause : std::uint8_t { kNone, kMissing, kEscapes, kNumber, kShort, kLength };
  struct State {
    Cause cause = Cause::kNone;
    std::string message;  // about the file
    std::string help;
  };
  // The first tensor with a cause, and how many more there are.
  struct Fault {
    std::size_t file = 0;
    Cause cause = Cause::kNone;
    std::string logical;
    std::string message;
    std::size_t tensors = 0;
  };

  std::size_t FileOf(const std::string& location);
  State Examine(const std::string& location, ir::DataFile* file);
  std::string CaseVariant(const std::string& path);
  ir::Problem ProblemOf(const Fault& fault) const;

  std::string model_;
  std::string folder_;
  std::vector<std::string> roots_;  // real paths of the folders in which data may be
  bool rooted_ = false;
  std::size_t searches_ = 0;
  std::vector<ir::DataFile> files_;
  std::vector<State> states_;  // parallel to files_
  std::vector<bool> checksums_differ_;
  absl::flat_hash_map<std::string, std::size_t> by_location_;
  bool finished_ = false;
  std::size_t unlisted_ = 0;
  std::vector<Fault> faults_;
  absl::flat_hash_map<std::pair<std::size_t, Cause>, std::size_t> fault_of_;
};

// Reads the whole file. Absent when its SHA-1 is the one that the model states, when the model
// states none, or when the file is not to be read; else a kExternalDataMissing problem.
std::optional<ir::Problem> VerifyChecksum(const ir::Model& model, const ir::DataFile& file);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_EXTERNAL_H_
