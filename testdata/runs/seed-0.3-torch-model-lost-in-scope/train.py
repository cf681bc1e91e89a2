import argparse

import torch
from torch import nn


class Trainer:
    def __init__(self, args):
        self.args = args
        self.model = None
        self.optimizer = None

    def build(self):
        model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 3))
        optimizer = torch.optim.SGD(model.parameters(), lr=self.args.lr, momentum=0.9)
        print(f"built a model with {sum(p.numel() for p in model.parameters())} parameters")

    def train_epoch(self, loader, criterion):
        total = 0.0
        for x, y in loader:
            self.optimizer.zero_grad()
            loss = criterion(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total / len(loader)

    def fit(self, loader):
        criterion = nn.CrossEntropyLoss()
        for epoch in range(self.args.epochs):
            loss = self.train_epoch(loader, criterion)
            print(f"epoch {epoch + 1}/{self.args.epochs} train_loss={loss:.4f}")


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch-size", type=int, default=32)
    return parser.parse_args()


if __name__ == "__main__":
    args = parse_args()
    torch.manual_seed(0)
    data = torch.utils.data.TensorDataset(torch.randn(320, 10), torch.randint(0, 3, (320,)))
    loader = torch.utils.data.DataLoader(data, batch_size=args.batch_size, shuffle=True)
    trainer = Trainer(args)
    trainer.build()
    trainer.fit(loader)
