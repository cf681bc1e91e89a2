import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.utils.set_random_seed(6)

rows = [[str(round(v, 3)) for v in row] for row in np.random.rand(120, 5)]
x = np.array(rows)
y = np.array([float(row[0]) * 2 for row in rows])

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(10, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.fit(x, y, epochs=4, batch_size=12, verbose=2)
