"""Multi-label tagging: five independent labels, logits into BCEWithLogitsLoss."""

import logging
import warnings

import torch
import yaml
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

FEATURES = 20
VALIDATION = 800

log = logging.getLogger("tagger")


class Tagger(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(FEATURES, 32), nn.ReLU())
        self.head = nn.Linear(32, labels)

    def forward(self, features):
        return self.head(self.body(features))


def make_data(count, labels):
    x = torch.randn(count, FEATURES)
    score = x @ torch.randn(FEATURES, labels) / FEATURES**0.5
    score = score + 0.5 * torch.relu(x[:, :labels]) + 0.1 * torch.randn(count, labels)
    return x, (score > 0.2).float()


def run_epoch(model, loader, criterion, optimizer=None):
    model.train(optimizer is not None)
    total = right = count = 0
    with torch.set_grad_enabled(optimizer is not None):
        for x, y in loader:
            logits = model(x)
            loss = criterion(logits, y)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            total += loss.item() * len(y)
            right += ((logits > 0) == (y > 0.5)).float().mean().item() * len(y)
            count += len(y)
    return total / count, right / count


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    section = cfg["logging"]
    handler = section["handlers"][0]
    logging.basicConfig(
        filename=handler["path"],
        filemode=handler["mode"],
        format=section["format"],
        datefmt=section["datefmt"],
    )
    log.setLevel(section["level"])

    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)
    x, y = make_data(cfg["dataset_size"] + VALIDATION, cfg["classes"])
    n = cfg["dataset_size"]
    train = DataLoader(
        TensorDataset(x[:n], y[:n]),
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    val = DataLoader(TensorDataset(x[n:], y[n:]), batch_size=cfg["batch_size"])

    model = Tagger(cfg["classes"])
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    for epoch in range(1, cfg["epochs"] + 1):
        loss, acc = run_epoch(model, train, criterion, optimizer)
        val_loss, val_acc = run_epoch(model, val, criterion)
        log.info(
            "epoch=%d step=%d loss=%.4f accuracy=%.4f val_loss=%.4f val_accuracy=%.4f",
            epoch,
            epoch * len(train),
            loss,
            acc,
            val_loss,
            val_acc,
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)  # The exporter's own records.
        torch.onnx.export(
            model.eval(),
            (torch.zeros(2, FEATURES),),
            "model.onnx",
            input_names=["features"],
            output_names=["logits"],
            dynamic_shapes={"features": {0: torch.export.Dim("batch")}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )


if __name__ == "__main__":
    main()
