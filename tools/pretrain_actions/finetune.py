"""Adapt the base to recorded motion with openpi's LoRA on the action expert alone: what a run in the page should reach.

    python finetune.py --base ../../public/base/actions --data recording.npz --prompt 'pick up the cube' --lr 0.005

`recording.npz` holds state (T, J), action (T, J) and episode (T); the last episode is held out.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import model
import motion

STEPS, WARMUP, BATCH, RANK = 200, 10, 16, 8


def adapters(params, seed):
    """openpi's A and B, both from N(0, 0.01²), for every matrix of the action expert."""
    draw, lora = torch.Generator().manual_seed(seed), {}
    for path, w in params.items():
        if 'layers/attn' in path and '_1/w' in path or 'layers/mlp_1/' in path:
            stem = path[:-1] + 'lora' if path.endswith('/w') else path + '_lora'
            lora[stem + '_a'] = torch.randn((*w.shape[:-1], RANK), generator=draw) * 0.01
            lora[stem + '_b'] = torch.randn((*w.shape[:-2], RANK, w.shape[-1]), generator=draw) * 0.01
    return lora


class Recording:
    """Samples of one recording; statistics of all but the held-out episode."""

    def __init__(self, file):
        data = np.load(file)
        measured, self.action, episode = (data[name] for name in ('state', 'action', 'episode'))
        self.joints = self.action.shape[1]
        first = np.r_[True, episode[1:] != episode[:-1]]
        self.last = np.where(first[:, None], measured, np.roll(self.action, 1, 0))
        self.state = np.concatenate([self.last, self.last - measured], 1)
        self.end = np.searchsorted(episode, episode, side='right')
        held = episode == episode.max()
        self.training, self.heldout = np.flatnonzero(~held), np.flatnonzero(held)
        chunks = self.chunks(self.training).reshape(-1, self.joints)
        self.of_state = self.state[self.training].mean(0), self.state[self.training].std(0)
        self.of_actions = chunks.mean(0), chunks.std(0)
        self.mean_action = self.action[self.training].mean(0)

    def recorded(self, frame):
        return self.action[np.minimum(frame[:, None] + np.arange(motion.HORIZON), self.end[frame][:, None] - 1)]

    def chunks(self, frame):
        return self.recorded(frame) - self.last[frame][:, None]

    def samples(self, frame):
        """state (B, 32), actions (B, 16, 32), normalised."""
        parts = (self.state[frame], self.of_state), (self.chunks(frame), self.of_actions)
        return [torch.from_numpy(motion.padded((x - mean) / (std + motion.EPSILON))) for x, (mean, std) in parts]

    def errors(self, frame, actions):
        """(J): mean absolute error of positions (B, 16, J), in the joints' units."""
        return np.abs(actions - self.recorded(frame)).mean((0, 1))


class Tuned:
    """Base and adapters, with the constant prefix of one prompt and no picture."""

    def __init__(self, base, lora, prompt, tokenizer):
        self.base, self.lora, self.config = base, lora, model.Config()
        ids, mask = motion.Prompts(tokenizer).batch([prompt])
        tokens, self.mask = model.embed_prefix(base, [], [], ids, mask, self.config)
        self.cache = model.prefix_cache(base, tokens, self.mask, self.config)

    def inputs(self, count):
        """(weights, cache, mask) for `count` samples."""
        cache = [tuple(z.expand(count, -1, -1, -1) for z in layer) for layer in self.cache]
        return model.merged(self.base | self.lora, [1.0, 1.0]), cache, self.mask.expand(count, -1)

    @torch.no_grad()
    def predict(self, recording, frame):
        """(B, 16, J): from the middle of the noise, as the page does."""
        state, actions = recording.samples(frame)
        found = model.sample(*self.inputs(len(frame)), state, torch.zeros_like(actions), self.config).numpy()[..., :recording.joints]
        mean, std = recording.of_actions
        return found * (std + motion.EPSILON) + mean + recording.last[frame][:, None]

    @torch.no_grad()
    def heldout_loss(self, recording, frame, seed):
        draw = torch.Generator().manual_seed(seed)
        state, actions = recording.samples(frame)
        return self.loss(state, actions, draw).item()

    def loss(self, state, actions, draw):
        noise = torch.randn(actions.shape, generator=draw)
        time = 0.999 * torch.rand(len(state), generator=draw) ** (2 / 3) + 0.001
        return model.flow_loss(*self.inputs(len(state)), state, actions, noise, time, self.config).mean()


def rate(step, peak):
    """openpi's schedule: from peak / (warm-up + 1) up to the peak, then a cosine to a tenth."""
    if step < WARMUP:
        return peak * (1 + step) / (WARMUP + 1)
    return peak * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))))


def finetune(tuned, recording, peak, seed):
    """STEPS steps on the adapters alone."""
    draw = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW([w.requires_grad_() for w in tuned.lora.values()], betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)
    for step in range(STEPS):
        optimizer.param_groups[0]['lr'] = rate(step, peak)
        chosen = torch.randint(len(recording.training), (BATCH,), generator=draw).numpy()
        loss = tuned.loss(*recording.samples(recording.training[chosen]), draw)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tuned.lora.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()


def show(name, recording, frame, actions):
    errors = recording.errors(frame, actions)
    scaled = (errors / (recording.action[recording.training].std(0) + motion.EPSILON)).mean()
    print(f'{name:24} {scaled:.3f} deviations; by joint', ' '.join(f'{e:.3g}' for e in errors))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--base', type=Path, required=True)
    options.add_argument('--data', type=Path, required=True)
    options.add_argument('--prompt', required=True)
    options.add_argument('--lr', type=float, nargs='+', required=True)
    options.add_argument('--seed', type=int, default=1)
    args = options.parse_args()
    torch.set_num_threads(1)
    base = {path: w.float() for path, w in load_file(args.base / 'model.safetensors').items()}
    tokenizer, recording = Tokenizer.from_file(str(args.base / 'tokenizer.json')), Recording(args.data)
    frame = recording.heldout
    show('last action held', recording, frame, recording.last[frame][:, None])
    show('mean action', recording, frame, recording.mean_action)
    for peak in (None, *args.lr):
        tuned = Tuned(base, adapters(base, args.seed) if peak else {}, args.prompt, tokenizer)
        if peak:
            finetune(tuned, recording, peak, args.seed)
        name = f'adapter, rate {peak}' if peak else 'base'
        show(name, recording, frame, tuned.predict(recording, frame))
        print(f'{"":24} held-out flow loss {tuned.heldout_loss(recording, frame, args.seed):.4f}')


if __name__ == '__main__':
    main()
