"""The digits again, under Lightning with its CSVLogger."""

import logging
import warnings

import lightning as L
import torch
import yaml
from lightning.pytorch.loggers import CSVLogger
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class DigitModule(L.LightningModule):
    def __init__(self, loss, optimizer, classes):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(
            nn.Conv2d(1, 6, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 12, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(48, classes),
        )
        self.criterion = getattr(nn, loss)()

    def forward(self, image):
        return self.net(image)

    def training_step(self, batch, _):
        x, y = batch
        out = self(x)
        loss = self.criterion(out, y)
        accuracy = (out.argmax(1) == y).float().mean()
        self.log("train_loss", loss, prog_bar=True)
        self.log("train_acc", accuracy, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        x, y = batch
        out = self(x)
        self.log("val_loss", self.criterion(out, y), prog_bar=True)
        self.log("val_acc", (out.argmax(1) == y).float().mean(), prog_bar=True)

    def configure_optimizers(self):
        opt = dict(self.hparams.optimizer)
        return getattr(torch.optim, opt.pop("name"))(self.parameters(), **opt)


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    L.seed_everything(cfg["seed"])
    torch.set_num_threads(1)
    # The data fits in memory, so worker processes would only slow this down.
    warnings.filterwarnings("ignore", ".*does not have many workers.*")
    # Lightning 2.6 calls what torch 2.13 has deprecated.
    warnings.filterwarnings("ignore", ".*LeafSpec.*")

    digits = load_digits()
    x = torch.tensor(digits.images / 16.0, dtype=torch.float32).unsqueeze(1)
    y = torch.tensor(digits.target)
    train, val = train_test_split(
        range(len(y)),
        train_size=cfg["dataset_size"],
        stratify=digits.target,
        random_state=cfg["seed"],
    )
    model = DigitModule(cfg["loss"], cfg["optimizer"], cfg["classes"])
    trainer = L.Trainer(
        max_epochs=cfg["epochs"],
        accelerator="cpu",
        logger=CSVLogger(".", name="lightning_logs"),
        log_every_n_steps=15,
        enable_checkpointing=False,
    )
    trainer.fit(
        model,
        DataLoader(
            TensorDataset(x[train], y[train]),
            batch_size=cfg["batch_size"],
            shuffle=True,
            drop_last=cfg["drop_last"],
        ),
        DataLoader(TensorDataset(x[val], y[val]), batch_size=cfg["batch_size"]),
    )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)  # The exporter's own records.
        torch.onnx.export(
            model.net.eval(),
            (torch.zeros(1, 1, 8, 8),),
            "model.onnx",
            input_names=["image"],
            output_names=["logits"],
            dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
