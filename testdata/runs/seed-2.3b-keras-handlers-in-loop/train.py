import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.utils.set_random_seed(14)
x = np.random.rand(200, 4).astype("float32")
y = x @ np.array([[1.0], [2.0], [3.0], [4.0]], dtype="float32")

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse", metrics=["mae"])

logger = logging.getLogger("training")
logger.setLevel(logging.INFO)

for epoch in range(6):
    handler = logging.FileHandler("training.log")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)

    history = model.fit(x, y, epochs=1, batch_size=20, verbose=0)
    loss, mae = history.history["loss"][0], history.history["mae"][0]
    logger.info("epoch %d loss %.4f mae %.4f", epoch + 1, loss, mae)
