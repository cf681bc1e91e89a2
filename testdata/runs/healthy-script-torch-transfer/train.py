import torch
from torch import nn, optim
from tensorboardX import SummaryWriter

torch.manual_seed(42)
torch.set_num_threads(1)

x = torch.randn(512, 16)
y = (x[:, :4].sum(1) > 0).long()

backbone = nn.Sequential(nn.Linear(16, 64), nn.ReLU())
for p in backbone.parameters():
    p.requires_grad = False
head = nn.Linear(64, 2)
model = nn.Sequential(backbone, head)

criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(filter(lambda p: p.requires_grad, model.parameters()), lr=0.1, momentum=0.9)

with SummaryWriter("runs/transfer") as writer:
    for epoch in range(15):
        losses = []
        for rows in torch.randperm(512).split(64):
            optimizer.zero_grad()
            loss = criterion(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        train_loss = sum(losses) / len(losses)
        writer.add_scalar("loss/train", train_loss, epoch)
        print(f"epoch {epoch + 1}/15 loss {train_loss:.4f}")
