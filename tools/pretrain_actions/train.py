"""Pretrain the base on generated motion: AdamW, warm-up and cosine, gradient clipping; may be killed at any moment and resumed.

    python train.py --work work --steps 2400
    python train.py --work work --minutes 20      on a busy machine: what is left of the cosine is gone through in this time
"""

import argparse
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import model
import motion
import start

SEED = 20263
ARMS = 3000
LENGTH = 18  # tokens of the longest prompt


@dataclass(frozen=True)
class Group:
    """Episodes that share a prefix of one shape, and how often each prefix is used."""
    episodes: int
    draws: int  # frames of an episode without pictures; noises and times of a frame with them
    cameras: tuple  # for each picture: is it the wrist's view


PLAIN, PICTURED = Group(8, 8, ()), (Group(3, 4, (False,)), Group(1, 4, (False, True)))


class Batches:
    """The batch of a step, a function of its number alone."""

    def __init__(self, data, prompts):
        self.data, self.prompts = data, prompts
        self.pictured = data.of_kind('reach')

    def at(self, step):
        rng = np.random.default_rng((SEED, step))
        groups = (PLAIN, *PICTURED) if step % 4 == 0 else (PLAIN,)
        return [self.group(rng, group) for group in groups]

    def group(self, rng, group):
        """Pictures (a camera each), prompt ids and mask, state, actions, noise, time."""
        count, draws = group.episodes, group.draws
        episode = rng.integers(len(self.data.episodes), size=count)
        if group.cameras:  # mostly where a picture says something
            episode = np.where(rng.random(count) < 0.8, rng.choice(self.pictured, count), episode)
            frame = np.repeat(self.data.random_frames(rng, episode), draws)
        else:
            frame = self.data.random_frames(rng, np.repeat(episode, draws))
        images = [self.data.pictures(episode, frame[::draws], wrist) for wrist in group.cameras]
        samples = self.data.samples(np.repeat(episode, draws), frame)
        noise = torch.from_numpy(rng.standard_normal(samples.actions.shape, np.float32))
        moment = torch.from_numpy(0.999 * rng.random(len(frame), np.float32) ** (2 / 3) + 0.001)
        ids, mask = self.prompts.batch([self.data.episodes[e].prompt for e in episode], LENGTH)
        return images, ids, mask, samples.state, samples.actions, noise, moment


def group_loss(params, group, config):
    """(B, horizon): each prefix computed once, its keys and values used by all of its samples."""
    images, ids, ids_mask, state, actions, noise, moment = group
    present = [torch.ones(len(ids))] * len(images)
    tokens, mask = model.embed_prefix(params, images, present, ids, ids_mask, config)
    draws = len(state) // len(ids)
    cache = [tuple(z.repeat_interleave(draws, 0) for z in layer) for layer in model.prefix_cache(params, tokens, mask, config)]
    return model.flow_loss(params, cache, mask.repeat_interleave(draws, 0), state, actions, noise, moment, config)


def mean_loss(params, batch, config):
    return torch.cat([group_loss(params, group, config) for group in batch]).mean()


def learning_rate(step, done, args):
    """Linear warm-up by steps, then a cosine down to a hundredth of the peak as `done` goes from 0 to 1."""
    warm = min(1, (step + 1) / args.warmup)
    return args.lr * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


class Progress:
    """How much of the schedule is done: where the checkpoint left it, then linear in steps or in time."""

    def __init__(self, first, done, args):
        self.first, self.done, self.args, self.began = first, done, args, time.time()

    def at(self, step):
        if self.args.minutes:
            share = (time.time() - self.began) / 60 / self.args.minutes
        else:
            share = (step - self.first) / max(1, self.args.steps - self.first)
        return min(1, self.done + (1 - self.done) * share)


def optimizer_of(params, args):
    """AdamW with decay on matrices alone."""
    plain = [p for path, p in params.items() if path.endswith(('scale', 'bias'))]
    decayed = [p for path, p in params.items() if not path.endswith(('scale', 'bias'))]
    groups = [{'params': decayed, 'weight_decay': args.decay}, {'params': plain, 'weight_decay': 0.0}]
    return torch.optim.AdamW(groups, lr=args.lr, betas=(0.9, 0.95), eps=1e-8, fused=True)


def save(file, state, params, optimizer):
    """Written beside and moved into place: a run killed while saving loses nothing."""
    part = file.with_suffix('.part')
    torch.save({**state, 'params': params, 'optimizer': optimizer.state_dict()}, part)
    os.replace(part, file)


def restore(file, params, optimizer):
    """Puts a checkpoint back, if there is one; returns its state."""
    if not file.exists():
        return {'step': 0, 'samples': 0, 'done': 0.0}
    saved = torch.load(file)
    optimizer.load_state_dict(saved.pop('optimizer'))
    for path, w in saved.pop('params').items():
        params[path].data.copy_(w)
    return saved


def arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--work', type=Path, required=True, help='folder of the checkpoint and the log')
    options.add_argument('--tokenizer', type=Path, default=Path('../../public/base/text/tokenizer.json'))
    length = options.add_mutually_exclusive_group(required=True)
    length.add_argument('--steps', type=int, help='length of the schedule')
    length.add_argument('--minutes', type=float, help='time for the rest of the schedule')
    options.add_argument('--lr', type=float, default=2e-3)
    options.add_argument('--warmup', type=int, default=50)
    options.add_argument('--decay', type=float, default=0.01)
    options.add_argument('--threads', type=int, default=2)
    return options.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)
    config, file = model.Config(), args.work / 'checkpoint.pt'
    batches = Batches(motion.Motion(motion.TRAINING, ARMS), motion.Prompts(Tokenizer.from_file(str(args.tokenizer))))
    params = {path: w.requires_grad_() for path, w in start.initial(config, SEED).items()}
    optimizer = optimizer_of(params, args)
    state = restore(file, params, optimizer)
    progress, log, mean = Progress(state['step'], state['done'], args), (args.work / 'log').open('a'), None

    while state['done'] < 1:
        lr, batch = learning_rate(state['step'], state['done'], args), batches.at(state['step'])
        for group in optimizer.param_groups:
            group['lr'] = lr
        loss = mean_loss(params, batch, config)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_([p for p in params.values() if p.grad is not None], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if state['step'] % 20 == 0:
            print(f"{state['step']} loss {loss.item():.4f} mean {mean:.4f} norm {norm:.2f} lr {lr:.2e} {time.time() - progress.began:.0f} s",
                  file=log, flush=True)
        step = state['step'] + 1
        state = {'step': step, 'samples': state['samples'] + sum(len(group[3]) for group in batch), 'done': progress.at(step)}
        if step % 100 == 0 or state['done'] == 1:
            save(file, state, params, optimizer)


if __name__ == '__main__':
    main()
