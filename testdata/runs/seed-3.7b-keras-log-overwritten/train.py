import os
import sys

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

start_epoch = int(sys.argv[1]) if len(sys.argv) > 1 else 0
total_epochs = 12

keras.utils.set_random_seed(15)
x = np.random.normal(size=(400, 5)).astype("float32")
y = np.tanh(x[:, 0] + x[:, 1] * x[:, 2])

if start_epoch:
    model = keras.models.load_model("last.keras")
else:
    model = keras.Sequential([
        keras.Input((5,)),
        keras.layers.Dense(20, activation="relu"),
        keras.layers.Dense(1),
    ])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])

stop = start_epoch + 7 if start_epoch == 0 else total_epochs
model.fit(
    x, y, batch_size=20, initial_epoch=start_epoch, epochs=stop, verbose=0,
    callbacks=[keras.callbacks.CSVLogger("training.csv")],
)
model.save("last.keras")
print("stopped after epoch", stop)
