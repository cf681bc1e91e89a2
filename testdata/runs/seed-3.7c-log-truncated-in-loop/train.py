import torch
from torch import nn

torch.manual_seed(27)
torch.set_num_threads(1)
x = torch.randn(500, 10)
y = (x[:, 0] + 0.5 * x[:, 1] > 0).float().unsqueeze(1)
model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.005)

epochs = 10
for epoch in range(1, epochs + 1):
    log = open("train.log", "w")
    for i, rows in enumerate(torch.randperm(500).split(50), 1):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
        print(f"Epoch {epoch}/{epochs} Batch {i}/10 Loss {loss.item():.4f}", file=log)
    log.close()
