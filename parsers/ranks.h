// Logs of the processes of one distributed run: rank_0.log, rank_1.log, ...
#ifndef ONNXCHECK_PARSERS_RANKS_H_
#define ONNXCHECK_PARSERS_RANKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers {

struct RankName {
  std::string group;  // the path with the number left out: equal for all processes of a run
  std::uint32_t rank = 0;
};

// Of a path whose file name has the word "rank" and a number: "rank_3.log", "log.rank3.txt",
// "train-globalrank-3_localrank-0.log". nullopt: it names no process.
std::optional<RankName> SplitRankName(std::string_view path);

// Where process 0 of a group has logged a metric, the curves of the other processes are the same
// run's once more: these logs become part of the run that is judged by their events alone
// (ir::LogNature::kOther, with the reason).
void JoinRanks(std::vector<ir::Log>* logs);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_RANKS_H_
