#include "parsers/load_logs.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>
#include <variant>

#include "analyzer/ir/backup.h"
#include "parsers/config/config.h"
#include "parsers/config/preamble.h"
#include "parsers/log/gunzip.h"
#include "parsers/log/limits.h"
#include "parsers/log/log.h"
#include "parsers/log/wandb_file.h"
#include "parsers/log/wandb_settings.h"
#include "parsers/ranks.h"

namespace onnxcheck::parsers {
namespace {

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

ir::Log ParseGzipLog(const Source& source) {
  log::Gunzipped inner;
  ir::Problem problem;
  try {
    inner = log::Gunzip(source.bytes(), log::kMaxConvertedBytes);
    if (inner.limited) {
      problem.kind = ir::ProblemKind::kResourceLimit;
      problem.message =
          "compressed text is read up to " + std::to_string(log::kMaxConvertedBytes >> 20) + " MiB";
      problem.help = "uncompress the file";
    }
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    problem = OutOfMemory(source, error);
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

bool IsOfRun(const ir::Log& log) {
  return ir::Trains(log) || log.nature == ir::LogNature::kEvaluation;
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

LogLoader::LogLoader(const std::vector<std::string>& paths, ir::Run* run) : run_(run) {
  const std::set<std::string> all(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    // Without the file itself the numbers and dates may be those of runs.
    const ir::BackupName name = ir::SplitBackupName(path);
    if (ir::IsBackup(name) && all.count(name.current) > 0) rotated_.insert(name.current);
  }
}

bool LogLoader::IsAlone(const Source& source, Format format) const {
  if (format == Format::kEventFile || format == Format::kMetricFile) return false;
  // A file has just been emptied when it was rotated last.
  const bool is_text =
      format == Format::kLog || format == Format::kGzipLog || format == Format::kEmpty;
  return !is_text || rotated_.count(ir::SplitBackupName(source.path()).current) == 0;
}

ReadLog LogLoader::Read(const Source& source, Format format, bool named) {
  ReadLog read;
  read.log = format == Format::kWandb     ? ParseWandbFile(source)
             : format == Format::kGzipLog ? ParseGzipLog(source)
                                          : ParseLog(source);
  if (format == Format::kLog) read.stated = ReadPreamble(source, *read.log);
  if (format == Format::kWandb) read.stated = ReadWandbSettings(source);
  if (!named && !IsOfRun(*read.log)) read.log.reset();
  return read;
}

void LogLoader::Add(ReadLog log) {
  if (log.log) run_->logs.push_back(*std::move(log.log));
  if (log.stated) preambles_.push_back(*std::move(log.stated));
}

void LogLoader::Add(const std::shared_ptr<const Source>& source, Format format, bool named) {
  if (format == Format::kEventFile) return AddTo(event_files_, FolderOf(source->path()), *source);
  if (format == Format::kMetricFile)
    return AddTo(metric_files_, SplitMetricPath(source->path()).folder, *source);
  const ir::BackupName name = ir::SplitBackupName(source->path());
  members_[name.current].push_back({name.number, name.date, source, named});
}

void LogLoader::AddRotated(const std::vector<RotatedMember>& members) {
  if (members.size() > 1) {
    if (std::optional<ir::Log> log = ParseRotated(members)) {
      const bool named = std::any_of(members.begin(), members.end(),
                                     [](const auto& member) { return member.named; });
      if (named || IsOfRun(*log)) run_->logs.push_back(*std::move(log));
      return;
    }
  }
  for (const RotatedMember& member : members) {
    const bool is_gzip = log::IsGzip(member.source->bytes());
    Add(Read(*member.source, is_gzip ? Format::kGzipLog : Format::kLog, member.named));
  }
}

void LogLoader::ReadAgain(const std::vector<std::string>& formats) {
  if (formats.empty()) return;
  LogOptions options;
  options.formats = formats;
  for (ir::Log& log : run_->logs) {
    if (log.binary || !log.parts.empty() || log.input.path.empty()) continue;
    const auto opened = Source::Open(log.input.path);
    const auto* const source = std::get_if<std::shared_ptr<const Source>>(&opened);
    if (source == nullptr || Sniff(**source) != Format::kLog) continue;
    log = ParseLog(**source, options);
  }
}

void LogLoader::Finish() {
  for (const auto& [current, members] : members_) AddRotated(members);
  members_.clear();
  for (auto& [folder, files] : event_files_) {
    run_->logs[files.index] = files.reader->Finish();
    if (auto config = files.reader->Settings(); config && IsTrainingConfig(*config))
      preambles_.push_back(*std::move(config));
  }
  for (auto& [folder, files] : metric_files_) run_->logs[files.index] = files.reader->Finish();
  event_files_.clear();
  metric_files_.clear();
  // Behind the configurations that are files: these are what was meant to be in force.
  std::move(preambles_.begin(), preambles_.end(), std::back_inserter(run_->configs));
  preambles_.clear();
  JoinRanks(&run_->logs);
}

}  // namespace onnxcheck::parsers
