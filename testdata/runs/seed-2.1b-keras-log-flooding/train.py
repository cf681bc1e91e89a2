import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logger = logging.getLogger("fit")
logger.setLevel(logging.DEBUG)
handler = logging.FileHandler("fit.log")
handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
logger.addHandler(handler)


class BatchLogger(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        logger.debug("batch %d loss %.2f", batch, logs["loss"])

    def on_epoch_end(self, epoch, logs=None):
        logger.info("epoch %d loss %.4f", epoch, logs["loss"])


keras.utils.set_random_seed(4)
x = np.random.rand(1200, 3).astype("float32")
y = x.sum(axis=1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, epochs=4, batch_size=2, verbose=0, callbacks=[BatchLogger()])
