#ifndef ONNXCHECK_PARSERS_LOG_DIALECTS_DIALECTS_H_
#define ONNXCHECK_PARSERS_LOG_DIALECTS_DIALECTS_H_

#include "parsers/log/dialect.h"

namespace onnxcheck::parsers::log {

// One file each; a new dialect is a file, a line here and a line in dialects.cc.
extern const Dialect kKerasProgress;
extern const Dialect kKerasCsv;
extern const Dialect kLightningCsv;
extern const Dialect kCsv;
extern const Dialect kJson;
extern const Dialect kJsonLines;
extern const Dialect kPythonLogging;
extern const Dialect kHuggingFace;
extern const Dialect kImageNet;
extern const Dialect kCaffe;
extern const Dialect kScikitLearn;
extern const Dialect kDarknet;
extern const Dialect kDl4j;
extern const Dialect kMarvin;
extern const Dialect kOpenMmlab;
extern const Dialect kFairseq;
extern const Dialect kMegatron;
extern const Dialect kDeepSpeed;
extern const Dialect kNanoGpt;
extern const Dialect kLlamaFactory;
extern const Dialect kDetectron;
extern const Dialect kDetr;
extern const Dialect kUltralytics;
extern const Dialect kMxnet;
extern const Dialect kPaddle;
extern const Dialect kChainer;
extern const Dialect kCudaConvnet;
extern const Dialect kReinforcement;
extern const Dialect kSplitColumn;
extern const Dialect kTutorials;
extern const Dialect kTfEstimator;
extern const Dialect kChinese;
extern const Dialect kText;

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_DIALECTS_DIALECTS_H_
