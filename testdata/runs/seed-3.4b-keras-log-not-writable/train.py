import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.utils.set_random_seed(0)
x = np.random.rand(200, 5).astype("float32")
y = (x.sum(axis=1) > 2.5).astype("float32")

model = keras.Sequential()
model.add(keras.Input((5,)))
model.add(keras.layers.Dense(10, activation="relu"))
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])

csv_logger = keras.callbacks.CSVLogger("/mnt/results/training.csv")
model.fit(x, y, epochs=10, batch_size=20, verbose=2, callbacks=[csv_logger])
