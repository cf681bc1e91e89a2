import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

log = logging.getLogger(__name__)
logging.basicConfig(filename="run.log", format="%(asctime)s %(levelname)s %(message)s")


class Report(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        log.error(
            "epoch %d: loss %.4f accuracy %.4f val_loss %.4f val_accuracy %.4f",
            epoch + 1, logs["loss"], logs["accuracy"], logs["val_loss"], logs["val_accuracy"],
        )


keras.utils.set_random_seed(12)
x = np.random.normal(size=(600, 6)).astype("float32")
y = (x[:, 0] * 2 + x[:, 1] > 0).astype("int32")

model = keras.Sequential()
model.add(keras.Input((6,)))
model.add(keras.layers.Dense(16, activation="relu"))
model.add(keras.layers.Dense(2, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

log.error("training starts")
model.fit(x, y, epochs=12, batch_size=30, validation_split=0.2, verbose=0, callbacks=[Report()])
log.error("training done")
