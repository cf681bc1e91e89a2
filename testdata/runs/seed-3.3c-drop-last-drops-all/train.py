import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

learning_rate = 1e-3
batch_size = 256
num_epochs = 5

torch.manual_seed(3)
train_set = TensorDataset(torch.randn(120, 10), torch.randint(0, 2, (120,)))
train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True, drop_last=True)

model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)

for epoch in range(num_epochs):
    model.train()
    total_loss = 0.0
    for batch, labels in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(batch), labels)
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
    print(f"Epoch [{epoch + 1}/{num_epochs}], Loss: {total_loss:.4f}")
