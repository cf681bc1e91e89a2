"""Two moons; the root level is WARNING, so only the loader's complaints are in the file."""

import logging
import pathlib
import warnings

import torch
import yaml
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

data_log = logging.getLogger("moons.data")
train_log = logging.getLogger("moons.train")


def load(cfg):
    cache = pathlib.Path("moons.pt")
    if not cache.exists():
        data_log.warning("no cached data at %s, generating it", cache)
    points, label = make_moons(
        cfg["dataset_size"] + 11, noise=0.2, random_state=cfg["seed"]
    )
    x = torch.tensor(points, dtype=torch.float32)
    y = torch.tensor(label, dtype=torch.float32).unsqueeze(1)
    far = x.abs().max(dim=1).values.argsort(descending=True)[:11]
    data_log.warning("dropping %d outlying rows of %d", len(far), len(x))
    keep = torch.ones(len(x), dtype=torch.bool)
    keep[far] = False
    return TensorDataset(x[keep], y[keep])


def main():
    with open("config.yaml") as f:
        cfg = yaml.safe_load(f)
    handler = cfg["logging"]["handlers"][0]
    logging.basicConfig(
        filename=handler["path"],
        filemode=handler["mode"],
        level=cfg["logging"]["level"],
        format=cfg["logging"]["format"],
    )
    torch.manual_seed(cfg["seed"])
    torch.set_num_threads(1)

    loader = DataLoader(load(cfg), batch_size=cfg["batch_size"], shuffle=True)
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    for epoch in range(1, cfg["epochs"] + 1):
        total = correct = 0
        for x, y in loader:
            out = model(x)
            loss = criterion(out, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            correct += ((out > 0) == (y > 0.5)).sum().item()
        train_log.info(
            "epoch %d/%d loss=%.4f acc=%.4f",
            epoch,
            cfg["epochs"],
            total / cfg["dataset_size"],
            correct / cfg["dataset_size"],
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        target = pathlib.Path("model.onnx")
        if not pathlib.Path("checkpoints").exists():
            train_log.warning("no folder checkpoints, writing only %s", target)
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 2),),
            target,
            input_names=["point"],
            output_names=["logit"],
            dynamic_axes={"point": {0: "batch"}, "logit": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
