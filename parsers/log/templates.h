// Records that are written alike are read alike: once by the general readers, then by the template
// that was made of it.
#ifndef ONNXCHECK_PARSERS_LOG_TEMPLATES_H_
#define ONNXCHECK_PARSERS_LOG_TEMPLATES_H_

#include <absl/functional/function_ref.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/form.h"
#include "parsers/log/interpreter.h"
#include "parsers/log/prefix.h"
#include "parsers/log/scanner.h"
#include "parsers/log/segments.h"

namespace onnxcheck::parsers::log {

// How a record was read and what came of it, but for its numbers.
struct Template {
  Form form;
  Interpreter::Reading reading;
  std::vector<Pair> pairs;  // the numbers are those of the record matched last, or tried
  Prefix prefix;            // of the record matched last; time and level are those of all
  bool direct = false;      // there is no prefix, whatever the numbers are
  bool json = false;
  bool logged = false;  // a JSON record of a logging library
  // Of records that the interpreter makes nothing of:
  bool row = false;  // of numbers, which count as measured
  bool fixed_shape = false;
  SegmentTracker::MessageShape shape;

  // Where the number of each slot goes: to a pair, or nowhere.
  std::vector<double*> targets;
  double nowhere = 0;
  struct Copy {
    const double* from;
    double* to;
  };
  std::vector<Copy> copies;       // of slots that several pairs have
  std::string text;               // names of pairs point into it
  std::deque<std::string> names;  // or here
  std::size_t next = 0;           // what came after it the last time
  std::uint64_t used = 0;         // when it matched last

  // The numbers are set, if it matches.
  const char* Match(const char* at) {
    const char* const end = form.Match(at, targets.data());
    for (const Copy& copy : copies) *copy.to = *copy.from;
    return end;
  }
};

// The pairs that the general readers find in a record's text; false: it is none for a template.
using PairFinder = absl::FunctionRef<bool(std::string_view text, std::vector<Pair>* pairs)>;

// Makes the form, the pairs and the fills. That the readers see in the form what the form says is
// tried with other numbers: fewer digits, more, exponents, minus signs. nullptr: they do not.
std::unique_ptr<Template> MakeTemplate(std::string_view text, Form::Kind kind, PairFinder find);

// True if ReadPrefix() finds neither time nor level nor writer in records that begin like `text`,
// whatever the numbers further on are.
bool HasNoPrefix(std::string_view text);

// The last few templates in use.
class Templates {
 public:
  // The template that matches at `text` (kMaxFormReach bytes of it can be read), and where its form
  // ends; the numbers are set. `body` is nullptr for records without prefix; otherwise it is the
  // prefix that was found, and templates with another one do not match.
  Template* Match(const char* text, const Prefix* prefix, const char** end);
  void Add(std::unique_ptr<Template> made);
  // Making one costs as much as reading several records: where none is of use, few are made.
  bool MayLearn();
  bool any_prefixed() const { return prefixed_ > 0; }

 private:
  Template* Try(std::size_t index, const char* text, const Prefix* prefix, const char** end);

  std::vector<std::unique_ptr<Template>> all_;
  std::size_t last_ = 0;
  std::size_t prefixed_ = 0;
  std::uint64_t clock_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t credit_ = 64;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TEMPLATES_H_
