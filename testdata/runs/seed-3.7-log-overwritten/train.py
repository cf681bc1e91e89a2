"""A run that is stopped after five epochs and resumed; each start opens the log with mode "w".

    python train.py --stop-after 5
    python train.py
"""

import argparse
import logging
import pathlib
import warnings

import torch
import yaml
from sklearn.datasets import make_blobs
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

CHECKPOINT = pathlib.Path("last.pt")
VALIDATION = 400


def make_loaders(cfg):
    points, label = make_blobs(
        cfg["dataset_size"] + VALIDATION,
        n_features=10,
        centers=cfg["classes"],
        cluster_std=5.0,
        random_state=cfg["seed"],
    )
    x = torch.tensor(points / 10.0, dtype=torch.float32)
    y = torch.tensor(label)
    n = cfg["dataset_size"]
    train = DataLoader(
        TensorDataset(x[:n], y[:n]),
        batch_size=cfg["batch_size"],
        shuffle=True,
        drop_last=cfg["drop_last"],
    )
    return train, (x[n:], y[n:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stop-after", type=int)
    args = parser.parse_args()
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)

    handler = cfg["logging"]["handlers"][0]
    file = logging.FileHandler(handler["path"], mode=handler["mode"])
    file.setLevel(handler["level"])
    file.setFormatter(logging.Formatter(cfg["logging"]["format"]))
    log = logging.getLogger("blobs")
    log.setLevel(cfg["logging"]["level"])
    log.addHandler(file)

    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)
    train, (x_val, y_val) = make_loaders(cfg)
    model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, cfg["classes"]))
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    start = 1
    if CHECKPOINT.exists():
        state = torch.load(CHECKPOINT, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        start = state["epoch"] + 1
        log.info("loaded %s", CHECKPOINT)

    for epoch in range(start, cfg["epochs"] + 1):
        model.train()
        total = correct = 0
        for x, y in train:
            out = model(x)
            loss = criterion(out, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            correct += (out.argmax(1) == y).sum().item()
        model.eval()
        with torch.no_grad():
            out = model(x_val)
            val_loss = criterion(out, y_val).item()
            val_acc = (out.argmax(1) == y_val).float().mean().item()
        log.info(
            "Epoch [%d/%d] step %d train loss: %.4f train acc: %.4f val loss: %.4f val acc: %.4f",
            epoch,
            cfg["epochs"],
            epoch * len(train),
            total / cfg["dataset_size"],
            correct / cfg["dataset_size"],
            val_loss,
            val_acc,
        )
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "epoch": epoch,
            },
            CHECKPOINT,
        )
        if epoch == args.stop_after:
            return

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 10),),
            "model.onnx",
            input_names=["features"],
            output_names=["logits"],
            dynamic_axes={"features": {0: "batch"}, "logits": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
