// Loops of a script: what stands in which, what changes from round to round, which of them train.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOOPS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOOPS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

// Steps of one kind in a script that a rule looks at closely, each in linear time: a script that
// says the same thing thousands of times is judged by the first of them.
inline constexpr std::size_t kMostCandidates = 128;

// Loops around a context, innermost first, through the calls that led there; comprehensions are
// none.
std::vector<std::uint32_t> LoopsAround(const ir::Script& script, std::uint32_t context);

// Contexts from `inner` up to, and without, `outer`.
std::vector<std::uint32_t> Between(const ir::Script& script, std::uint32_t outer,
                                   std::uint32_t inner);

// Whenever step `later` is reached, step `earlier` has been taken: it stands before it, and in no
// branch, loop, handler or uncalled function that is not around `later` as well.
bool SurelyBefore(const ir::Script& script, std::uint32_t earlier, std::uint32_t later);

// The value is the same in every round of the loop, for sure.
bool IsInvariant(const ir::Script& script, ir::script::ValueId value, std::uint32_t loop);

// An attribute or a method call of this name is part of the value: `logger.handlers`,
// `logger.hasHandlers()`.
bool Mentions(const ir::Script& script, ir::script::ValueId value, std::string_view name);

// The two are the same object, or the same item or attribute of the same object.
bool SameThing(const ir::Script& script, ir::script::ValueId a, ir::script::ValueId b);

// A step of training: a gradient is computed or a batch is trained on.
bool IsTrainingStep(const ir::script::Step& step);
// ... or a whole fit.
bool IsTraining(const ir::script::Step& step);

// Loops whose body, not counting loops in it, has a training step, nested in another loop or
// running over something else than a range: loops over batches.
bool IsBatchLoop(const ir::Script& script, std::uint32_t loop);

// The context is a run of a method that Keras or Lightning calls for each batch.
bool IsBatchCallback(const ir::Script& script, std::uint32_t context);

// Loops that contain training, fit included.
bool Trains(const ir::Script& script, std::uint32_t loop);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_LOOPS_H_
