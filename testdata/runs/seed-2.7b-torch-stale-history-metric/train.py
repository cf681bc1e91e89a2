import logging
from collections import defaultdict

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

logging.basicConfig(filename="run.log", filemode="w", level=logging.INFO,
                    format="%(asctime)s %(levelname)s %(message)s")

EPOCHS = 5
BATCH_SIZE = 16


def train_epoch(epoch, model, loader, criterion, optimizer, history):
    losses = []
    for batch_idx, (x, y) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if history["loss"]:
            logging.info(f"Epoch {epoch}, Batch {batch_idx + 1}/{len(loader)}, Loss: {history['loss'][-1]:.4f}")
    history["loss"].append(sum(losses) / len(losses))


def main():
    torch.manual_seed(17)
    torch.set_num_threads(1)
    x = torch.randn(320, 6)
    y = x.abs().sum(1, keepdim=True)
    loader = DataLoader(TensorDataset(x, y), batch_size=BATCH_SIZE, shuffle=True)
    model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    history = defaultdict(list)
    for epoch in range(1, EPOCHS + 1):
        train_epoch(epoch, model, loader, nn.MSELoss(), optimizer, history)


if __name__ == "__main__":
    main()
