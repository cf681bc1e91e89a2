// scikit-learn's MLPClassifier and MLPRegressor with verbose=True. Their lines begin as Caffe's do,
// and are read by its pattern.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"Training loss did not improve more than tol=",
                                       "Validation score did not improve more than tol="};

constexpr Sample kSamples[] = {
    {"Iteration 1, loss = 2.25\n"
     "Validation score: 0.5\n"
     "Iteration 2, loss = 1.5\n"
     "Validation score: 0.75\n"
     "Validation score did not improve more than tol=0.000100 for 10 consecutive epochs. "
     "Stopping.\n",
     "loss train-loss step 2: 2.25 1.5\n"
     "Validation score metric: 0.5 0.75\n"},
};

}  // namespace

constinit const Dialect kScikitLearn = {"scikit-learn", kMarks, {}, kSamples};

}  // namespace onnxcheck::parsers::log
