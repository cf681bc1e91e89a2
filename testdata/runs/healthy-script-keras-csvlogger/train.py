import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(43)
num_classes = 3
x = np.random.normal(size=(600, 9)).astype("float32")
y = x[:, :num_classes].argmax(axis=1)
y = keras.utils.to_categorical(y, num_classes)

model = keras.Sequential()
model.add(layers.Input((9,)))
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(num_classes, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])

os.makedirs("output", exist_ok=True)
callbacks = [
    keras.callbacks.CSVLogger("output/training.csv", append=True),
    keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True),
]
for round_number in range(3):
    model.fit(x, y, batch_size=32, initial_epoch=5 * round_number, epochs=5 * (round_number + 1),
              validation_split=0.2, verbose=2, callbacks=callbacks)
