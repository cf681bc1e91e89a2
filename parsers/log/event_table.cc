// Sentences that mean an event, as frameworks, schedulers and people print them.
#include "parsers/log/events.h"

namespace onnxcheck::parsers::log {
namespace {

using enum ir::EventKind;

constexpr EventPattern kPatterns[] = {
    // Keras: no batch arrived. The wordings of 2.5-2.6, of 2.7-2.12 and of 2.13 and later.
    {kEmptyLogs, "(empty logs)"},
    {kEmptyLogs, "expect x to be a non-empty array or dataset"},

    {kOutOfMemory, "cuda out of memory"},
    {kOutOfMemory, "outofmemoryerror"},
    {kOutOfMemory, "cuda error: out of memory"},
    {kOutOfMemory, "cudaerrormemoryallocation"},
    {kOutOfMemory, "oom when allocating tensor"},
    {kOutOfMemory, "oom-kill"},
    {kOutOfMemory, "oom_kill"},
    {kOutOfMemory, "out of memory: killed process"},
    {kOutOfMemory, "exceeded job memory limit"},
    {kOutOfMemory, "exceeded memory limit"},
    {kOutOfMemory, "term_memlimit"},
    {kOutOfMemory, "defaultcpuallocator: not enough memory"},
    {kOutOfMemory, "can't allocate memory: you tried to allocate"},
    {kOutOfMemory, "cannot allocate memory"},
    {kOutOfMemory, "mps backend out of memory"},
    {kOutOfMemory, "cublas_status_alloc_failed"},

    {kInterrupted, "keyboardinterrupt"},
    {kInterrupted, "cancelled at "},
    {kInterrupted, "due to time limit"},
    {kInterrupted, "due to preemption"},
    {kInterrupted, "term_runlimit"},
    {kInterrupted, "term_owner"},
    {kInterrupted, "received signal 15"},
    {kInterrupted, "sigterm received"},
    {kInterrupted, "received sigterm"},
    {kInterrupted, "received sigint"},
    {kInterrupted, "training interrupted"},
    {kInterrupted, "interrupted by user"},
    {kInterrupted, "detected keyboardinterrupt"},

    {kNonfiniteNotice, "invalid loss, terminating training"},  // Keras TerminateOnNaN
    {kNonfiniteNotice, "loss is nan"},
    {kNonfiniteNotice, "loss is inf"},
    {kNonfiniteNotice, "loss became nan"},
    {kNonfiniteNotice, "loss: nan, stopping"},
    {kNonfiniteNotice, "nan loss during training"},
    {kNonfiniteNotice, "nan loss encountered"},
    {kNonfiniteNotice, "nan detected"},
    {kNonfiniteNotice, "nan or inf found"},
    {kNonfiniteNotice, "nan/inf in loss"},
    {kNonfiniteNotice, "non-finite loss"},
    {kNonfiniteNotice, "loss is not finite"},
    {kNonfiniteNotice, "loss is infinite or nan"},
    {kNonfiniteNotice, "model diverged with loss"},
    {kNonfiniteNotice, "input contains nan"},
    {kNonfiniteNotice, "returned nan values"},

    {kFrameworkWarning, "received `from_logits=true`"},
    {kFrameworkWarning, "gradients do not exist for variables"},
    {kFrameworkWarning, "does not have any trainable weights"},
    {kFrameworkWarning, "you must compile your model before training"},
    {kFrameworkWarning, "you must call `compile()` before using the model"},
    {kFrameworkWarning, "your input ran out of data"},
    {kFrameworkWarning, "input iterator ran out of data"},
    {kFrameworkWarning, "you may need to use the repeat() function"},
    {kFrameworkWarning, "call of `lr_scheduler.step()` before `optimizer.step()`"},
    {kFrameworkWarning, "is smaller than the logging interval"},
    {kFrameworkWarning, "experiment logs directory"},
    {kFrameworkWarning, "across ranks is zero"},
    {kFrameworkWarning, "no training batches"},
    {kFrameworkWarning, "none of the inputs have requires_grad=true"},
    {kFrameworkWarning, "using a target size"},
    {kFrameworkWarning, "implicit dimension choice for softmax"},
    {kFrameworkWarning, "implicit dimension choice for log_softmax"},
    {kFrameworkWarning, "early stopping conditioned on metric"},
    {kFrameworkWarning, "can save best model only with"},
    {kFrameworkWarning, "learning rate reduction is conditioned on metric"},
    {kFrameworkWarning, "detected more weights than"},
    {kFrameworkWarning, "token indices sequence length is longer than"},

    {kError, "segmentation fault"},
    {kError, "core dumped"},
    {kError, "device-side assert triggered"},
    {kError, "no space left on device"},
    {kError, "fatal error"},
    {kError, "error: ", {}, true},
    {kError, "failed to load"},
    {kError, "no such file or directory"},

    {kEarlyStopping, "early stopping", "patience"},
    {kEarlyStopping, "epoch {}: early"},
    {kEarlyStopping, "earlystopping", "callback"},
    {kEarlyStopping, "stopping early"},
    {kEarlyStopping, "stopping training early"},

    {kCheckpoint, "saving model to"},
    {kCheckpoint, "saving checkpoint"},
    {kCheckpoint, "saved checkpoint"},
    {kCheckpoint, "saving model checkpoint"},
    {kCheckpoint, "checkpoint saved"},
    {kCheckpoint, "model saved"},
    {kCheckpoint, "saving state, iter"},
    {kCheckpoint, "saved model"},

    {kRunStart, "start training", "epoch "},
    {kRunStart, "starting training", "epoch "},
    {kRunStart, "begin training", "epoch "},
    {kRunStart, "beginning training", "epoch "},
    {kRunStart, "training started"},
    {kRunStart, "***** running training *****"},
    {kRunStart, "training loss ("},  // pix2pix's visualizer heads its log with a banner a run
    {kRunStart, "train loss ("},

    {kRunEnd, "training complete", "after training"},
    {kRunEnd, "training completed"},
    {kRunEnd, "training finished"},
    {kRunEnd, "finished training"},
    {kRunEnd, "training is done"},
    {kRunEnd, "training done"},
    {kRunEnd, "optimization done"},
    {kRunEnd, "done training"},
    {kRunEnd, "epochs completed in"},
    {kRunEnd, "`trainer.fit` stopped"},
};

}  // namespace

absl::Span<const EventPattern> EventPatterns() { return kPatterns; }

}  // namespace onnxcheck::parsers::log
