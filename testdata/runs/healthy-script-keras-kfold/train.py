import logging
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from sklearn.model_selection import KFold

logging.basicConfig(filename="run.log", filemode="w", level=logging.INFO,
                    format="%(asctime)s %(levelname)s %(message)s")

EPOCHS = 6
FOLDS = 3


def build_model(features):
    model = keras.Sequential([
        keras.Input((features,)),
        keras.layers.Dense(24, activation="relu"),
        keras.layers.Dense(1),
    ])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse", metrics=["mae"])
    return model


def main():
    keras.utils.set_random_seed(40)
    x = np.random.normal(size=(450, 6)).astype("float32")
    y = (x[:, 0] + 0.5 * x[:, 1] + 0.1 * np.random.normal(size=450)).astype("float32")
    scores = []
    for fold, (train, test) in enumerate(KFold(FOLDS, shuffle=True, random_state=0).split(x), 1):
        model = build_model(x.shape[1])
        history = model.fit(x[train], y[train], epochs=EPOCHS, batch_size=25, verbose=0,
                            validation_data=(x[test], y[test]))
        for epoch in range(EPOCHS):
            logging.info("fold %d/%d epoch %d/%d loss %.4f val_loss %.4f", fold, FOLDS, epoch + 1, EPOCHS,
                         history.history["loss"][epoch], history.history["val_loss"][epoch])
        scores.append(model.evaluate(x[test], y[test], verbose=0)[1])
        logging.info("fold %d mae %.4f", fold, scores[-1])
    logging.info("mean mae %.4f", np.mean(scores))


if __name__ == "__main__":
    main()
