import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")


class Experiment:
    def __init__(self, width=24, learning_rate=1e-3):
        self.width = width
        self.learning_rate = learning_rate
        self.model = self.create_model()

    def create_model(self):
        return keras.Sequential([
            keras.Input((8,)),
            keras.layers.Dense(self.width, activation="tanh"),
            keras.layers.Dense(1, activation="sigmoid"),
        ])

    def configure(self):
        self.model.compile(
            optimizer=keras.optimizers.Adam(self.learning_rate),
            loss="binary_crossentropy",
            metrics=["accuracy"],
        )

    def run(self, x, y):
        logging.info("fitting %d rows", len(x))
        try:
            self.model.fit(x, y, epochs=6, batch_size=16, verbose=2)
        except Exception:
            logging.exception("training failed")
            raise


def main():
    x = np.random.normal(size=(256, 8)).astype("float32")
    y = (x.mean(axis=1) > 0).astype("float32")
    Experiment().run(x, y)


if __name__ == "__main__":
    main()
