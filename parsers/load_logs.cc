#include "parsers/load_logs.h"

#include <exception>
#include <utility>

#include "parsers/log/log.h"

namespace onnxcheck::parsers {
namespace {

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

void LogLoader::AddEventFile(const Source& source) {
  auto [found, is_new] = event_files_.try_emplace(FolderOf(source.path()));
  EventFiles& files = found->second;
  if (is_new) {
    files.index = run_->logs.size();
    files.reader = std::make_unique<EventFileReader>();
    run_->logs.emplace_back();
  }
  files.reader->Add(source);
}

void LogLoader::Add(const Source& source, Format format, bool named) {
  if (format == Format::kEventFile) return AddEventFile(source);
  ir::Log log = ParseLog(source);
  if (named || ir::Trains(log) || log.nature == ir::LogNature::kEvaluation)
    run_->logs.push_back(std::move(log));
}

void LogLoader::Finish() {
  for (auto& [folder, files] : event_files_) run_->logs[files.index] = files.reader->Finish();
  event_files_.clear();
}

}  // namespace onnxcheck::parsers
