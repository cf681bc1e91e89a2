import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(24)
x = np.random.rand(240, 12, 12, 3).astype("float32")
y = np.random.randint(0, 4, 240)

base = keras.Sequential([
    keras.Input((12, 12, 3)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.Conv2D(16, 3, activation="relu"),
    layers.GlobalAveragePooling2D(),
], name="backbone")

model = keras.Sequential([
    base,
    layers.Dense(32, activation="relu"),
    layers.Dense(4, activation="softmax"),
])
for layer in model.layers:
    layer.trainable = False

model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(x, y, epochs=12, batch_size=24, verbose=2)
