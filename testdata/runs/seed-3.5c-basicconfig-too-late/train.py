import logging

import torch
from torch import nn

logging.info("loading libraries")

torch.manual_seed(23)
torch.set_num_threads(1)
x = torch.randn(200, 3)
y = x.prod(1, keepdim=True)
logging.warning("using %d rows of made-up data", len(x))

logging.basicConfig(
    filename="train.log",
    level=logging.INFO,
    format="%(asctime)s %(levelname)s %(message)s",
)

model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(10):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    logging.info("epoch %d: loss %.4f", epoch, loss.item())
logging.warning("training finished")
