#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

const Dialect* const kDialects[] = {
    &kKerasProgress, &kKerasCsv,      &kLightningCsv,  &kCsv,         &kJson,      &kJsonLines,
    &kHuggingFace,   &kImageNet,      &kCaffe,         &kScikitLearn, &kDarknet,   &kDl4j,
    &kMarvin,        &kOpenMmlab,     &kFairseq,       &kMegatron,    &kDeepSpeed, &kNanoGpt,
    &kLlamaFactory,  &kDetectron,     &kDetr,          &kUltralytics, &kMxnet,     &kPaddle,
    &kChainer,       &kCudaConvnet,   &kReinforcement, &kSplitColumn, &kTutorials, &kTfEstimator,
    &kChinese,       &kPythonLogging, &kText,
};

}  // namespace

absl::Span<const Dialect* const> Dialects() { return kDialects; }

}  // namespace onnxcheck::parsers::log
