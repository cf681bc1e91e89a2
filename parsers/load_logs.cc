#include "parsers/load_logs.h"

#include <exception>
#include <utility>

#include "parsers/log/gunzip.h"
#include "parsers/log/limits.h"
#include "parsers/log/log.h"
#include "parsers/log/wandb_file.h"

namespace onnxcheck::parsers {
namespace {

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

ir::Log ParseGzipLog(const Source& source) {
  log::Gunzipped inner;
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kResourceLimit;
  try {
    inner = log::Gunzip(source.bytes(), log::kMaxConvertedBytes);
    if (inner.limited) {
      problem.message =
          "compressed text is read up to " + std::to_string(log::kMaxConvertedBytes >> 20) + " MiB";
      problem.help = "uncompress the file";
    }
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    problem.message = std::string("cannot be read with the memory at hand: ") + error.what();
  }
  if (inner.damaged) {
    problem.kind = ir::ProblemKind::kTruncated;
    problem.message = "the compressed data is damaged or ends too early";
    problem.help = "copy the file again";
  }
  const auto text = Source::FromBytes(source.path(), std::move(inner.text));
  ir::Log log = ParseLog(*text);
  log.input.bytes = source.bytes().size();
  problem.location.path = source.path();
  if (!problem.message.empty()) log.input.problems.push_back(std::move(problem));
  return log;
}

}  // namespace

template <typename Reader>
void LogLoader::AddTo(FilesByFolder<Reader>& files, const std::string& folder,
                      const Source& source) {
  auto [found, is_new] = files.try_emplace(folder);
  Files<Reader>& set = found->second;
  if (is_new) {
    set.index = run_->logs.size();
    set.reader = std::make_unique<Reader>();
    run_->logs.emplace_back();
  }
  set.reader->Add(source);
}

void LogLoader::Add(const Source& source, Format format, bool named) {
  if (format == Format::kEventFile) return AddTo(event_files_, FolderOf(source.path()), source);
  if (format == Format::kMetricFile)
    return AddTo(metric_files_, SplitMetricPath(source.path()).folder, source);
  ir::Log log = format == Format::kWandb     ? ParseWandbFile(source)
                : format == Format::kGzipLog ? ParseGzipLog(source)
                                             : ParseLog(source);
  if (named || ir::Trains(log) || log.nature == ir::LogNature::kEvaluation)
    run_->logs.push_back(std::move(log));
}

void LogLoader::Finish() {
  for (auto& [folder, files] : event_files_) run_->logs[files.index] = files.reader->Finish();
  for (auto& [folder, files] : metric_files_) run_->logs[files.index] = files.reader->Finish();
  event_files_.clear();
  metric_files_.clear();
}

}  // namespace onnxcheck::parsers
