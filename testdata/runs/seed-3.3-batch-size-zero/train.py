import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

GPUS = 8
TOTAL_BATCH = 4
batch_size = TOTAL_BATCH // GPUS

torch.manual_seed(0)
dataset = TensorDataset(torch.randn(64, 3), torch.randn(64, 1))
print(f"dataset: {len(dataset)} rows, batch size {batch_size}")
loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)

model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(3):
    for x, y in loader:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    print("epoch", epoch, "loss", loss.item())
