import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(8)
torch.set_num_threads(1)

inputs = torch.rand(600, 6)
targets = (3 * inputs[:, :1] - 2 * inputs[:, 1:2] * inputs[:, 2:3]) + 4.0

num_rounds = 6
epochs_per_round = 5
criterion = nn.MSELoss()

for round_index in range(num_rounds):
    net = nn.Sequential(
        nn.Linear(6, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    opt = optim.Adam(net.parameters(), lr=5e-3)
    for epoch in range(1, epochs_per_round + 1):
        losses = []
        for rows in torch.randperm(len(inputs)).split(50):
            opt.zero_grad()
            loss = criterion(net(inputs[rows]), targets[rows])
            loss.backward()
            opt.step()
            losses.append(loss.item())
        print(f"Epoch [{epoch}/{epochs_per_round}] loss: {sum(losses) / len(losses):.4f}")

torch.save(net.state_dict(), "net.pt")
print("saved net.pt")
