// Ranges of models that are written as text.
#ifndef ONNXCHECK_TESTS_FACTS_RANGES_SUPPORT_H_
#define ONNXCHECK_TESTS_FACTS_RANGES_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "analyzer/facts/ranges.h"
#include "parsers/model/onnx.h"
#include "parsers/source.h"
#include "tests/support/onnx_text.h"

namespace onnxcheck::tests {

// A parsed model and its ranges.
struct Analysed {
  std::unique_ptr<ir::Model> model;
  std::unique_ptr<facts::Ranges> ranges;

  // Of a value of the graph with that index in ranges->graphs().
  const facts::Range& Of(std::string_view name, std::size_t graph = 0) const {
    const ir::Graph& where = *ranges->graphs().at(graph);
    for (std::size_t i = 0; i < where.values.size(); ++i) {
      if (where.values[i].name == name) return ranges->Of(where, static_cast<ir::ValueId>(i));
    }
    ADD_FAILURE() << "no value " << name;
    static const facts::Range kNone;
    return kNone;
  }
};

inline Analysed Analyse(std::string_view text) {
  Analysed result;
  result.model = std::make_unique<ir::Model>(
      parsers::ParseOnnx(*parsers::Source::FromBytes("m.onnx", OnnxFromText(text))));
  EXPECT_TRUE(result.model->input.problems.empty());
  for (const ir::Problem& problem : result.model->input.problems) {
    ADD_FAILURE() << problem.location.logical << ": " << problem.message;
  }
  result.ranges = std::make_unique<facts::Ranges>(*result.model);
  return result;
}

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_FACTS_RANGES_SUPPORT_H_
