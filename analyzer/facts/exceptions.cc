#include "analyzer/facts/exceptions.h"

#include <array>

namespace onnxcheck::facts {
namespace {

struct Known {
  std::string_view exception;  // the end of the type's name
  std::string_view message;    // a part of the message; empty: any
  std::string_view help;
};

constexpr std::string_view kMemoryHelp =
    "lower the batch size, accumulate gradients, or use mixed precision";

// The first that matches counts, so the special come before the general.
constexpr std::array<Known, 23> kKnown = {{
    {"NameError", "'model'",
     "build the model, and bind it to this name, before the line that uses it"},
    {"NameError", "", "define the name before this line; check spelling and scope"},
    {"UnboundLocalError", "", "assign the name on every path that leads to this line"},
    {"AttributeError", "'NoneType' object has no attribute 'fit'",
     "keep the model: return it from the function that builds it, or store it on self"},
    {"AttributeError", "'NoneType' object has no attribute",
     "the object was never built, or the function that builds it returns nothing: return it, or "
     "store it where it is used"},
    {"AttributeError", "`np.", "the name is gone from NumPy 2: use its current spelling"},
    {"AttributeError", "was removed in the NumPy 2.0", "use the current spelling of the name"},
    {"RuntimeError", "compile", "call model.compile(...) before model.fit(...)"},
    {"ValueError", "compile", "call model.compile(...) before model.fit(...)"},
    {"ValueError", "has not yet been built",
     "give the first layer an input shape, or call build() before using the weights"},
    {"ValueError", "contains NaN",
     "the model's outputs are not finite: look for the first step with a NaN loss"},
    {"OutOfMemoryError", "", kMemoryHelp},
    {"RuntimeError", "out of memory", kMemoryHelp},
    {"MemoryError", "", "load the data in parts, or lower the number of workers"},
    {"RuntimeError", "size mismatch",
     "the checkpoint belongs to a model of other shapes: load the one that fits"},
    {"RuntimeError", "shapes cannot be multiplied",
     "make the layer's input width equal to what the layer before it gives"},
    {"RuntimeError", "same device", "move model and batch to the same device"},
    {"RuntimeError", "does not require grad",
     "some parameter must require gradients, and no step between it and the loss may detach it"},
    {"IndexError", "is out of bounds",
     "give the last layer a unit for each class, or check the labels: they count from 0"},
    {"FileNotFoundError", "", "check the path, and from which folder the script is started"},
    {"ModuleNotFoundError", "", "install the missing package in the environment of the run"},
    {"ImportError", "", "install a version of the package that has this name"},
    {"KeyError", "", "check the key against what the dictionary or file really holds"},
}};

}  // namespace

std::string_view ExceptionHelp(const ir::Event& event) {
  if (event.kind == ir::EventKind::kOutOfMemory) return kMemoryHelp;
  for (const Known& known : kKnown) {
    if (event.exception.ends_with(known.exception) &&
        event.message.find(known.message) != std::string::npos) {
      return known.help;
    }
  }
  return "mend the line that the innermost frame names; the run ended there";
}

bool IsDeliberateStop(const ir::Event& event) {
  return event.exception == "KeyboardInterrupt" || event.exception == "SystemExit";
}

}  // namespace onnxcheck::facts
