"""Digit classifier whose last layer is a softmax that the loss applies a second time."""

import logging
import warnings

import torch
import yaml
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

log = logging.getLogger("digits")


def setup_logging(cfg):
    handler = cfg["handlers"][0]
    file = logging.FileHandler(handler["path"], mode=handler["mode"])
    file.setLevel(handler["level"])
    file.setFormatter(logging.Formatter(cfg["format"]))
    log.setLevel(cfg["level"])
    log.addHandler(file)


def load(cfg):
    digits = load_digits()
    x = torch.tensor(digits.data / 16.0, dtype=torch.float32)
    y = torch.tensor(digits.target)
    train, test = train_test_split(
        range(len(y)), train_size=cfg["dataset_size"], random_state=cfg["seed"]
    )
    return TensorDataset(x[train], y[train]), x[test], y[test]


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    setup_logging(cfg["logging"])
    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)

    train_set, x_test, y_test = load(cfg)
    loader = DataLoader(
        train_set,
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    model = nn.Sequential(
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, cfg["classes"]),
        nn.Softmax(dim=1),  # The fault: the loss below takes logits.
    )
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    for epoch in range(1, cfg["epochs"] + 1):
        total = correct = 0
        for x, y in loader:
            probs = model(x)
            loss = criterion(probs, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            correct += (probs.argmax(1) == y).sum().item()
        with torch.no_grad():
            probs = model(x_test)
            val_loss = criterion(probs, y_test).item()
            val_acc = (probs.argmax(1) == y_test).float().mean().item()
        log.info(
            "Epoch %02d/%d | loss: %.4f | acc: %.4f | val_loss: %.4f | val_acc: %.4f",
            epoch,
            cfg["epochs"],
            total / len(train_set),
            correct / len(train_set),
            val_loss,
            val_acc,
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 64),),
            "model.onnx",
            input_names=["pixels"],
            output_names=["probs"],
            dynamic_axes={"pixels": {0: "batch"}, "probs": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
