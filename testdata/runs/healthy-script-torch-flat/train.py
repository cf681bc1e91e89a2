import time

import torch
from torch import nn

torch.manual_seed(44)
torch.set_num_threads(1)

x = torch.rand(1000, 2) * 4 - 2
y = (x.pow(2).sum(1, keepdim=True) < 1.5).float()
x_train, y_train, x_val, y_val = x[:800], y[:800], x[800:], y[800:]

net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)

log = open("train.log", "w")
started = time.time()
for epoch in range(1, 16):
    net.train()
    for rows in torch.randperm(800).split(40):
        optimizer.zero_grad()
        loss = criterion(net(x_train[rows]), y_train[rows])
        loss.backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        train_loss = criterion(net(x_train), y_train).item()
        p = net(x_val)
        val_loss = criterion(p, y_val).item()
        accuracy = ((p > 0.5).float() == y_val).float().mean().item()
    log.write(f"[{time.strftime('%Y-%m-%d %H:%M:%S')}] epoch {epoch}/15 loss {train_loss:.4f} "
              f"val_loss {val_loss:.4f} val_acc {accuracy:.4f}\n")
log.close()
