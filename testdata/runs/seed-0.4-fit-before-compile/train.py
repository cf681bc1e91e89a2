import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

keras.utils.set_random_seed(1)

num_classes = 4
x = np.random.rand(400, 20).astype("float32")
y = keras.utils.to_categorical(np.random.randint(0, num_classes, size=400), num_classes)

inputs = keras.Input(shape=(20,))
h = keras.layers.Dense(32, activation="relu")(inputs)
h = keras.layers.Dropout(0.2)(h)
outputs = keras.layers.Dense(num_classes, activation="softmax")(h)
model = keras.Model(inputs, outputs)

model.fit(x, y, batch_size=40, epochs=3, validation_split=0.1, verbose=2)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])

print(model.evaluate(x, y, verbose=0))
