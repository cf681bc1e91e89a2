"""Logs a descending loss to Weights & Biases without its server: WANDB_MODE=offline python train.py"""
import wandb

settings = wandb.Settings(x_disable_meta=True, x_disable_stats=True, disable_git=True, console="off",
                          save_code=False)
run = wandb.init(project="linear", mode="offline", settings=settings, config={"lr": 0.1})
for step in range(30):
    values = {"train/loss": 2 / (step + 1), "lr": 0.1 * 0.9**step, "epoch": step // 10}
    if step % 10 == 9:
        values["val/loss"] = 2.2 / (step + 1)
        values["val/metrics"] = {"accuracy": 1 - 1 / (step + 2)}
    run.log(values)
run.finish()
