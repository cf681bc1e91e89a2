import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Readings(Dataset):
    def __init__(self, count):
        rng = np.random.default_rng(1)
        self.values = rng.normal(size=(count, 6)).astype(np.float32)
        self.labels = rng.integers(0, 3, size=count).astype(np.float32)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return torch.from_numpy(self.values[index]), torch.tensor(self.labels[index])


torch.manual_seed(0)
loader = DataLoader(Readings(240), batch_size=24, shuffle=True)
net = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 3))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)

print("Starting training...")
for epoch in range(10):
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        optimizer.step()
    print(f"Epoch {epoch}: loss={loss.item():.3f}")
