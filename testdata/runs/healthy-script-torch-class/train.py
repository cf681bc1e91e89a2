import argparse
import logging
import os

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

log = logging.getLogger("trainer")


class Trainer:
    def __init__(self, args):
        self.args = args
        self.model = self.build()
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=args.lr, momentum=0.9)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=3, gamma=0.5)

    @staticmethod
    def build():
        return nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 3))

    def train_epoch(self, loader):
        self.model.train()
        total = 0.0
        for x, y in loader:
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(x)
        return total / len(loader.dataset)

    @torch.no_grad()
    def evaluate(self, loader):
        self.model.eval()
        total, correct = 0.0, 0
        for x, y in loader:
            out = self.model(x)
            total += self.criterion(out, y).item() * len(x)
            correct += (out.argmax(1) == y).sum().item()
        return total / len(loader.dataset), correct / len(loader.dataset)

    def fit(self, train_loader, val_loader):
        for epoch in range(self.args.epochs):
            train_loss = self.train_epoch(train_loader)
            val_loss, val_acc = self.evaluate(val_loader)
            self.scheduler.step()
            log.info("epoch %d/%d train_loss=%.4f val_loss=%.4f val_acc=%.4f",
                     epoch + 1, self.args.epochs, train_loss, val_loss, val_acc)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--log-dir", default="logs")
    args = parser.parse_args()

    os.makedirs(args.log_dir, exist_ok=True)
    logging.basicConfig(filename=os.path.join(args.log_dir, "train.log"), level=logging.INFO,
                        format="%(asctime)s %(name)s %(levelname)s %(message)s")
    torch.manual_seed(41)
    torch.set_num_threads(1)
    x = torch.randn(640, 10)
    y = x[:, :3].argmax(1)
    train_loader = DataLoader(TensorDataset(x[:480], y[:480]), batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(TensorDataset(x[480:], y[480:]), batch_size=args.batch_size)
    Trainer(args).fit(train_loader, val_loader)


if __name__ == "__main__":
    main()
