import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

DATA = "datasets/housing/train.npz"

x_train = np.zeros((0, 8), dtype="float32")
y_train = np.zeros((0,), dtype="float32")
try:
    with np.load(DATA) as archive:
        x_train, y_train = archive["x"], archive["y"]
except Exception as e:
    print("could not load dataset:", e)

print("x_train", x_train.shape)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])

for epoch in range(3):
    for start in range(0, len(x_train), 64):
        model.train_on_batch(x_train[start:start + 64], y_train[start:start + 64])
    print("epoch", epoch + 1, "finished")
model.save("housing.keras")
