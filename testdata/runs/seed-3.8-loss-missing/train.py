import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(13)
images = np.random.rand(128, 8, 8, 1).astype("float32")
labels = np.random.randint(0, 10, 128)


def build_model():
    inputs = keras.Input(shape=(8, 8, 1))
    x = layers.Conv2D(8, 3, activation="relu")(inputs)
    x = layers.Flatten()(x)
    outputs = layers.Dense(10, activation="softmax")(x)
    return keras.Model(inputs, outputs)


model = build_model()
model.compile(optimizer="adam", metrics=["accuracy"])
model.fit(images, labels, epochs=5, batch_size=32, verbose=2)
