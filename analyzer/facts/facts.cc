#include "analyzer/facts/facts.h"

#include <iterator>
#include <utility>

namespace onnxcheck::facts {
namespace {

template <typename Lazy, typename Make>
const auto& Once(Lazy& lazy, Make make) {
  std::call_once(lazy.once, [&] { lazy.value = make(); });
  return lazy.value;
}

template <typename T>
void Append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

const ir::Config& Facts::config() const {
  return Once(config_, [this] { return MergeConfigs(run_, trainings()); });
}

const std::vector<Training>& Facts::trainings() const {
  return Once(trainings_, [this] {
    std::vector<Training> trainings;
    for (const ir::Model& model : run_.models) trainings.push_back(ReadTraining(model));
    return trainings;
  });
}

const std::vector<Head>& Facts::heads() const {
  return Once(heads_, [this] {
    std::vector<Head> heads;
    for (const Training& training : trainings()) Append(heads, OutputHeads(training));
    return heads;
  });
}

const std::vector<GraphFlow>& Facts::flows() const {
  return Once(flows_, [this] {
    std::vector<GraphFlow> flows;
    for (const ir::Model& model : run_.models) Append(flows, Flows(model));
    return flows;
  });
}

const std::vector<BatchAxes>& Facts::batch_axes() const {
  return Once(batch_axes_, [this] {
    std::vector<BatchAxes> axes;
    for (const ir::Model& model : run_.models) axes.push_back(FollowBatch(model));
    return axes;
  });
}

const std::vector<Layer>& Facts::layers() const {
  return Once(layers_, [this] {
    std::vector<Layer> layers;
    for (const ir::Model& model : run_.models) Append(layers, Layers(model));
    return layers;
  });
}

const std::vector<Objective>& Facts::objectives() const {
  return Once(objectives_, [this] { return Objectives(run_, config(), heads()); });
}

const std::vector<ClassCount>& Facts::class_counts() const {
  return Once(class_counts_, [this] { return ClassCounts(run_, config(), heads(), objectives()); });
}

const std::vector<Curve>& Facts::curves() const {
  return Once(curves_, [this] {
    std::vector<Curve> curves;
    for (const ir::Log& log : run_.logs) {
      if (ir::Trains(log)) Append(curves, SplitIntoCurves(log));
    }
    return curves;
  });
}

const std::vector<Ranges>& Facts::ranges() const {
  return Once(ranges_, [this] {
    std::vector<Ranges> ranges;
    for (const ir::Model& model : run_.models) ranges.emplace_back(model);
    return ranges;
  });
}

}  // namespace onnxcheck::facts
