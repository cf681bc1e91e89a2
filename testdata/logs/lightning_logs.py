"""Four small trainings with Lightning's CSVLogger, which differ in what they log and when."""

import lightning
import torch
from lightning.pytorch.loggers import CSVLogger

X = torch.randn(96, 4, generator=torch.Generator().manual_seed(5))
Y = (X.sum(dim=1) > 0).float()


class Module(lightning.LightningModule):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))

    def loss(self, batch):
        logits = self.layers(batch[0]).squeeze(1)
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, batch[1]), logits

    def training_step(self, batch, _):
        loss, logits = self.loss(batch)
        if self.kind == "step-and-epoch":
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            self.log("train_acc", ((logits > 0) == (batch[1] > 0)).float().mean(), on_step=False, on_epoch=True)
        elif self.kind == "nan":
            loss = loss * (float("nan") if self.global_step > 20 else 1.0)
            self.log("loss", loss)
        elif self.kind == "validation-first":
            self.log("train/loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        loss, logits = self.loss(batch)
        self.log("val/loss" if self.kind == "validation-first" else "val_loss", loss)
        self.log("val_acc", ((logits > 0) == (batch[1] > 0)).float().mean())

    def configure_optimizers(self):
        optimizer = torch.optim.SGD(self.parameters(), lr=0.5)
        if self.kind != "rates":
            return optimizer
        return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)]


def main():
    for kind in ("step-and-epoch", "nan", "validation-first", "rates"):
        lightning.seed_everything(5)
        data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, Y), batch_size=16)
        callbacks = [lightning.pytorch.callbacks.LearningRateMonitor("epoch")] if kind == "rates" else []
        trainer = lightning.Trainer(
            max_epochs=5, accelerator="cpu", logger=CSVLogger("lightning", kind, version=""), callbacks=callbacks,
            enable_progress_bar=False, enable_checkpointing=False, log_every_n_steps=3,
            num_sanity_val_steps=2 if kind == "validation-first" else 0)
        trainer.fit(Module(kind), data, None if kind == "nan" else data)


main()
