// Questions to the trace of a script. Rules ask these, not the trace's arrays.
//
//   for (const Step& step : script.steps) {
//     if (!IsMethod(step, "fit") || RoleOf(script, step.receiver) != Role::kKerasModel) continue;
//     const Argument* epochs = FindArgument(step, "epochs", 3);
//     if (epochs && NumberOf(script, epochs->value) == 0.0) ...
//     if (LoopAround(script, step.context) != kNone) ...
//   }
//
// All are linear in the depth of what they walk. An id is valid in the script it comes from.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRACE_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRACE_H_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/script.h"

namespace onnxcheck::facts {

using ir::script::Argument;
using ir::script::Context;
using ir::script::kNone;
using ir::script::kUnknownValue;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;

// A library's path in one spelling, whatever it was imported from: "tensorflow.keras.layers.Dense",
// "tf_keras.layers.Dense" and "keras.src.layers.core.Dense" are "keras.layers.Dense" (the module in
// between is dropped), "lightning.pytorch.Trainer" is "pytorch_lightning.Trainer".
std::string CanonicalPath(std::string_view path);
// "keras.layers.Dense" -> "Dense"; a name without dots is itself.
std::string_view LastPart(std::string_view path);
// Whether the path is in the library: "keras" and "keras.layers.Dense" are in "keras".
bool IsIn(std::string_view path, std::string_view library);

// --- steps
bool IsMethod(const Step& step, std::string_view name);
bool IsMethod(const Step& step, std::initializer_list<std::string_view> names);
// A call by this path, in the spelling of CanonicalPath.
bool IsCall(const Step& step, std::initializer_list<std::string_view> paths);
// By keyword, or by its position (0-based, without self); null: not given, or hidden behind * or
// **.
const Argument* FindArgument(const Step& step, std::string_view keyword, std::size_t position);
const Argument* FindKeyword(const Step& step, std::string_view keyword);
bool HasUnpacked(const Step& step);  // * or **: more may be given than is seen

// --- values
std::vector<ValueId> AlternativesOf(const ir::Script& script, ValueId value);
// The one alternative that is not None: `model = None` and later a model. nullopt: several, or
// none.
std::optional<ValueId> OnlyAlternative(const ir::Script& script, ValueId value);
// The call that made the value, if there is just one and all alternatives are known.
const Step* MadeBy(const ir::Script& script, ValueId value);
std::optional<double> NumberOf(const ir::Script& script, ValueId value);
std::optional<std::string> TextOf(const ir::Script& script, ValueId value);
std::optional<bool> TruthOf(const ir::Script& script, ValueId value);  // of True and False alone
bool IsNoneValue(const ir::Script& script, ValueId value);
bool IsOverridable(const ir::Script& script, ValueId value);
// "keras.losses.mse", also of the own class or function that the value is; empty: none of these.
std::string PathOf(const ir::Script& script, ValueId value);
// Whether they can be one object: an alternative of one is an alternative of the other.
bool MayBeSame(const ir::Script& script, ValueId a, ValueId b);
// Whether `holds` is true of the value or of anything it was made from: operands, items, receivers,
// callees and arguments of calls, what own functions returned. Looks at 2000 values at most.
bool ReachesBack(const ir::Script& script, ValueId value,
                 const std::function<bool(ValueId)>& holds);
bool DependsOn(const ir::Script& script, ValueId value, ValueId on);

// --- contexts
bool IsWithin(const ir::Script& script, std::uint32_t context, std::uint32_t outer);
// The innermost loop around the context, comprehensions left out; functions are looked through up
// to the context `until`, if one is given. kNone: there is none.
std::uint32_t LoopAround(const ir::Script& script, std::uint32_t context);
std::uint32_t LoopAround(const ir::Script& script, std::uint32_t context, std::uint32_t until);
// The innermost context of the kind, the given one included; kNone: there is none.
std::uint32_t Enclosing(const ir::Script& script, std::uint32_t context, Context::Kind kind);
// Arms of one branch, or a try and its handler: of two steps in them one at most runs.
bool AreExclusive(const ir::Script& script, std::uint32_t a, std::uint32_t b);
// Whether a step in `context` runs each time its ancestor `outer` does: no branch, handler or loop
// in between.
bool IsCertainIn(const ir::Script& script, std::uint32_t context, std::uint32_t outer);
// Whether the context belongs to a function that nothing in the script calls.
bool IsUncalled(const ir::Script& script, std::uint32_t context);

// Where a step's name is written.
ir::Location PlaceOfStep(const ir::Script& script, const Step& step);
ir::Location PlaceOfValue(const ir::Script& script, ValueId value);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRACE_H_
