"""Logs every optimizer step of a small model, at INFO, with a time."""

import logging

import torch
from torch import nn

logging.basicConfig(
    filename="run.log", filemode="w", level=logging.INFO,
    format="%(asctime)s %(levelname)s %(message)s",
)
log = logging.getLogger("steps")


def main():
    torch.manual_seed(3)
    torch.set_num_threads(1)
    x = torch.rand(2400, 4)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5], [3.0]]) + 0.05 * torch.randn(2400, 1)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    step = 0
    for epoch in range(1, 9):
        for batch in torch.randperm(len(x)).split(8):
            loss = nn.functional.mse_loss(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            log.info("epoch %d step %d loss %.4f", epoch, step, loss.item())


if __name__ == "__main__":
    main()
