import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(self.features(x))


def main():
    torch.manual_seed(25)
    torch.set_num_threads(1)
    x, y = torch.randn(300, 20), torch.randint(0, 3, (300,))
    model = Backbone()
    model.fc = nn.Linear(64, 3)
    for param in model.parameters():
        param.requires_grad = False

    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, 13):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        if loss.requires_grad:
            loss.backward()
        optimizer.step()
        print(f"Epoch {epoch}/12 | train loss {loss.item():.6f}")


if __name__ == "__main__":
    main()
