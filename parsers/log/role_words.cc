// The words of metric names, as frameworks and people write them.
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <string_view>

#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {
namespace {

struct Entry {
  Word word;
  std::string_view spellings;  // separated by blanks
};

constexpr Entry kEntries[] = {
    {Word::kTrain, "train training trn tr trains"},
    {Word::kValidation,
     "val valid validation validate validating eval evaluation evaluate evaluating dev vali "
     "validset"},
    {Word::kTest, "test testing tst tests predict"},
    {Word::kLoss, "loss losses"},
    {Word::kLossName,
     "kl kld kldiv nll xent xentropy ce bce crossentropy entropy ent mse mae l1 l2 huber smoothl1 "
     "hinge focal dice tversky triplet contrastive ctc recon reconstruction regularization reg "
     "regularizer aux auxiliary adv adversarial perceptual commitment vq elbo box cls obj dfl "
     "rpn mask cost policy critic actor vf pg gan fake"},
    {Word::kAccuracy, "acc accuracy accu accuracies"},
    {Word::kTopOne, "top1 acc1 prec1"},
    {Word::kAccuracyKind, "categorical sparse binary"},
    {Word::kMetric,
     "precision precission prec recall f1 fscore f1score fb1 auc auroc aucroc auprc roc prc iou "
     "miou "
     "jaccard map map50 ap ap50 mae rmse mape r2 psnr ssim lpips bleu bleu4 rouge rouge1 rouge2 "
     "rougel meteor cider wer cer ter mrr ndcg hits kappa mcc score fid pearson spearman corr "
     "correlation top5 acc5 prec5 top3 top2 top10 bpc bpb bpw specificity sensitivity eer metric "
     "logloss mlogloss hmean ppv npv tpr fpr dsc hd95 aacc macc fwiou dsr pck nme map75 ap75 aps "
     "apm apl "
     "ar ar1 ar10 "
     "ar100 ars arm arl"},
    {Word::kWeakMetric, "error err errors exact em success td"},
    {Word::kPerplexity, "ppl perplexity perp"},
    {Word::kReward, "reward rewards returns rew eprewmean"},
    {Word::kLrAbbreviation, "lr lrs lrate"},
    {Word::kLearning, "learning"},
    {Word::kRate, "rate"},
    {Word::kGradient, "grad grads gradient gradients"},
    {Word::kNorm, "norm norms"},
    {Word::kGradientNorm, "gradnorm gnorm"},
    {Word::kScale, "scale scaler scaling"},
    {Word::kEpoch, "epoch ep epo"},
    {Word::kStep,
     "step steps iter iters iteration iterations itr batch minibatch it update updates globalstep "
     "niter batchid timesteps"},
    {Word::kTime,
     "s ms us time eta elapsed duration sec secs second seconds took taken minutes hours runtime "
     "timer "
     "latency"},
    {Word::kThroughput, "ips fps throughput speed tps"},
    {Word::kCountable, "samples sample tok tokens token imgs img images examples per"},
    {Word::kMemory, "mem memory vram gb mb gib mib alloc allocated cuda gpu"},
    {Word::kAverage,
     "avg average averaged mean running smoothed smooth ema median m med cumulative"},
    {Word::kNeutral,
     "total overall cur current curr final now global this value id idx index no num nr number set "
     "data dataset meta main lm reader top absolute squared logarithmic percentage root"},
    {Word::kParameter,
     "best worst min max minimum maximum lowest highest prev previous old new target threshold "
     "weight weights ratio coef coefficient coeff lambda alpha beta gamma function fn func type "
     "name smoothing clip clipping size base warmup decay interval freq frequency patience delta "
     "improvement limit factor eps epsilon momentum tolerance std var variance remaining every "
     "save seed"},
    {Word::kMoment, "initial init start end last first left from for"},
    {Word::kCopula, "is was reached of to"},
    {Word::kOptimizer,
     "adam adamw sgd rmsprop adagrad adadelta group pg pg0 pg1 pg2 backbone head"},
};

}  // namespace

Word LookUpWord(std::string_view lower) {
  // Built once; the first entry that has a word keeps it, so that "mae" after "loss" is known as a
  // loss's name and ClassifyName tells the metric from it.
  static const auto* const table = [] {
    auto* words = new absl::flat_hash_map<std::string_view, Word>;
    for (const Entry& entry : kEntries) {
      std::string_view rest = entry.spellings;
      while (!rest.empty()) {
        const std::size_t blank = std::min(rest.find(' '), rest.size());
        words->try_emplace(rest.substr(0, blank), entry.word);
        rest.remove_prefix(std::min(blank + 1, rest.size()));
      }
    }
    return words;
  }();
  const auto found = table->find(lower);
  return found == table->end() ? Word::kUnknown : found->second;
}

}  // namespace onnxcheck::parsers::log
