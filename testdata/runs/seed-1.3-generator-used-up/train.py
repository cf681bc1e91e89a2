"""Feeds fit() from a data loader that can be read once: later epochs find it empty."""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from torch.utils.data import DataLoader, IterableDataset


class Rows(IterableDataset):
    """The fault: one iterator for all epochs, where each should begin a new one."""

    def __init__(self, x, y):
        self.rows = iter(zip(x, y))

    def __iter__(self):
        return self.rows


def main():
    keras.utils.set_random_seed(17)
    x = torch.randn(320, 5)
    y = x @ torch.randn(5, 1)
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile(optimizer="adam", loss="mse")
    model.fit(DataLoader(Rows(x, y), batch_size=32), epochs=4, verbose=2)


if __name__ == "__main__":
    main()
