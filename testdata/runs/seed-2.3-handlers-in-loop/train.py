"""Each epoch asks for a logger and gives it one more handler on the same file."""

import logging

import torch
from torch import nn


def make_logger():
    logger = logging.getLogger("moons")
    logger.setLevel(logging.INFO)
    # The fault: the logger is the same object every time, and keeps the handlers it has.
    handler = logging.FileHandler("run.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    return logger


def main():
    torch.manual_seed(5)
    torch.set_num_threads(1)
    x = torch.randn(256, 2)
    y = (x[:, 0] * x[:, 1] > 0).long()
    model = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for epoch in range(1, 6):
        log = make_logger()
        log.info("epoch %d of 5 begins", epoch)
        for number, batch in enumerate(torch.randperm(256).split(64), start=1):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log.info("epoch %d batch %d loss %.4f", epoch, number, loss.item())
        accuracy = (model(x).argmax(1) == y).float().mean().item()
        log.info("epoch %d accuracy %.4f", epoch, accuracy)


if __name__ == "__main__":
    main()
