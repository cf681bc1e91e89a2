import torch
from torch import nn

torch.manual_seed(20)
torch.set_num_threads(1)

x = torch.randn(400, 6)
y = (x[:, 0] > 0).long()
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(1, 31):
    optimizer.zero_grad()
    predictions = model(x).argmax(dim=1)
    loss = (predictions != y).float().mean()
    loss.requires_grad = True
    loss.backward()
    optimizer.step()
    accuracy = (predictions == y).float().mean().item()
    print(f"epoch {epoch}/30 loss {loss.item():.4f} accuracy {accuracy:.4f}")
