// What follows from a run, computed once and only when a rule asks.
#ifndef ONNXCHECK_ANALYZER_FACTS_FACTS_H_
#define ONNXCHECK_ANALYZER_FACTS_FACTS_H_

#include <mutex>
#include <vector>

#include "analyzer/facts/batch_axis.h"
#include "analyzer/facts/curves.h"
#include "analyzer/facts/flow.h"
#include "analyzer/facts/heads.h"
#include "analyzer/facts/layers.h"
#include "analyzer/facts/losses.h"
#include "analyzer/facts/objective.h"
#include "analyzer/facts/ranges.h"
#include "analyzer/facts/setup.h"
#include "analyzer/facts/training.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// Safe to use from several threads at once. The run must outlive it.
class Facts {
 public:
  explicit Facts(const ir::Run& run) : run_(run) {}
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  const ir::Run& run() const { return run_; }
  const ir::Config& config() const;                  // MergeConfigs
  const std::vector<Training>& trainings() const;    // of every model, in their order
  const std::vector<Head>& heads() const;            // of every model
  const std::vector<GraphFlow>& flows() const;       // of every model
  const std::vector<BatchAxes>& batch_axes() const;  // of every model
  const std::vector<Layer>& layers() const;          // of every model
  const std::vector<Objective>& objectives() const;
  const std::vector<ClassCount>& class_counts() const;
  const std::vector<Curve>& curves() const;   // of every training log
  const std::vector<Ranges>& ranges() const;  // parallel to run().models

 private:
  template <typename T>
  struct Lazy {
    std::once_flag once;
    T value;
  };

  const ir::Run& run_;
  mutable Lazy<ir::Config> config_;
  mutable Lazy<std::vector<Training>> trainings_;
  mutable Lazy<std::vector<Head>> heads_;
  mutable Lazy<std::vector<GraphFlow>> flows_;
  mutable Lazy<std::vector<BatchAxes>> batch_axes_;
  mutable Lazy<std::vector<Layer>> layers_;
  mutable Lazy<std::vector<Objective>> objectives_;
  mutable Lazy<std::vector<ClassCount>> class_counts_;
  mutable Lazy<std::vector<Curve>> curves_;
  mutable Lazy<std::vector<Ranges>> ranges_;
};

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_FACTS_H_
