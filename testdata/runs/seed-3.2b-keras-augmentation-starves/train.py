import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np


class Augmented(keras.utils.PyDataset):
    def __init__(self, x, y, batch_size, keep=0.9, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.batch_size = x, y, batch_size
        brightness = x.mean(axis=1)
        chosen = np.flatnonzero(brightness > keep)
        self.x, self.y = self.x[chosen], self.y[chosen]

    def __len__(self):
        return len(self.x) // self.batch_size

    def __getitem__(self, index):
        rows = slice(index * self.batch_size, (index + 1) * self.batch_size)
        noise = np.random.normal(scale=0.1, size=self.x[rows].shape)
        return (self.x[rows] + noise).astype("float32"), self.y[rows]


keras.utils.set_random_seed(19)
x, y = np.random.rand(500, 12).astype("float32"), np.random.randint(0, 3, 500)
data = Augmented(x, y, batch_size=25)
print("batches per epoch:", len(data))

model = keras.Sequential([
    keras.Input((12,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=3, verbose=2)
