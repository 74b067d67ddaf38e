"""Pretrain the base: AdamW, warm-up and cosine, gradient clipping; stops and resumes at any moment on the same trajectory.

    python train.py --data work --steps 7000
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


def learning_rate(step, args):
    """Linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < args.warmup:
        return args.lr * (step + 1) / args.warmup
    done = (step - args.warmup) / max(1, args.steps - args.warmup)
    return args.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, done))))


def optimizer_of(params, args):
    """AdamW with decay on matrices alone."""
    decayed = [p for path, p in params.items() if not path.endswith('scale')]
    scales = [p for path, p in params.items() if path.endswith('scale')]
    groups = [{'params': decayed, 'weight_decay': args.decay}, {'params': scales, 'weight_decay': 0.0}]
    return torch.optim.AdamW(groups, lr=args.lr, betas=(0.9, 0.95), eps=1e-8, fused=True)


def save(file, step, tokens, params, optimizer):
    """Written beside and moved into place: a run killed while saving loses nothing."""
    part = file.with_suffix('.part')
    torch.save({'step': step, 'tokens': tokens, 'params': params, 'optimizer': optimizer.state_dict()}, part)
    os.replace(part, file)


def arguments():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--data', type=Path, required=True, help='folder of prepare.py and train_tokenizer.py')
    options.add_argument('--checkpoint', default='checkpoint.pt', help='file name in the data folder')
    options.add_argument('--steps', type=int, required=True, help='length of the schedule')
    options.add_argument('--batch', type=int, default=16)
    options.add_argument('--lr', type=float, default=4e-3)
    options.add_argument('--warmup', type=int, default=200)
    options.add_argument('--decay', type=float, default=0.1)
    options.add_argument('--threads', type=int, default=2)
    options.add_argument('--stop-after', type=int, default=10 ** 9, help='leave at this step, to time a start')
    options.add_argument('--float32', action='store_true', help='no bfloat16 in the matrix products')
    options.add_argument('--eager', action='store_true', help='do not compile')
    return options.parse_args()


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    config = model.Config()
    windows = Windows(tokens_of(args.data))
    params = {path: w.requires_grad_() for path, w in model.initial(config, SEED).items()}
    optimizer, first = optimizer_of(params, args), 0
    file = args.data / args.checkpoint
    if file.exists():
        saved = torch.load(file)
        first = saved['step']
        optimizer.load_state_dict(saved['optimizer'])
        for path, w in params.items():
            w.data.copy_(saved['params'][path])

    def loss_of(params, tokens, targets):
        with torch.autocast('cpu', torch.bfloat16, enabled=not args.float32):
            return model.token_loss(params, tokens, targets, config).mean()

    loss_of = loss_of if args.eager else torch.compile(loss_of)
    log, began, mean = (args.data / (file.stem + '.log')).open('a'), time.time(), None
    for step in range(first, min(args.steps, args.stop_after)):
        for group in optimizer.param_groups:
            group['lr'] = learning_rate(step, args)
        loss = loss_of(params, *windows.batch(step, args.batch))
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(params.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        if step % 20 == 0 or step + 1 == args.steps:
            speed, began, first = (step + 1 - first) * args.batch * TIME / (time.time() - began), time.time(), step + 1
            print(f'{step} loss {loss.item():.4f} mean {mean:.4f} norm {norm:.2f} lr {learning_rate(step, args):.2e} '
                  f'tokens/s {speed:.0f}', file=log, flush=True)
        if (step + 1) % 200 == 0 or step + 1 == args.steps:
            save(file, step + 1, (step + 1) * args.batch * TIME, params, optimizer)


if __name__ == '__main__':
    main()
