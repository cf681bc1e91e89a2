#include "parsers/model/external.h"

#include <dirent.h>
#include <nettle/sha1.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "parsers/model/tensor.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {
namespace {

// Folders searched for a name in another case, and entries of one that are looked at.
constexpr std::size_t kMaxSearches = 16;
constexpr int kMaxEntries = 10'000;
// ONNX Runtime's mark for elements in its own memory; a model in a file never has it for a reason.
constexpr char kMemoryMarker[] = "*/_ORT_MEM_ADDR_/*";

constexpr char kEscapeHelp[] =
    "a loader that follows it reads a file of the machine it runs on: keep the data beside the "
    "model and name it by a plain relative path";

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : path.substr(0, slash);
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

std::optional<std::string> RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (real == nullptr) return std::nullopt;
  return std::string(real.get());
}

// By whole components: /models2 is not inside /models.
bool IsWithin(absl::string_view path, absl::string_view folder) {
  if (folder == "/") return true;
  return absl::StartsWith(path, folder) && path.size() > folder.size() &&
         path[folder.size()] == '/';
}

// "C:\w.bin" and "C:w.bin", but not "w:0", as TensorFlow names its tensors.
bool HasDrive(absl::string_view location) {
  if (location.size() < 2 || location[1] != ':' ||
      !absl::ascii_isalpha(static_cast<unsigned char>(location[0]))) {
    return false;
  }
  const absl::string_view rest = location.substr(2);
  return rest.empty() || !std::all_of(rest.begin(), rest.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         });
}

// Without "." and without "a/..", as ONNX does before it looks for "..".
std::vector<absl::string_view> Components(absl::string_view location, bool backslashes) {
  std::vector<absl::string_view> kept;
  const auto add = [&](absl::string_view part) {
    if (part.empty() || part == ".") return;
    if (part == ".." && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else {
      kept.push_back(part);
    }
  };
  if (backslashes) {
    for (absl::string_view part : absl::StrSplit(location, absl::ByAnyChar("/\\"))) add(part);
  } else {
    for (absl::string_view part : absl::StrSplit(location, '/')) add(part);
  }
  return kept;
}

// Why the text alone says that the location leads out of the folder; null when it does not.
const char* Escape(absl::string_view location) {
  if (location.empty()) return "is empty";
  if (location.find('\0') != absl::string_view::npos) {
    return "has a NUL byte, behind which some loaders see nothing";
  }
  if (location == kMemoryMarker) return "stands for an address in the memory of a process";
  if (location[0] == '/' || location[0] == '\\') return "is an absolute path";
  if (HasDrive(location)) return "is a path on a drive";
  for (const bool backslashes : {false, true}) {
    const auto parts = Components(location, backslashes);
    if (!parts.empty() && parts[0] == "..") return "leads out of the model's folder";
  }
  if (Components(location, false).empty()) return "is the model's folder itself";
  return nullptr;
}

std::string Tensors(std::size_t count) {
  return count == 1 ? "one tensor" : absl::StrCat(count, " tensors");
}

std::string TypeText(const pb::TensorProto& tensor) {
  return absl::StrCat(pb::TensorProto::DataType_IsValid(tensor.data_type())
                          ? absl::AsciiStrToLower(pb::TensorProto::DataType_Name(
                                static_cast<pb::TensorProto::DataType>(tensor.data_type())))
                          : "type " + std::to_string(tensor.data_type()),
                      "[", absl::StrJoin(tensor.dims(), ", "), "]");
}

struct Entries {
  const std::string* location = nullptr;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
  std::string checksum;
  std::string wrong;  // about a number that is none
};

Entries Read(const pb::TensorProto& tensor) {
  Entries entries;
  const auto number = [&](const pb::StringStringEntryProto& entry) {
    std::uint64_t value = 0;
    if (!absl::SimpleAtoi(entry.value(), &value) && entries.wrong.empty()) {
      entries.wrong = absl::StrCat(entry.key(), " '", entry.value().substr(0, 40),
                                   "' in external_data is not a number of bytes");
    }
    return value;
  };
  for (const pb::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") {
      entries.location = &entry.value();
    } else if (entry.key() == "offset") {
      entries.offset = number(entry);
    } else if (entry.key() == "length") {
      entries.length = number(entry);
    } else if (entry.key() == "checksum") {
      entries.checksum = absl::AsciiStrToLower(entry.value());
    }
  }
  // As ONNX and ONNX Runtime take it: to the end, that is what the shape needs.
  if (entries.length == 0u) entries.length.reset();
  const bool sha1 = entries.checksum.size() == std::size_t{2} * SHA1_DIGEST_SIZE &&
                    std::all_of(entries.checksum.begin(), entries.checksum.end(), [](char c) {
                      return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                    });
  if (!sha1) entries.checksum.clear();
  return entries;
}

}  // namespace

ExternalData::ExternalData(std::string model)
    : model_(std::move(model)), folder_(FolderOf(model_)) {}

// A file that differs in case alone, in the folder of `path`; or empty.
std::string ExternalData::CaseVariant(const std::string& path) {
  if (++searches_ > kMaxSearches) return "";
  const std::string folder = FolderOf(path);
  const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.empty() ? "." : folder.c_str()));
  if (open == nullptr) return "";
  const absl::string_view name = absl::string_view(path).substr(path.rfind('/') + 1);
  for (int i = 0; i < kMaxEntries; ++i) {
    const dirent* const entry = readdir(open.get());
    if (entry == nullptr) break;
    if (absl::EqualsIgnoreCase(entry->d_name, name)) return entry->d_name;
  }
  return "";
}

ExternalData::State ExternalData::Examine(const std::string& location, ir::DataFile* file) {
  const std::string quoted = absl::StrCat("external data '", location.substr(0, 200), "' ");
  if (const char* escape = Escape(location)) {
    return {Cause::kEscapes, absl::StrCat(quoted, escape), kEscapeHelp};
  }
  const std::string name = absl::StrJoin(Components(location, false), "/");
  const std::string path = folder_.empty()         ? name
                           : folder_.back() == '/' ? absl::StrCat(folder_, name)
                                                   : absl::StrCat(folder_, "/", name);
  const auto missing = [&](absl::string_view what, absl::string_view help) {
    return State{Cause::kMissing, absl::StrCat(quoted, what), std::string(help)};
  };
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == EACCES) return missing("cannot be reached", "check the permissions");
    if (errno == ELOOP) return missing("is a link that leads to itself", "copy the file there");
    if (lstat(path.c_str(), &status) == 0) {
      return missing("is a link to a file that is not there", "put the file in its place");
    }
    const bool backslashes = absl::StrContains(location, '\\');
    if (backslashes && stat(absl::StrReplaceAll(path, {{"\\", "/"}}).c_str(), &status) == 0) {
      return missing("is not there",
                     "the same path with '/' is: backslashes part folders on Windows only");
    }
    if (const std::string other = CaseVariant(path); !other.empty()) {
      return missing(absl::StrCat("is not there, but '", other, "' is"),
                     "names differ by case on most systems: rename the file, or correct the model");
    }
    return missing("is not there",
                   "the weights are in it: copy it beside the model, or save the model again with "
                   "its data inside");
  }
  if (S_ISDIR(status.st_mode)) return missing("is a directory", "name the file in it");
  if (!S_ISREG(status.st_mode)) {
    return {Cause::kEscapes, absl::StrCat(quoted, "is a device or a pipe, not a file"),
            "a loader would wait for it or read without end: put a file there"};
  }
  // The model may itself be a link into a store (Hugging Face's cache): data beside its target is
  // beside the model.
  if (!rooted_) {
    rooted_ = true;
    if (auto root = RealPath(folder_.empty() ? "." : folder_)) roots_.push_back(*std::move(root));
    if (auto real = RealPath(model_)) roots_.push_back(FolderOf(*real));
  }
  const auto real = RealPath(path);
  const bool inside = real && std::any_of(roots_.begin(), roots_.end(),
                                          [&](const auto& root) { return IsWithin(*real, root); });
  if (!inside) {
    return {Cause::kEscapes, absl::StrCat(quoted, "is a link out of the model's folder"),
            kEscapeHelp};
  }
  if (access(path.c_str(), R_OK) != 0) {
    return missing("cannot be read: permission denied", "check the permissions");
  }
  file->path = path;
  file->bytes = static_cast<std::uint64_t>(status.st_size);
  return {};
}

std::size_t ExternalData::FileOf(const std::string& location) {
  const auto [it, inserted] = by_location_.try_emplace(location, files_.size());
  if (!inserted) return it->second;
  ir::DataFile& file = files_.emplace_back();
  file.location = location;
  states_.push_back(Examine(location, &file));
  checksums_differ_.push_back(false);
  return it->second;
}

ir::Payload ExternalData::Resolve(const pb::TensorProto& tensor,
                                  absl::FunctionRef<std::string()> place) {
  const Entries entries = Read(tensor);
  ir::Payload payload;
  payload.encoding = ir::PayloadEncoding::kExternal;
  payload.offset = entries.offset;
  std::optional<std::uint64_t> needed;
  if (const int bits = BitsOf(tensor.data_type()); bits > 0) {
    if (const auto elements = ElementCount(tensor.dims())) needed = RawBytes(*elements, bits);
  }
  payload.length = entries.length.value_or(needed.value_or(0));
  // No location at all is for the checker to report.
  if (entries.location == nullptr) return payload;
  if (files_.size() >= kMaxDataFiles && !by_location_.contains(*entries.location)) {
    ++unlisted_;
    return payload;
  }
  const std::size_t at = FileOf(*entries.location);
  ir::DataFile& file = files_[at];
  const State& state = states_[at];
  if (!finished_) ++file.tensors;
  Cause cause = state.cause;
  std::string message;
  std::uint64_t end = 0;
  if (cause != Cause::kNone) {
    message = state.message;
  } else if (!entries.wrong.empty()) {
    cause = Cause::kNumber;
  } else if (needed && entries.length && *entries.length != *needed) {
    cause = Cause::kLength;
  } else if (__builtin_add_overflow(payload.offset, payload.length, &end) || end > file.bytes) {
    cause = Cause::kShort;
  }
  if (finished_) {
    if (cause == Cause::kNone) payload.file = file.path;
    return payload;
  }
  if (file.tensors == 1) {
    file.first = place();
    file.checksum = entries.checksum;
  } else if (!entries.checksum.empty() && file.checksum != entries.checksum) {
    // The checksum is that of the file. Who writes a different one for each tensor means another.
    if (!file.checksum.empty()) checksums_differ_[at] = true;
    file.checksum = entries.checksum;
  }
  if (cause == Cause::kNone) {
    payload.file = file.path;
    return payload;
  }
  const auto [it, inserted] = fault_of_.try_emplace({at, cause}, faults_.size());
  if (!inserted) {
    ++faults_[it->second].tensors;
    return payload;
  }
  const std::string name = absl::StrCat("tensor '", tensor.name(), "' ");
  if (cause == Cause::kNumber) {
    message = absl::StrCat(name, "cannot be found: ", entries.wrong);
  } else if (cause == Cause::kLength) {
    message = absl::StrCat(name, "has ", *entries.length, " bytes of external data '",
                           file.location, "', but ", TypeText(tensor), " takes ", *needed);
  } else if (cause == Cause::kShort) {
    message = absl::StrCat("external data '", file.location, "' has ", file.bytes, " bytes, but ",
                           name, "needs ", payload.length, " from byte ", payload.offset, " on");
  }
  faults_.push_back({at, cause, file.tensors == 1 ? file.first : place(), std::move(message), 1});
  return payload;
}

ir::Problem ExternalData::ProblemOf(const Fault& fault) const {
  const ir::DataFile& file = files_[fault.file];
  ir::Problem problem;
  problem.location.path = model_;
  problem.location.logical = fault.logical;
  problem.message = fault.message;
  switch (fault.cause) {
    case Cause::kEscapes:
      problem.kind = ir::ProblemKind::kExternalDataEscapes;
      break;
    case Cause::kNumber:
      problem.kind = ir::ProblemKind::kCheckerViolation;
      problem.help = "write offset and length as decimal numbers without a sign";
      break;
    default:
      problem.kind = ir::ProblemKind::kExternalDataMissing;
  }
  if (fault.cause == Cause::kShort) {
    problem.help =
        "the copy or download was cut short, or the file is of another export: fetch "
        "model and data together";
  } else if (fault.cause == Cause::kLength) {
    problem.help =
        "the entry was not written for this shape and type: save the model again with "
        "onnx.save_model";
  } else if (fault.cause == Cause::kMissing || fault.cause == Cause::kEscapes) {
    problem.help = states_[fault.file].help;
    absl::StrAppend(&problem.message, " (", Tensors(fault.tensors), ")");
    return problem;
  }
  if (fault.tensors > 1) {
    absl::StrAppend(&problem.message, " (as do ", fault.tensors - 1, " more of its ", file.tensors,
                    " tensors)");
  }
  return problem;
}

void ExternalData::Finish(bool quiet, ir::Model* model) {
  for (const Fault& fault : faults_) {
    if (!quiet) model->input.problems.push_back(ProblemOf(fault));
  }
  if (unlisted_ > 0 && !quiet) {
    ir::Problem problem;
    problem.kind = ir::ProblemKind::kResourceLimit;
    problem.location.path = model_;
    problem.location.logical = "graph";
    problem.message = absl::StrCat("the model names more than ", kMaxDataFiles,
                                   " files of external data; those of ", Tensors(unlisted_),
                                   " were not looked at");
    problem.help = "save all tensors to one file";
    model->input.problems.push_back(std::move(problem));
  }
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (checksums_differ_[i]) files_[i].checksum.clear();
  }
  model->data_files = files_;
  finished_ = true;
}

std::optional<ir::Problem> VerifyChecksum(const ir::Model& model, const ir::DataFile& file) {
  if (file.checksum.empty() || file.path.empty()) return std::nullopt;
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kExternalDataMissing;
  problem.location.path = model.input.path;
  problem.location.logical = file.first;
  const auto opened = Source::Open(file.path);
  if (const auto* unreadable = std::get_if<ir::Problem>(&opened)) {
    problem.message = absl::StrCat("external data '", file.location, "' ", unreadable->message);
    problem.help = unreadable->help;
    return problem;
  }
  const Source& source = *std::get<std::shared_ptr<const Source>>(opened);
  sha1_ctx context;
  sha1_init(&context);
  constexpr std::size_t kStep = std::size_t{8} << 20;
  const std::string_view bytes = source.bytes();
  for (std::size_t at = 0; at < bytes.size(); at += kStep) {
    const std::string_view part = bytes.substr(at, kStep);
    sha1_update(&context, part.size(), reinterpret_cast<const std::uint8_t*>(part.data()));
    source.Release(at, at + part.size());
  }
  std::array<std::uint8_t, SHA1_DIGEST_SIZE> digest{};
  sha1_digest(&context, digest.size(), digest.data());
  const std::string found = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  if (found == file.checksum) return std::nullopt;
  problem.message = absl::StrCat("external data '", file.location, "' has SHA-1 ", found,
                                 ", but the model states ", file.checksum);
  problem.help = "the data was changed or is of another export: fetch model and data together";
  return problem;
}

}  // namespace onnxcheck::parsers
