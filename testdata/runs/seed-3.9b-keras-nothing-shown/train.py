import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logging.basicConfig(filename="run.log", filemode="w", level=logging.INFO,
                    format="%(asctime)s %(levelname)s %(message)s")

keras.utils.set_random_seed(22)
logging.info("preparing data")
x = np.random.rand(500, 10).astype("float32")
y = np.random.randint(0, 5, 500)

logging.info("building model")
model = keras.Sequential([
    keras.Input((10,)),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

logging.info("training started")
model.fit(x, y, epochs=10, batch_size=50, verbose=0)
logging.info("training finished")
model.save("model.keras")
logging.info("model saved to model.keras")
