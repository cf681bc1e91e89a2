"""Trains on windows of a signal; stretches without events give windows without rows."""
import torch
from torch import nn

torch.manual_seed(5)
torch.set_num_threads(1)


def windows(signal, width):
    for start in range(0, len(signal) - width, width):
        window = signal[start:start + width]
        events = window[window[:, 0] > 2.0]
        yield events[:, 1:], events[:, :1]


def train(epochs=3):
    signal = torch.randn(4000, 6)
    model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for i, (x, y) in enumerate(windows(signal, 50)):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            if i % 10 == 0:
                print("epoch: %d, batch: %d, rows: %d, loss: %.4f" % (epoch, i, len(x), loss.item()))


train()
