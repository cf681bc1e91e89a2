// What a Python script does, as a trace: the steps it takes, in the order it would take them.
//
// The parser walks the script as Python would run it, but with values that may be unknown: calls of
// the script's own functions are followed, both arms of a branch are taken, the body of a loop
// once. What comes out is flat. A rule asks: which steps call `fit`; on which value; was there a
// step that calls `compile` on the same value before; which loops stand around it. Nothing here is
// syntax.
#ifndef ONNXCHECK_ANALYZER_IR_SCRIPT_H_
#define ONNXCHECK_ANALYZER_IR_SCRIPT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/config.h"
#include "analyzer/ir/input.h"

namespace onnxcheck::ir {

// What a trace is made of. The names are those of Python, not of a model's graph.
namespace script {

// "None of them", for every index below.
inline constexpr std::uint32_t kNone = 0xFFFFFFFF;

// A place in the script. Of a notebook, line is that of the .ipynb file, and the cell's own numbers
// stand beside it.
struct Mark {
  std::uint32_t offset = 0, length = 0;   // bytes; of a notebook not known: 0
  std::uint32_t line = 0, column = 0;     // 1-based; column 0: the whole line
  std::uint32_t cell = 0, cell_line = 0;  // 1-based; 0: no notebook
};

// Index in Script::values. Equal ids are the same object; different ids may be.
using ValueId = std::uint32_t;
inline constexpr ValueId kUnknownValue = 0;

struct Value {
  enum class Kind : std::uint8_t {
    kUnknown,
    // `constant`; None is std::monostate, and then `index` may name the step that gave it because
    // the function it calls returns nothing.
    kConstant,
    kList,      // also tuples and sets; as it was made, what is appended later are steps
    kDict,      // `keys` and `items` side by side
    kName,      // of a module, or something in one: `text` is "torch.optim.SGD", "print"
    kFunction,  // of the script: `index` in functions
    kClass,     // of the script: `index` in classes
    kResult,    // what steps[index] gave: a model, an optimizer, a loss value, ...
    kDerived,   // made of `items` in a way that `text` names, see below
    kUnion,     // one of `items`; kUnknownValue among them: or something else
    kUnbound,   // of a name that had no value: `index` in unbound
  };
  Kind kind = Kind::kUnknown;
  bool overridable = false;  // a default that the command line may change
  bool open = false;         // kList, kDict: may hold more than `items`
  Scalar constant;
  // kDerived: ".shape" is an attribute of items[0]; "[]" an item of it (items[1] is the index, if
  // it is one); "for" what iterating over it gives; an operator ("+", "not", "in", ...) or "f" (an
  // f-string) of all items; "self" an object of classes[index] that the script never makes.
  std::string text;
  std::uint32_t index = kNone;
  std::vector<ValueId> items;
  std::vector<ValueId> keys;
  Mark mark;  // where it was made
};

struct Argument {
  std::string keyword;  // empty: positional; "*" and "**": unpacked
  ValueId value = kUnknownValue;
  Mark mark;
};

// Where a step stands. Contexts form a tree that crosses calls: the body of a function that is
// called in a loop is below that loop.
struct Context {
  enum class Kind : std::uint8_t {
    kModule,    // contexts[0]
    kFunction,  // one run of functions[index]; `step` is its call, kNone if no call of it was seen
    kClass,     // the body of classes[index]
    kLoop,      // `value` is iterated over; a `while`: its condition
    kBranch,    // arm `index` of an if, `value` its condition; of a match; arms share `group`
    kTry,       // `group` is shared with its handlers and else
    kExcept,    // `value` is the exception's type, or unknown
    kElse,      // of a try
    kFinally,
    kWith,  // `value` is the manager
  };
  Kind kind = Kind::kModule;
  bool is_while = false;
  bool is_comprehension = false;
  std::uint32_t parent = 0;
  std::uint32_t index = kNone;
  std::uint32_t group = kNone;
  std::uint32_t step = kNone;
  ValueId value = kUnknownValue;
  std::vector<std::string> targets;  // of a for
  std::uint32_t first_step = 0;      // steps within are a range of Script::steps: [first, last)
  std::uint32_t last_step = 0;
  bool leaves = false;  // its end is not reached: return, raise, break, continue or exit in it
  Mark mark;
};

struct Step {
  enum class Kind : std::uint8_t {
    kCall,       // name(arguments), or receiver.name(arguments)
    kBind,       // name = arguments[0]
    kAttribute,  // receiver.name = arguments[0]
    kItem,       // receiver[arguments[1]] = arguments[0]
    kDelete,     // del name
    kReturn,     // arguments[0], if it is there
    kYield,
    kRaise,
    kBreak,
    kContinue,
  };
  Kind kind = Kind::kCall;
  // kCall: resolved through imports, "keras.models.Sequential" or "print"; of the script's own
  // functions, methods and classes their name; of a method its name alone. Empty: not known.
  std::string name;
  ValueId callee = kUnknownValue;    // kCall, of what is no method
  ValueId receiver = kUnknownValue;  // of a method
  bool is_method = false;
  bool updates = false;  // kBind, kAttribute, kItem: by +=, -=, ...
  std::vector<Argument> arguments;
  // kCall: what it gives, if nothing better is known the value of kind kResult that names this
  // step; of a followed function what it returns.
  ValueId result = kUnknownValue;
  std::uint32_t context = 0;       // innermost
  std::uint32_t body = kNone;      // the context of the followed function
  std::uint32_t function = kNone;  // own function, also if it was not followed
  Mark mark;                       // of the whole statement or call
  Mark name_mark;                  // of the name called, bound or stored
};

struct Function {
  std::string name;  // "train", "Net.forward"
  std::uint32_t of_class = kNone;
  std::vector<std::string> parameters;  // without * and **
  std::vector<std::string> decorators;  // resolved as names are; empty: not known
  bool is_generator = false;
  bool returns_value = false;  // has a return with a value somewhere
  Mark mark;                   // of its name
};

struct Class {
  std::string name;
  std::vector<std::string> bases;  // resolved; own classes by their name; empty: not known
  std::vector<std::uint32_t> functions;
  Mark mark;
};

// A name or attribute without a value on every path that leads to its use.
struct Unbound {
  std::string name;
  bool attribute = false;           // of `self`, in an own class that never stores it
  std::uint32_t context = 0;        // of the use
  std::uint32_t step = 0;           // steps taken before the use
  std::uint32_t later = kNone;      // the kBind step that binds it later in the same scope
  std::uint32_t elsewhere = kNone;  // a kBind step that binds it in a function only
  Mark mark;
};

// A text that the script gives to a call and that may be the path of a file, looked up where the
// script lies: a script may be run from there or from a folder above.
struct PathText {
  std::string text;            // relative, as written
  bool exists = false;         // beside the script, or in one of the two folders above
  bool folder_exists = false;  // the folder that the text names the path in; "": that of the script
  // What else that folder holds, hidden files left out, where it has few enough entries to be read:
  bool has_kin = false;  // a file with the same suffix, or another folder for a text without one
  // Names as long as the one asked for, or one byte longer or shorter; sorted.
  std::vector<std::string> alike;
};

}  // namespace script

struct Script {
  Input input;
  bool notebook = false;
  // Not everything was followed (damage, limits): rules about what is missing are silent.
  bool partial = false;
  std::vector<script::Value> values;      // [0] is kUnknown
  std::vector<script::Context> contexts;  // [0] is the module; parents before children
  std::vector<script::Step> steps;        // in the order in which they are taken
  std::vector<script::Function> functions;
  std::vector<script::Class> classes;
  std::vector<script::Unbound> unbound;
  std::vector<std::string> imports;     // modules, "torch.nn" as written
  std::vector<script::PathText> paths;  // each text once; empty for what was not read from a file
};

inline Location PlaceOf(const Script& trace, const script::Mark& mark) {
  Location location;
  location.path = trace.input.path;
  location.line = mark.line;
  location.column = mark.column;
  if (mark.length > 0) {
    location.offset = mark.offset;
    location.length = mark.length;
    location.has_span = true;
  }
  if (mark.cell > 0) {
    location.logical = "cell[" + std::to_string(mark.cell) + "]:" + std::to_string(mark.cell_line);
  }
  return location;
}

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_SCRIPT_H_
