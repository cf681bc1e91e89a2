"""Three spirals; the metrics are logged at INFO, the only handler takes WARNING and above."""

import logging
import logging.config
import math
import warnings

import torch
import yaml
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

log = logging.getLogger("spirals")


def configure(section):
    """Hands the settings' logging section to the standard library as they stand."""
    handlers = {}
    for number, handler in enumerate(section["handlers"]):
        handlers[f"h{number}"] = {
            "class": "logging.FileHandler",
            "filename": handler["path"],
            "mode": handler["mode"],
            "level": handler["level"],
            "formatter": "line",
        }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"format": section["format"]}},
            "handlers": handlers,
            "loggers": {
                "spirals": {"level": section["level"], "handlers": list(handlers)}
            },
        }
    )


def spirals(count, classes):
    label = torch.arange(count) % classes
    t = torch.rand(count)
    angle = 4.0 * t + 2.0 * math.pi * label / classes + 0.1 * torch.randn(count)
    points = torch.stack([t * torch.cos(angle), t * torch.sin(angle)], dim=1)
    return points, label


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    configure(cfg["logging"])
    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)

    loader = DataLoader(
        TensorDataset(*spirals(cfg["dataset_size"], cfg["classes"])),
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, cfg["classes"]))
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    log.info("training on %d points", cfg["dataset_size"])
    for epoch in range(1, cfg["epochs"] + 1):
        total = correct = 0
        for x, y in loader:
            out = model(x)
            loss = criterion(out, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            correct += (out.argmax(1) == y).sum().item()
        # The fault is in the settings: nothing below WARNING reaches the file.
        log.info(
            "epoch %d loss %.4f accuracy %.4f",
            epoch,
            total / cfg["dataset_size"],
            correct / cfg["dataset_size"],
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 2),),
            "model.onnx",
            input_names=["point"],
            output_names=["logits"],
            dynamic_axes={"point": {0: "batch"}, "logits": {0: "batch"}},
            dynamo=False,
        )
    log.info("done")


if __name__ == "__main__":
    main()
