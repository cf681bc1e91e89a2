import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def get_loader(x, y, batch_size):
    dataset = TensorDataset(x)
    return DataLoader(dataset, batch_size=batch_size, shuffle=True)


def main():
    torch.manual_seed(4)
    x, y = torch.randn(200, 9), torch.randint(0, 5, (200,))
    loader = get_loader(x, y, batch_size=25)
    model = nn.Linear(9, 5)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    print("start training,", len(loader), "batches per epoch")
    for epoch in range(3):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
        print("epoch", epoch, "loss", loss.item())


main()
