import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(26)
torch.set_num_threads(1)

x = torch.randn(256, 16)
y = (x[:, :4].sum(1) > 0).long()

backbone = nn.Sequential(nn.Linear(16, 32), nn.ReLU())
head = nn.Linear(32, 2)
for p in backbone.parameters():
    p.requires_grad = False

criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(backbone.parameters(), lr=0.1, momentum=0.9)

for epoch in range(12):
    optimizer.zero_grad()
    out = head(backbone(x))
    loss = criterion(out, y)
    loss.backward()
    optimizer.step()
    acc = (out.argmax(1) == y).float().mean()
    print("epoch %2d  loss %.4f  acc %.4f" % (epoch + 1, loss.item(), acc.item()))
