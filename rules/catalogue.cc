#include "rules/catalogue.h"

#include <vector>

// One line a rule, sorted by id: X(<name of the Rule object>).
// clang-format off
#define ONNXCHECK_RULES(X) \
  X(kSoftmaxWithMse) \
  X(kDoubleSoftmax) \
  X(kDoubleSigmoid) \
  X(kLogitsWithProbabilityLoss) \
  X(kSigmoidWithCategoricalLoss) \
  X(kSingleSoftmaxLoss) \
  X(kBoundedOutputForRegression) \
  X(kLabelEncodingMismatch) \
  X(kClassCountMismatch) \
  X(kLogProbabilityMismatch) \
  X(kLossUndefined) \
  X(kMetricUnsuited) \
  X(kLearningRateTooSmall) \
  X(kLearningRateTooLarge) \
  X(kLearningRateNotPositive) \
  X(kBatchSizeInvalid) \
  X(kBatchExceedsDataset) \
  X(kNothingToTrainFor) \
  X(kAllLayersFrozen) \
  X(kOptimizerParameterRange) \
  X(kWeightDecayDominates) \
  X(kWarmupExceedsTraining) \
  X(kLoggingIntervalExceedsRun) \
  X(kMetricsNotTracked) \
  X(kUnknownKey) \
  X(kNumberIsAString) \
  X(kHalfPrecisionUnscaled) \
  X(kScheduleEndsEarly) \
  X(kMonitorUnknown) \
  X(kShuffleReversed) \
  X(kSeedMissing) \
  X(kStepsMismatch) \
  X(kLogLevelHidesMetrics) \
  X(kLogOpenedForOverwrite) \
  X(kLogPathUnwritable) \
  X(kLogGrowsWithoutBound) \
  X(kLogLinesAnonymous) \
  X(kLoggerFrameworkMismatch) \
  X(kPrecisionEpsilon) \
  X(kDropoutExtreme) \
  X(kEmptyBatches) \
  X(kDatasetNotLoaded) \
  X(kLabelsMissing) \
  X(kDtypeMismatch) \
  X(kInputUnscaled) \
  X(kInputRanOut) \
  X(kTrainValidationOverlap) \
  X(kNonfiniteData) \
  X(kEmptyLog) \
  X(kNoMetricsLogged) \
  X(kLossNeverLogged) \
  X(kLogOverwritten) \
  X(kMetricsBelowLevel) \
  X(kMislevelledMessage) \
  X(kDuplicatedLines) \
  X(kLogFlooding) \
  X(kMissingTimestamps) \
  X(kRotationGap) \
  X(kCutOffLog) \
  X(kCorruptRecord) \
  X(kInterleavedWriters) \
  X(kStaleMetric) \
  X(kNanHidden) \
  X(kEventsWithoutScalars) \
  X(kClockBackwards) \
  X(kConcatenatedRuns) \
  X(kProgressBarOnly) \
  X(kEndsEarly) \
  X(kTraceback) \
  X(kEmptyLogsError) \
  X(kFrameworkWarning) \
  X(kEmptyEpoch) \
  X(kSilentException) \
  X(kUnparsableJsonLog) \
  X(kCheckerViolation) \
  X(kShapeConflict) \
  X(kUnregisteredOperator) \
  X(kDeadNode) \
  X(kUnusedInitializer) \
  X(kUnusedInput) \
  X(kDuplicateName) \
  X(kTrainingModeExport) \
  X(kFrozenBatchDimension) \
  X(kMissingNonlinearity) \
  X(kDoubleActivation) \
  X(kBiasBeforeBatchnorm) \
  X(kSoftmaxWrongAxis) \
  X(kSoftmaxSingleUnit) \
  X(kConstantOutput) \
  X(kDeprecatedOperator) \
  X(kDropoutBeforeBatchnorm) \
  X(kLogOfNonpositive) \
  X(kSqrtOfNegative) \
  X(kDivisionByZero) \
  X(kExpOverflow) \
  X(kPowDomain) \
  X(kHalfOverflow) \
  X(kEpsilonVanishes) \
  X(kLogOfSoftmax) \
  X(kIntegerOverflowCast) \
  X(kUnusedOutputBranch) \
  X(kDetachedParameter) \
  X(kNoTrainableParameters) \
  X(kUnreadableInput) \
  X(kMalformedModel) \
  X(kGitLfsPointer) \
  X(kNotAModel) \
  X(kTruncatedFile) \
  X(kUnknownFormat) \
  X(kExternalDataMissing) \
  X(kExternalDataEscapes) \
  X(kResourceLimit) \
  X(kNewerThanSupported) \
  X(kMalformedConfig) \
  X(kMalformedRecord) \
  X(kUnusedSuppression) \
  X(kModelUsedBeforeDefinition) \
  X(kModelRebuiltInLoop) \
  X(kModelLostInScope) \
  X(kFitBeforeCompile) \
  X(kBasicconfigIneffective) \
  X(kLogFileTruncatedInLoop) \
  X(kHandlerAddedInLoop) \
  X(kLevelHidesMessages) \
  X(kStaleHistoryMetric) \
  X(kLoadErrorSwallowed) \
  X(kGradientsNotCleared) \
  X(kLoopWithoutMetrics) \
  X(kOptimizerOfWrongParameters) \
  X(kStepMissing) \
  X(kEvalModeMissing) \
  X(kSchedulerBeforeOptimizer) \
  X(kWriterNotClosed) \
  X(kOpenInLoop) \
  X(kActivationAndLoss) \
  X(kGeneratorYieldsEmpty) \
  X(kDataPathMissing) \
  X(kNonfiniteLoss) \
  X(kDivergingLoss) \
  X(kLossNotDecreasing) \
  X(kChancePlateau) \
  X(kNegativeLoss) \
  X(kModelReset) \
  X(kDoubleSoftmaxFloor) \
  X(kNonfiniteWeight) \
  X(kZeroWeight) \
  X(kConstantWeight) \
  X(kUntrainedWeights) \
  X(kDeadUnits) \
  X(kHugeWeight) \
  X(kDuplicateWeight) \
  X(kUntouchedBatchnorm) \
  X(kNegativeVariance) \
  X(kUnchangedBetweenCheckpoints) \
  X(kClassCountConflict) \
  X(kImpossibleLossValue) \
  /* end of the list */
// clang-format on

namespace onnxcheck::rules {

#define DECLARE(rule) extern const Rule rule;
ONNXCHECK_RULES(DECLARE)
#undef DECLARE

std::span<const Rule* const> Catalogue() {
#define ADDRESS(rule) &rule,
  static const std::vector<const Rule*> kRules = {ONNXCHECK_RULES(ADDRESS)};
#undef ADDRESS
  return kRules;
}

}  // namespace onnxcheck::rules
