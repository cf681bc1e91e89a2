"""Logs with basicConfig's default format, which has no time."""

import logging

import torch
from torch import nn

logging.basicConfig(filename="run.log", filemode="w", level=logging.INFO)
log = logging.getLogger("rings")


def main():
    torch.manual_seed(7)
    torch.set_num_threads(1)
    x = torch.randn(400, 2)
    y = (x.norm(dim=1) > 1.2).long()
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    log.info("training on %d points", len(x))
    for epoch in range(1, 11):
        total = 0.0
        for batch in torch.randperm(len(x)).split(40):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        log.info("epoch %d loss %.4f", epoch, total / len(x))
    log.info("done")


if __name__ == "__main__":
    main()
