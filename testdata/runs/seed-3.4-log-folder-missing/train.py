import logging

import torch
from torch import nn

LOG_FILE = "logs/experiment_07/train.log"


def setup_logging():
    logger = logging.getLogger("experiment")
    logger.setLevel(logging.INFO)
    handler = logging.FileHandler(LOG_FILE)
    handler.setFormatter(logging.Formatter("%(asctime)s - %(name)s - %(levelname)s - %(message)s"))
    logger.addHandler(handler)
    return logger


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x = torch.randn(128, 4)
    y = x.mean(1, keepdim=True)
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    print("Preparing the run")
    logger = setup_logging()
    for epoch in range(10):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        logger.info("epoch %d loss %.5f", epoch, loss.item())


if __name__ == "__main__":
    main()
