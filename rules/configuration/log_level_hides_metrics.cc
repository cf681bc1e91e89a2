#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/logging.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  const ir::Config& config = facts.config();
  const std::vector<facts::LevelInForce> in_force = facts::LevelsInForce(config);
  const ir::Level metrics =
      config.metric_level ? facts::ParseLevel(config.metric_level->value) : ir::Level::kInfo;
  if (in_force.empty() || metrics == ir::Level::kNone) return;
  // A handler that lets metrics through, or one of no stated level, is enough:
  // an extra file for errors alone is good practice.
  const bool all_hide = std::all_of(in_force.begin(), in_force.end(),
                                    [&](const auto& place) { return place.level > metrics; });
  const bool all_stated = config.handlers.empty() || in_force.size() == config.handlers.size();
  if (!all_hide || !all_stated || facts::AnyMetricLogged(facts.run()) || facts::UsesTracker(config))
    return;

  const facts::LevelInForce& place = in_force.front();
  Finding& finding =
      sink.Report(place.location, facts::Cat("level ", facts::LevelName(place.level),
                                             " hides the metrics, which are logged at ",
                                             facts::LevelName(metrics)));
  finding.label = facts::Cat("hides ", facts::LevelName(metrics));
  finding.help = facts::Cat("set the level to ", facts::LevelName(metrics), " or lower");
  finding.evidence = {{"level", std::string(facts::LevelName(place.level))},
                      {"metric_level", std::string(facts::LevelName(metrics))}};
  if (place.is_default) {
    finding.message += ", because the root logger states no level and has WARNING then";
    finding.confidence = Confidence::kMedium;
  }
  if (config.metric_level) {
    finding.related = {{config.metric_level->location, "metrics are logged at this level"}};
  } else {
    finding.confidence = Confidence::kMedium;
  }
}

}  // namespace

extern const Rule kLogLevelHidesMetrics;
const Rule kLogLevelHidesMetrics = {
    .id = "C021",
    .name = "log-level-hides-metrics",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "The logging level lets no metric through.",
         .what =
             "Works out the level in force at each handler, the higher of the logger's and its "
             "own as Python's logging applies them (in a dictConfig or fileConfig over all loggers "
             "that lead to the handler), and reports it when every handler drops "
             "records of the level that metrics are logged at. That level is INFO unless the "
             "configuration states metric_level. Silent when some log of the run does hold "
             "metrics, when one handler lets them through, and when a tracker such as TensorBoard "
             "is configured, which metrics reach without passing a level.",
         .why = "The run trains, but its log stays empty or holds only warnings; what happened "
                "cannot be seen afterwards.",
         .bad = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: run.log
      level: WARNING
```)",
         .good = R"(```yaml config.yaml
logging:
  handlers:
    - type: file
      path: run.log
      level: INFO
    - type: file
      path: errors.log
      level: ERROR
```)",
         .references = "Python documentation, logging: Logger.setLevel and Handler.setLevel."},
    .check = Check,
};

}  // namespace onnxcheck::rules
