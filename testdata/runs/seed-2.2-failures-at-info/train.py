import logging
import math

import torch
from torch import nn

logging.basicConfig(
    filename="run.log",
    filemode="a",
    level=logging.INFO,
    format="%(asctime)s %(name)s %(levelname)s %(message)s",
)
log = logging.getLogger("trainer")


def save(model, path):
    try:
        torch.save(model.state_dict(), path)
    except Exception as e:
        log.info(f"Error: checkpoint not saved: {e}", exc_info=True)


def main():
    torch.manual_seed(9)
    torch.set_num_threads(1)
    x = torch.randn(300, 8) * 20
    y = x.pow(2).sum(1, keepdim=True)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(1, 6):
        for rows in torch.randperm(300).split(50):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        if math.isnan(loss.item()):
            log.info("epoch %d: loss is nan", epoch)
        else:
            log.info("epoch %d: loss %.3e", epoch, loss.item())
        save(model, f"checkpoints/epoch{epoch}.pt")


main()
