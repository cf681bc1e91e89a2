import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logger = logging.getLogger("keras_training")
logger.setLevel(logging.ERROR)
fh = logging.FileHandler("training.log", mode="w")
fh.setLevel(logging.INFO)
fh.setFormatter(logging.Formatter("%(asctime)s - %(levelname)s - %(message)s"))
logger.addHandler(fh)


class MetricsLogger(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logger.info(f"Epoch {epoch + 1}: loss={logs['loss']:.4f}, val_loss={logs['val_loss']:.4f}")


keras.utils.set_random_seed(9)
x = np.random.rand(300, 6).astype("float32")
y = x[:, 0] - x[:, 1]
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
logger.info("Training started")
model.fit(x, y, epochs=8, batch_size=32, validation_split=0.2, verbose=0, callbacks=[MetricsLogger()])
logger.info("Training completed")
