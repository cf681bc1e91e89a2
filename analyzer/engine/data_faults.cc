#include "analyzer/facts/script/data_faults.h"
#include "analyzer/engine/rule.h"

namespace onnxcheck {

void ReportDataFaults(const facts::Facts& facts, facts::DataFault fault, Sink& sink) {
  for (const facts::RunDataFault& found : facts::DataFaultsOf(facts.run(), fault)) {
    Finding& finding = sink.Report(found.shown.location, found.shown.message);
    finding.label = found.shown.label;
    finding.help = found.shown.help;
    if (!found.shown.made.path.empty()) {
      finding.related.push_back({found.shown.made, found.shown.made_message});
    }
    for (const ir::Location& end : found.ended) {
      finding.related.push_back({end, "the run ended here"});
    }
    if (!found.exception.empty()) finding.evidence.emplace_back("exception", found.exception);
    if (!found.frame.empty()) finding.evidence.emplace_back("frame", found.frame);
  }
}

}  // namespace onnxcheck
