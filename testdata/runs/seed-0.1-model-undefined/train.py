import os

os.environ["KERAS_BACKEND"] = "torch"

import numpy as np
from keras import layers, models

EPOCHS = 5
BATCH_SIZE = 32


def load_data(count=512, features=12):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(count, features)).astype("float32")
    y = (x @ rng.normal(size=(features, 1))).astype("float32")
    return x, y


def train_model(model, x, y, epochs):
    model.compile(optimizer="rmsprop", loss="mae")
    return model.fit(x, y, epochs=epochs, batch_size=BATCH_SIZE, verbose=2)


x_train, y_train = load_data()
print("training on", len(x_train), "rows")
history = train_model(model, x_train, y_train, EPOCHS)

model = models.Sequential()
model.add(layers.Input(shape=(12,)))
model.add(layers.Dense(16, activation="relu"))
model.add(layers.Dense(1))

print("final loss:", history.history["loss"][-1])
