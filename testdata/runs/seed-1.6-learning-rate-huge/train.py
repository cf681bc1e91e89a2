"""Linear regression, SGD far beyond the step that the loss's curvature allows."""

import logging
import warnings

import torch
import yaml
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

LOG_EVERY = 2

log = logging.getLogger("regression.train")


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
    x = torch.randn(cfg["dataset_size"], 6)
    truth = torch.tensor([[1.5], [-2.0], [0.7], [0.0], [3.0], [-0.4]])
    y = x @ truth + 0.1 * torch.randn(len(x), 1)
    loader = DataLoader(
        TensorDataset(x, y), batch_size=cfg["batch_size"], shuffle=True
    )

    model = nn.Sequential(nn.Linear(6, 1))
    criterion = getattr(nn, cfg["loss"])()
    opt = dict(cfg["optimizer"])
    optimizer = getattr(torch.optim, opt.pop("name"))(model.parameters(), **opt)

    step = 0
    for epoch in range(1, cfg["epochs"] + 1):
        for batch, target in loader:
            optimizer.zero_grad()
            loss = criterion(model(batch), target)
            loss.backward()
            norm = nn.utils.clip_grad_norm_(model.parameters(), float("inf"))
            optimizer.step()
            step += 1
            if step % LOG_EVERY == 0:
                log.info(
                    "epoch=%d step=%d loss=%.6g grad_norm=%.4g lr=%g",
                    epoch,
                    step,
                    loss.item(),
                    norm.item(),
                    optimizer.param_groups[0]["lr"],
                )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (torch.zeros(1, 6),),
            "model.onnx",
            input_names=["features"],
            output_names=["target"],
            dynamic_axes={"features": {0: "batch"}, "target": {0: "batch"}},
            dynamo=False,
        )


if __name__ == "__main__":
    main()
