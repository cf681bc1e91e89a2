"""Trains a small CNN on 8x8 digits; the settings are in config.yaml."""

import datetime
import json
import logging
import warnings

import torch
import yaml
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class DigitNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(16 * 2 * 2, classes)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        return self.head(x.flatten(1))


def load(cfg):
    digits = load_digits()
    x = torch.tensor(digits.images / 16.0, dtype=torch.float32).unsqueeze(1)
    y = torch.tensor(digits.target)
    train, val = train_test_split(
        range(len(y)),
        train_size=cfg["dataset_size"],
        stratify=digits.target,
        random_state=cfg["seed"],
    )
    return TensorDataset(x[train], y[train]), TensorDataset(x[val], y[val])


def evaluate(model, loader, criterion):
    model.eval()
    loss = correct = count = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss += criterion(out, y).item() * len(y)
            correct += (out.argmax(1) == y).sum().item()
            count += len(y)
    return loss / count, correct / count


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)

    handler, metrics = cfg["logging"]["handlers"]
    logging.basicConfig(
        filename=handler["path"],
        filemode=handler["mode"],
        level=cfg["logging"]["level"],
        format=cfg["logging"]["format"],
    )
    # Library records (the exporter's, for one) are not this run's.
    logging.getLogger().handlers[0].addFilter(logging.Filter("train"))
    log = logging.getLogger("train")

    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)
    train_set, val_set = load(cfg)
    train_loader = DataLoader(
        train_set,
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    val_loader = DataLoader(val_set, batch_size=cfg["batch_size"])

    model = DigitNet(cfg["classes"])
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)
    schedule = dict(cfg["schedule"])
    scheduler = getattr(torch.optim.lr_scheduler, schedule.pop("name"))(
        optimizer, **schedule
    )

    parameters = sum(p.numel() for p in model.parameters())
    log.info(
        "%d training images, %d validation images, %d trainable parameters",
        len(train_set),
        len(val_set),
        parameters,
    )
    out = open(metrics["path"], metrics["mode"])
    step = 0
    for epoch in range(1, cfg["epochs"] + 1):
        model.train()
        lr = optimizer.param_groups[0]["lr"]
        total = correct = count = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            logits = model(x)
            loss = criterion(logits, y)
            loss.backward()
            grad_norm = nn.utils.clip_grad_norm_(model.parameters(), float("inf"))
            optimizer.step()
            step += 1
            total += loss.item() * len(y)
            correct += (logits.argmax(1) == y).sum().item()
            count += len(y)
        scheduler.step()
        val_loss, val_acc = evaluate(model, val_loader, criterion)
        log.info(
            "epoch %d/%d step %d train_loss=%.4f train_acc=%.4f "
            "val_loss=%.4f val_acc=%.4f lr=%g",
            epoch,
            cfg["epochs"],
            step,
            total / count,
            correct / count,
            val_loss,
            val_acc,
            lr,
        )
        record = {
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "epoch": epoch,
            "step": step,
            "train_loss": total / count,
            "train_acc": correct / count,
            "val_loss": val_loss,
            "val_acc": val_acc,
            "lr": lr,
            "grad_norm": grad_norm.item(),
        }
        out.write(json.dumps(record) + "\n")
        out.flush()
    out.close()

    model.eval()
    batch = torch.export.Dim("batch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (torch.zeros(2, 1, 8, 8),),
            "model.onnx",
            input_names=["image"],
            output_names=["logits"],
            dynamic_shapes={"x": {0: batch}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    log.info("exported model.onnx")


if __name__ == "__main__":
    main()
