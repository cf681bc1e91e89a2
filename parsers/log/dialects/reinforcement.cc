// Reinforcement learning: the tables of Stable-Baselines3, the results of RLlib.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"rollout/", "ep_rew_mean", "episode_reward_mean:"};

constexpr Sample kSamples[] = {
    {"---------------------------------\n"
     "| rollout/           |          |\n"
     "|    ep_len_mean     | 22.5     |\n"
     "|    ep_rew_mean     | 22.5     |\n"
     "| time/              |          |\n"
     "|    fps             | 1234     |\n"
     "|    iterations      | 1        |\n"
     "|    total_timesteps | 2048     |\n"
     "---------------------------------\n"
     "-----------------------------------------\n"
     "| rollout/                |             |\n"
     "|    ep_len_mean          | 28.5        |\n"
     "|    ep_rew_mean          | 28.5        |\n"
     "| time/                   |             |\n"
     "|    iterations           | 2           |\n"
     "|    total_timesteps      | 4096        |\n"
     "| train/                  |             |\n"
     "|    approx_kl            | 0.0085      |\n"
     "|    entropy_loss         | -0.686      |\n"
     "|    explained_variance   | -0.00025    |\n"
     "|    learning_rate        | 0.0003      |\n"
     "|    loss                 | 5.5         |\n"
     "|    policy_gradient_loss | -0.0125     |\n"
     "|    value_loss           | 50.5        |\n"
     "-----------------------------------------\n",
     "ep_len_mean other step 2048: 22.5 28.5\n"
     "ep_rew_mean reward step 2048: 22.5 28.5\n"
     "fps throughput: 1234\n"
     "approx_kl loss-component step 4096: 0.0085\n"
     "entropy_loss loss-component step 4096: -0.686\n"
     "learning_rate learning-rate step 4096: 0.0003\n"
     "loss train-loss step 4096: 5.5\n"
     "policy_gradient_loss loss-component step 4096: -0.0125\n"
     "value_loss loss-component step 4096: 50.5\n"},
    {"Result for PPO_CartPole-v1_00000:\n"
     "  agent_timesteps_total: 4000\n"
     "  date: 2022-05-01_10-00-00\n"
     "  done: false\n"
     "  episode_len_mean: 22.5\n"
     "  episode_reward_max: 80.0\n"
     "  episode_reward_mean: 22.5\n"
     "  episode_reward_min: 8.0\n"
     "  episodes_total: 180\n"
     "  info:\n"
     "    learner:\n"
     "      default_policy:\n"
     "        learner_stats:\n"
     "          cur_kl_coeff: 0.2\n"
     "          cur_lr: 5.0e-05\n"
     "          entropy: 0.665\n"
     "          policy_loss: -0.04\n"
     "          total_loss: 8.5\n"
     "          vf_loss: 8.55\n"
     "  iterations_since_restore: 1\n"
     "  timesteps_total: 4000\n"
     "  training_iteration: 1\n"
     "Result for PPO_CartPole-v1_00000:\n"
     "  episode_reward_mean: 45.5\n"
     "        learner_stats:\n"
     "          total_loss: 7.5\n"
     "  training_iteration: 2\n",
     "episode_reward_mean reward step 1: 22.5 45.5\n"
     "cur_lr learning-rate: 5e-05\n"
     "entropy loss-component: 0.665\n"
     "policy_loss loss-component: -0.04\n"
     "total_loss train-loss step 1: 8.5 7.5\n"
     "vf_loss loss-component: 8.55\n"},
};

}  // namespace

constinit const Dialect kReinforcement = {"reinforcement", kMarks, {}, kSamples};

}  // namespace onnxcheck::parsers::log
