import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logging.basicConfig(filename="run.log", filemode="w", level=logging.INFO, format="%(levelname)s: %(message)s")


class LogEpochs(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        values = ", ".join(f"{k}: {v:.4f}" for k, v in logs.items())
        logging.info(f"epoch {epoch + 1}/{self.params['epochs']} - {values}")


def main():
    keras.utils.set_random_seed(31)
    x = np.random.normal(size=(400, 10)).astype("float32")
    y = (x[:, :2].sum(axis=1) > 0.5).astype("float32")
    model = keras.Sequential([
        keras.Input((10,)),
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=25, batch_size=20, validation_split=0.25, verbose=0, callbacks=[LogEpochs()])


main()
