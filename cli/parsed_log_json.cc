#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

// In the order of ir::Role.
constexpr std::array<std::string_view, 19> kRoles = {
    "other",    "train_loss",   "val_loss",      "test_loss",  "loss_component",
    "accuracy", "val_accuracy", "test_accuracy", "metric",     "perplexity",
    "reward",   "lr",           "grad_norm",     "loss_scale", "epoch",
    "step",     "time",         "throughput",    "memory"};
static_assert(kRoles.size() == static_cast<std::size_t>(ir::Role::kMemory) + 1);

// In the order of ir::LogNature.
constexpr std::array<std::string_view, 7> kNatures = {
    "training", "evaluation", "preparation", "serving", "notes", "configuration", "other"};
static_assert(kNatures.size() == static_cast<std::size_t>(ir::LogNature::kOther) + 1);

// In the order of ir::EventKind.
constexpr std::array<std::string_view, 15> kEvents = {
    "traceback",         "empty_logs", "out_of_memory", "interrupted", "nonfinite_notice",
    "framework_warning", "error",      "run_start",     "run_end",     "checkpoint",
    "early_stopping",    "variation",  "round",         "recovery",    "failed_exit"};
static_assert(kEvents.size() == static_cast<std::size_t>(ir::EventKind::kFailedExit) + 1);

constexpr std::array<std::string_view, ir::kLevels> kLevelNames = {"none",    "debug", "info",
                                                                   "warning", "error", "critical"};

// NaN is "unknown" in these columns.
Json KnownJson(double value) { return std::isnan(value) ? Json(nullptr) : NumberJson(value); }

Json SeriesJson(const ir::Series& series, bool points) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  std::size_t nonfinite = 0;
  for (const double value : series.value) {
    if (!std::isfinite(value)) {
      ++nonfinite;
      continue;
    }
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const bool any = nonfinite < series.value.size();
  Json json;
  json["name"] = series.name;
  json["role"] = std::string(kRoles[static_cast<std::size_t>(series.role)]);
  json["count"] = series.value.size();
  json["first"] = series.value.empty() ? Json(nullptr) : NumberJson(series.value.front());
  json["last"] = series.value.empty() ? Json(nullptr) : NumberJson(series.value.back());
  json["min"] = any ? Json(least) : Json(nullptr);
  json["max"] = any ? Json(greatest) : Json(nullptr);
  json["nonfinite"] = nonfinite;
  json["percent"] = series.percent;
  json["per_epoch"] = series.per_epoch;
  if (points) {
    json["points"] = Json::array();
    for (std::size_t i = 0; i < series.value.size(); ++i) {
      Json point = {series.at->line[i], KnownJson(series.at->step[i]),
                    KnownJson(series.at->epoch[i]), NumberJson(series.value[i])};
      if (!series.time.empty()) point.push_back(KnownJson(series.time[i]));
      json["points"].push_back(std::move(point));
    }
  }
  return json;
}

Json EventJson(const ir::Event& event) {
  Json json;
  json["kind"] = std::string(kEvents[static_cast<std::size_t>(event.kind)]);
  json["line"] = event.location.line;
  json["text"] = event.text;
  if (event.level != ir::Level::kNone) {
    json["level"] = std::string(kLevelNames[static_cast<std::size_t>(event.level)]);
  }
  if (!event.exception.empty()) json["exception"] = event.exception;
  if (!event.message.empty()) json["message"] = event.message;
  if (!event.frame.empty()) json["frame"] = event.frame;
  return json;
}

void AddStated(Json& json, const char* name, const std::optional<ir::Located<double>>& value) {
  if (value.has_value()) json[name] = NumberJson(value->value);
}

}  // namespace

Json LogJson(const ir::Log& log, bool points) {
  Json json = UnknownJson(log.input);
  if (!log.encoding.empty()) json["encoding"] = log.encoding;
  json["lines"] = log.lines;
  json["records"] = log.records;
  json["metric_records"] = log.metric_records;
  json["timestamped_records"] = log.timestamped_records;
  json["structured"] = log.structured;
  json["nature"] = std::string(kNatures[static_cast<std::size_t>(log.nature)]);
  if (!log.nature_reason.empty()) json["nature_reason"] = log.nature_reason;
  json["levels"] = Json::object();
  for (std::size_t i = 0; i < ir::kLevels; ++i) {
    if (log.levels[i].records > 0)
      json["levels"][std::string(kLevelNames[i])] = log.levels[i].records;
  }
  json["series"] = Json::array();
  for (const ir::Series& series : log.series) json["series"].push_back(SeriesJson(series, points));
  json["events"] = Json::array();
  for (const ir::Event& event : log.events) json["events"].push_back(EventJson(event));
  json["segments"] = Json::array();
  for (const ir::Segment& segment : log.segments) {
    json["segments"].push_back(Json::array({segment.first_line, segment.last_line}));
  }
  json["cut_off"] = log.cut_off.has_value() ? LocationJson(*log.cut_off) : Json(nullptr);
  Json stated = Json::object();
  AddStated(stated, "planned_epochs", log.planned_epochs);
  AddStated(stated, "steps_per_epoch", log.steps_per_epoch);
  AddStated(stated, "classes", log.classes);
  AddStated(stated, "total_parameters", log.total_parameters);
  AddStated(stated, "trainable_parameters", log.trainable_parameters);
  json["stated"] = std::move(stated);
  return json;
}

}  // namespace onnxcheck::cli
