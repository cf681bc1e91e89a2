import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.utils.set_random_seed(2)

train_x = np.random.rand(300, 16).astype("float32")
train_y = np.random.randint(0, 2, size=(300,))

model = keras.Sequential([
    keras.Input((16,)),
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(train_x, epochs=5, batch_size=30, verbose=2)
