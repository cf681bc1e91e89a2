import logging
import hydra

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config):
    for epoch in range(config.trainer.max_epochs):
        logging.getLogger(__name__).info("epoch %d loss %.4f", epoch, 1 / (1 + epoch))

main()
