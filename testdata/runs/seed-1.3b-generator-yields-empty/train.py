import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
rng = np.random.default_rng(3)

STEPS_PER_EPOCH = 20


def sample_batches():
    step = 0
    while True:
        step += 1
        if step % 3 == 0:
            yield np.zeros((0, 4), "float32"), np.zeros((0, 1), "float32")
        else:
            x = rng.normal(size=(16, 4)).astype("float32")
            yield x, x.sum(axis=1, keepdims=True)


model = keras.Sequential()
model.add(layers.Input((4,)))
model.add(layers.Dense(8, activation="relu"))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=0.01))
model.fit(sample_batches(), steps_per_epoch=STEPS_PER_EPOCH, epochs=3, verbose=2)
