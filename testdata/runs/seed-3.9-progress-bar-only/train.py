"""A sound training loop that shows a bar for each epoch and logs nothing."""

import torch
from torch import nn
from tqdm import tqdm


def main():
    torch.manual_seed(13)
    torch.set_num_threads(1)
    x = torch.randn(4000, 8)
    y = (x.sum(dim=1) > 0).long()
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(1, 6):
        for batch in tqdm(torch.randperm(len(x)).split(8), desc=f"Epoch {epoch}/5"):
            loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    main()
