"""Pretrain the base: AdamW, warm-up and cosine, gradient clipping; may be killed at any moment and started again.

    python train.py --data work --steps 11000     the same trajectory however often it is resumed
    python train.py --data work --minutes 40      on a busy machine: what is left of the cosine is gone through in this time
"""

import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

import model

TIME = 256
SEED = 20260


def tokens_of(data):
    """All training documents as one array of ids, `<bos>` before and `<eos>` after each; kept in `train.npy`."""
    file = data / 'train.npy'
    if not file.exists():
        tokenizer = Tokenizer.from_file(str(data / 'tokenizer.json'))
        texts = [json.loads(line)['text'] for line in (data / 'train.jsonl').open(encoding='utf-8')]
        eos = tokenizer.token_to_id('<eos>')
        np.save(file, np.concatenate([np.array(e.ids + [eos], np.uint16) for e in tokenizer.encode_batch(texts)]))
    return np.load(file)


class Windows:
    """Packed windows of TIME + 1 ids: every epoch visits each once, in a new order and from a new first id."""

    def __init__(self, ids):
        self.ids, self.epoch = ids, None
        self.count = (len(ids) - TIME - 1) // TIME

    def at(self, index):
        """The `index`-th window of the whole run, a function of the index alone, so that a resumed run repeats nothing."""
        epoch, place = divmod(index, self.count)
        if epoch != self.epoch:
            rng = np.random.default_rng((SEED, epoch))
            self.epoch, self.shift, self.order = epoch, int(rng.integers(TIME)), rng.permutation(self.count)
        start = self.order[place] * TIME + self.shift
        return self.ids[start:start + TIME + 1]

    def batch(self, step, size):
        """(tokens, targets) of a step, each (B, T)."""
        ids = torch.from_numpy(np.stack([self.at(step * size + i) for i in range(size)]).astype(np.int64))
        return ids[:, :-1], ids[:, 1:]


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
    decayed = [p for path, p in params.items() if not path.endswith('scale')]
    scales = [p for path, p in params.items() if path.endswith('scale')]
    groups = [{'params': decayed, 'weight_decay': args.decay}, {'params': scales, 'weight_decay': 0.0}]
    return torch.optim.AdamW(groups, lr=args.lr, betas=(0.9, 0.95), eps=1e-8, fused=True)


def save(file, state, params, optimizer):
    """Written beside and moved into place: a run killed while saving loses nothing."""
    part = file.with_suffix('.part')
    torch.save({**state, 'params': params, 'optimizer': optimizer.state_dict()}, part)
    os.replace(part, file)


def restore(file, params, optimizer):
    """Puts a checkpoint back, if there is one; returns its state."""
    if not file.exists():
        return {'step': 0, 'tokens': 0, 'done': 0.0}
    saved = torch.load(file)
    optimizer.load_state_dict(saved.pop('optimizer'))
    for path, w in saved.pop('params').items():
        params[path].data.copy_(w)
    return saved


class Log:
    """A line every 20 steps: the loss, its moving mean, the gradient's norm, the rate, tokens per second since the last line."""

    def __init__(self, file, tokens):
        self.file, self.tokens, self.mean, self.began, self.count = file.open('a'), tokens, None, time.time(), 0

    def step(self, step, loss, norm, lr):
        self.mean = loss if self.mean is None else 0.98 * self.mean + 0.02 * loss
        self.count += 1
        if step % 20 == 0:
            speed = self.count * self.tokens / (time.time() - self.began)
            print(f'{step} loss {loss:.4f} mean {self.mean:.4f} norm {norm:.2f} lr {lr:.2e} tokens/s {speed:.0f}',
                  file=self.file, flush=True)
            self.began, self.count = time.time(), 0


def arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--data', type=Path, required=True, help='folder of prepare.py and train_tokenizer.py')
    options.add_argument('--checkpoint', default='checkpoint.pt', help='file name in the data folder')
    length = options.add_mutually_exclusive_group(required=True)
    length.add_argument('--steps', type=int, help='length of the schedule')
    length.add_argument('--minutes', type=float, help='time for the rest of the schedule')
    options.add_argument('--batch', type=int, default=8)
    options.add_argument('--lr', type=float, default=4e-3)
    options.add_argument('--warmup', type=int, default=300)
    options.add_argument('--decay', type=float, default=0.1)
    options.add_argument('--threads', type=int, default=2)
    options.add_argument('--float32', action='store_true', help='no bfloat16 in the matrix products')
    options.add_argument('--eager', action='store_true', help='do not compile')
    return options.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    config = model.Config()
    windows = Windows(tokens_of(args.data))
    params = {path: w.requires_grad_() for path, w in model.initial(config, SEED).items()}
    optimizer, file = optimizer_of(params, args), args.data / args.checkpoint
    state = restore(file, params, optimizer)
    progress = Progress(state['step'], state['done'], args)

    def loss_of(params, tokens, targets):
        with torch.autocast('cpu', torch.bfloat16, enabled=not args.float32):
            return model.token_loss(params, tokens, targets, config).mean()

    loss_of = loss_of if args.eager else torch.compile(loss_of)
    log = Log(args.data / (file.stem + '.log'), args.batch * TIME)
    while state['done'] < 1:
        lr = learning_rate(state['step'], state['done'], args)
        for group in optimizer.param_groups:
            group['lr'] = lr
        loss = loss_of(params, *windows.batch(state['step'], args.batch))
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(params.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        log.step(state['step'], loss.item(), norm.item(), lr)
        step = state['step'] + 1
        state = {'step': step, 'tokens': state['tokens'] + args.batch * TIME, 'done': progress.at(step)}
        if step % 200 == 0 or state['done'] == 1:
            save(file, state, params, optimizer)


if __name__ == '__main__':
    main()
