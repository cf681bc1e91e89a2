import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_num_threads(1)

BATCH = 20
EPOCHS = 4


def batches(x, y, size):
    for start in range(0, len(x), size):
        yield x[start:start + size], y[start:start + size]


features = torch.randn(500, 7)
labels = (features[:, 0] > features[:, 1]).long()

model = torch.nn.Linear(7, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
train_data = batches(features, labels, BATCH)

for epoch in range(1, EPOCHS + 1):
    running, seen = 0.0, 0
    for xb, yb in train_data:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(xb), yb)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(xb)
        seen += len(xb)
    print(f"Epoch {epoch}/{EPOCHS} - samples: {seen} - loss: {running / max(seen, 1):.4f}")
