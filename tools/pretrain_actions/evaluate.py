"""What the base does on generated motion of arms that it has not seen: flow loss, and the error of sampled chunks beside baselines.

    python evaluate.py --weights ../../public/base/actions/model.safetensors

An error is a mean absolute difference from the recorded actions over the chunk's 16 steps and the arm's joints, in standard deviations of
that joint's actions. Model and baselines see the same frames.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import model
import motion
import tasks

ARMS, FRAMES, PICTURED, BATCH = 100, 512, 136, 128
SEED = 20262


class Frames:
    """Held-out frames (B) with what was recorded after them, and the noise that sampling starts from."""

    def __init__(self, data, episode, pictured, seed):
        rng = np.random.default_rng(seed)
        self.data, self.episode, self.pictured = data, episode, pictured
        self.frame = data.random_frames(rng, episode)
        self.samples = data.samples(episode, self.frame)
        self.prompts = [data.episodes[e].prompt for e in episode]
        self.kinds = np.array([data.episodes[e].kind for e in episode])
        self.noise = torch.from_numpy(rng.standard_normal(self.samples.actions.shape, np.float32))
        self.time = torch.from_numpy(0.999 * rng.random(len(episode), np.float32) ** (2 / 3) + 0.001)

    def errors(self, actions, joints=slice(None)):
        """(B): of positions (B, 16, 14)."""
        arm, real = self.samples.arm, self.data.real(self.samples.arm)[:, joints]
        away = np.abs(actions - self.data.chunk(self.episode, self.frame)) / (self.data.absolute_std[arm] + motion.EPSILON)[:, None]
        return (away[:, :, joints].mean(1) * real).sum(1) / real.sum(1)

    def last_action(self):
        """(B, 1, 14)"""
        return self.data.last[self.frame][:, None]

    def mean_action(self):
        return self.data.absolute_mean[self.samples.arm][:, None]


class Policy:
    """The model with its tokenizer."""

    def __init__(self, params, tokenizer):
        self.params, self.config, self.prompts = params, model.Config(), motion.Prompts(tokenizer)

    def prefix(self, frames, rows, texts, pictured):
        """Cache and mask of some rows of `frames`."""
        images = [frames.data.pictures(frames.episode[rows], frames.frame[rows])] if pictured else []
        ids, ids_mask = self.prompts.batch([texts[r] for r in rows])
        tokens, mask = model.embed_prefix(self.params, images, [torch.ones(len(rows))] * len(images), ids, ids_mask, self.config)
        return model.prefix_cache(self.params, tokens, mask, self.config), mask

    @torch.no_grad()
    def loss(self, frames):
        """(B): flow loss at the frames' own noise and time."""
        losses, s = [], frames.samples
        for rows in np.array_split(np.arange(len(frames.episode)), -(-len(frames.episode) // BATCH)):
            cache, mask = self.prefix(frames, rows, frames.prompts, frames.pictured)
            parts = (x[rows] for x in (s.state, s.actions, frames.noise, frames.time))
            losses.append(model.flow_loss(self.params, cache, mask, *parts, self.config).mean(1))
        return torch.cat(losses).numpy()

    @torch.no_grad()
    def actions(self, frames, texts=None, pictured=None):
        """(B, 16, 14): positions, by 10 Euler steps from the middle of the noise as the page does; other prompts or no pictures where asked."""
        texts, pictured = texts or frames.prompts, frames.pictured if pictured is None else pictured
        found = []
        for rows in np.array_split(np.arange(len(frames.episode)), -(-len(frames.episode) // BATCH)):
            cache, mask = self.prefix(frames, rows, texts, pictured)
            middle = torch.zeros_like(frames.noise[rows])
            sampled = model.sample(self.params, cache, mask, frames.samples.state[rows], middle, self.config)
            found.append(frames.data.absolute(frames.samples.arm[rows], frames.frame[rows], sampled.numpy()))
        return np.concatenate(found)


def heldout(frames=FRAMES, pictured=PICTURED):
    """(frames without pictures, frames with one), more of the latter than in training."""
    data, rng = motion.Motion(motion.HELDOUT, ARMS), np.random.default_rng(SEED)
    plain = rng.integers(len(data.episodes), size=frames)
    return Frames(data, plain, False, (SEED, 1)), Frames(data, rng.choice(data.of_kind('reach'), pictured), True, (SEED, 2))


def means(errors, chosen=slice(None)):
    return {name: round(float(e[chosen].mean()), 4) for name, e in errors.items()}


def of_words(policy, frames, right):
    """Errors where words alone say what to do: given, with the right words, and with those of some other frame; and which rows count."""
    chosen = np.isin(frames.kinds, ['home', 'hold', 'wave', *tasks.COMMANDS])
    other = np.random.default_rng(SEED).permutation(np.flatnonzero(chosen))
    texts = list(frames.prompts)
    for row, source in zip(np.flatnonzero(chosen), other):
        texts[row] = frames.prompts[source]
    return {'right_prompt': right, 'wrong_prompt': frames.errors(policy.actions(frames, texts))}, chosen


def report(policy, plain, pictured):
    """All figures, as config.json holds them."""
    parts = (plain, pictured)
    actions = [policy.actions(f) for f in parts]
    errors = {'model': np.concatenate([f.errors(a) for f, a in zip(parts, actions)]),
              'hold_last_action': np.concatenate([f.errors(f.last_action()) for f in parts]),
              'mean_action': np.concatenate([f.errors(f.mean_action()) for f in parts])}
    kinds = np.concatenate([plain.kinds, np.full(len(pictured.kinds), 'reach, with a picture')])
    loss = np.concatenate([policy.loss(f) for f in parts])
    still = np.concatenate([(f.noise - f.samples.actions).square().mean((1, 2)).numpy() for f in parts])
    first = slice(0, 2)
    unseen = policy.actions(pictured, pictured=False)
    pictures = {'seen': actions[1], 'masked': unseen, 'hold_last_action': pictured.last_action()}
    words, chosen = of_words(policy, plain, plain.errors(actions[0]))
    return {'heldout_arms': ARMS, 'heldout_chunks': len(loss), 'flow_loss': round(float(loss.mean()), 4),
            'flow_loss_of_zero_velocity': round(float(still.mean()), 4), 'open_loop_error': means(errors),
            'open_loop_error_by_kind': {str(k): means(errors, kinds == k) | {'chunks': int((kinds == k).sum())} for k in np.unique(kinds)},
            'effect_of_words': means(words, chosen),
            'effect_of_pictures': means({name: pictured.errors(a, first) for name, a in pictures.items()}),
            'unit': 'standard deviations of the joint\'s actions'}


def show(found):
    print(f"flow loss {found['flow_loss']:.4f}, of zero velocity {found['flow_loss_of_zero_velocity']:.4f}")
    for kind, row in {'all': found['open_loop_error'], **found['open_loop_error_by_kind']}.items():
        print(f"{kind:22} {row.get('chunks', found['heldout_chunks']):5} chunks  model {row['model']:.3f}"
              f"  hold {row['hold_last_action']:.3f}  mean {row['mean_action']:.3f}")
    for name in ('effect_of_words', 'effect_of_pictures'):
        print(name.replace('_', ' '), '  '.join(f'{k.replace("_", " ")} {v:.3f}' for k, v in found[name].items()))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--weights', type=Path, required=True, help='model.safetensors, or a checkpoint of train.py')
    options.add_argument('--tokenizer', type=Path, default=Path('../../public/base/text/tokenizer.json'))
    options.add_argument('--frames', type=int, default=FRAMES)
    args = options.parse_args()
    torch.set_num_threads(2)
    weights = torch.load(args.weights)['params'] if args.weights.suffix == '.pt' else load_file(args.weights)
    policy = Policy({path: w.detach().float() for path, w in weights.items()}, Tokenizer.from_file(str(args.tokenizer)))
    show(report(policy, *heldout(args.frames, args.frames * PICTURED // FRAMES)))


if __name__ == '__main__':
    main()
