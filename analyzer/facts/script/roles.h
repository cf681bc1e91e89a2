// What the objects of a script are: told by the call that made them.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_ROLES_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_ROLES_H_

#include <cstdint>
#include <string_view>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

enum class Role : std::uint8_t {
  kOther,
  kKerasModel,   // Sequential, Model, a subclass, an application, a loaded model
  kKerasLayer,   // also an activation or a loss as an object
  kTorchModule,  // of torch.nn, torchvision, timm, transformers or an own subclass
  kLightning,    // an own LightningModule
  kTrainer,      // Lightning's, transformers'
  kOptimizer,    // of torch or Keras
  kScheduler,    // of torch
  kLoss,         // of torch.nn or keras.losses, as an object
  kLoader,       // a DataLoader, a tf.data.Dataset, a Keras generator
  kHistory,      // what Keras's fit returns
  kLogger,       // logging.getLogger()
  kHandler,      // logging.StreamHandler(), ...
  kWriter,       // a TensorBoard SummaryWriter
  kFile,         // open()
};

// Of the one object that the value is; kOther for what is not known.
Role RoleOf(const ir::Script& script, ValueId value);
// Of what the call makes, by its path or by the own class that is called.
Role RoleMade(const ir::Script& script, const Step& step);
// Whether the own class stands on the library's, through other own classes too.
bool DerivesFrom(const ir::Script& script, std::uint32_t own_class, std::string_view path);
// The own class that the value is an instance of; kNone: of none.
std::uint32_t ClassOf(const ir::Script& script, ValueId value);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_ROLES_H_
