"""Logs the loss every few batches, but takes it from the history of finished epochs."""

import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logging.basicConfig(
    filename="run.log", filemode="w", level=logging.INFO,
    format="%(asctime)s %(levelname)s %(message)s",
)


class BatchLogger(keras.callbacks.Callback):
    def __init__(self, every):
        super().__init__()
        self.every = every
        self.epoch = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        losses = self.model.history.history.get("loss", [])
        if losses and (batch + 1) % self.every == 0:
            # The fault: the last entry belongs to the epoch before.
            logging.info(
                "Epoch %d, Batch %d/%d, Loss: %.4f",
                self.epoch + 1, batch + 1, self.params["steps"], losses[-1],
            )


def main():
    keras.utils.set_random_seed(11)
    rng = np.random.default_rng(11)
    x = rng.normal(size=(640, 6)).astype("float32")
    y = (x @ rng.normal(size=(6, 1)) > 0).astype("float32")
    model = keras.Sequential(
        [keras.Input((6,)), keras.layers.Dense(12, activation="relu"),
         keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy")
    model.fit(x, y, batch_size=32, epochs=6, verbose=0, callbacks=[BatchLogger(4)])


if __name__ == "__main__":
    main()
