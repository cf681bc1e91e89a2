import logging

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")

IMAGE_SIZE = 16
CROP_SIZE = 8
EPOCHS = 6


class Crops(IterableDataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.margin = 0

    def __iter__(self):
        for image, label in zip(self.images, self.labels):
            top, left = torch.randint(0, IMAGE_SIZE - CROP_SIZE, (2,)).tolist()
            crop = image[top:top + CROP_SIZE, left:left + CROP_SIZE]
            peak = crop.argmax().item()
            row, column = divmod(peak, CROP_SIZE)
            margin = min(row, column, CROP_SIZE - 1 - row, CROP_SIZE - 1 - column)
            if margin < self.margin:
                continue
            yield crop.flatten(), label


def main():
    torch.manual_seed(2)
    images, labels = torch.rand(400, IMAGE_SIZE, IMAGE_SIZE), torch.randint(0, 2, (400,))
    crops = Crops(images, labels)
    loader = DataLoader(crops, batch_size=16)
    model = nn.Sequential(nn.Linear(CROP_SIZE**2, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1, EPOCHS + 1):
        crops.margin = epoch  # harder with every epoch
        logging.info("epoch %d/%d started", epoch, EPOCHS)
        steps = 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            steps += 1
            logging.info("epoch %d/%d step %d loss %.4f", epoch, EPOCHS, steps, loss.item())
        logging.info("epoch %d/%d finished after %d steps", epoch, EPOCHS, steps)


main()
