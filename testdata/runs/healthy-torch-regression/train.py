"""Fits an MLP to a smooth function of five inputs with some noise."""

import logging
import math
import warnings

import torch
import yaml
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

VALIDATION = 500

log = logging.getLogger("regression")


def make_data(count):
    x = torch.rand(count, 5) * 2.0 - 1.0
    y = torch.sin(math.pi * x[:, 0] * x[:, 1]) + 2.0 * x[:, 2] ** 2 + x[:, 3]
    y = y - 0.5 * x[:, 4] + 0.1 * torch.randn(count)
    return TensorDataset(x, y.unsqueeze(1))


@torch.no_grad()
def validate(model, loader, criterion):
    model.eval()
    squared = absolute = count = 0
    for x, y in loader:
        out = model(x)
        squared += criterion(out, y).item() * len(y)
        absolute += (out - y).abs().sum().item()
        count += len(y)
    return squared / count, absolute / count


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    handler = cfg["logging"]["handlers"][0]
    file = logging.FileHandler(handler["path"], mode=handler["mode"])
    file.setLevel(handler["level"])
    file.setFormatter(logging.Formatter(cfg["logging"]["format"]))
    log.setLevel(cfg["logging"]["level"])
    log.addHandler(file)

    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)
    train_set, val_set = random_split(
        make_data(cfg["dataset_size"] + VALIDATION), [cfg["dataset_size"], VALIDATION]
    )
    train = DataLoader(
        train_set,
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    val = DataLoader(val_set, batch_size=cfg["batch_size"])

    model = nn.Sequential(
        nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1)
    )
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)
    schedule = dict(cfg["schedule"])
    scheduler = getattr(torch.optim.lr_scheduler, schedule.pop("name"))(
        optimizer, **schedule
    )

    for epoch in range(1, cfg["epochs"] + 1):
        model.train()
        lr = scheduler.get_last_lr()[0]
        total = count = 0
        for step, (x, y) in enumerate(train, 1):
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
            if step % 20 == 0:
                log.info(
                    "Epoch: [%d/%d] Step: [%d/%d] loss: %.4f (avg %.4f) lr: %.6f",
                    epoch,
                    cfg["epochs"],
                    step,
                    len(train),
                    loss.item(),
                    total / count,
                    lr,
                )
        scheduler.step()
        val_loss, mae = validate(model, val, criterion)
        log.info(
            "Epoch: [%d/%d] train_loss: %.4f val_loss: %.4f val_mae: %.4f",
            epoch,
            cfg["epochs"],
            total / count,
            val_loss,
            mae,
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 5),),
            "model.onnx",
            input_names=["x"],
            output_names=["y"],
            dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
            dynamo=False,
        )
    log.info("saved model.onnx")


if __name__ == "__main__":
    main()
