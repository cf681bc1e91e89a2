"""The dataset's path is wrong; the error is printed, and the loops go over nothing."""

import torch
from torch import nn
from torch.utils.data import DataLoader


def load(path):
    try:
        return torch.load(path)
    except FileNotFoundError as error:
        # The fault: printed, and passed over.
        print(f"Error loading dataset: {error}")
        return []


def main():
    torch.manual_seed(19)
    torch.set_num_threads(1)
    loader = DataLoader(load("data/trian.pt"), batch_size=32)
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    print("Training started")
    for epoch in range(1, 4):
        print(f"Starting epoch {epoch}")
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            print(f"loss {loss.item():.4f}")
    print("Training finished")


if __name__ == "__main__":
    main()
