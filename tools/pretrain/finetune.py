"""Adapt the base to a file of conversations with openpi's LoRA: what the page's default run should reach.

    python finetune.py --base ../../public/base/text --data ../../public/samples/ships_log.jsonl --lr 0.004 0.008
"""

import argparse
import json
import math
import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import model
from generate import chat_prompt, continue_ids

STEPS, WARMUP, BATCH, TIME, RANK = 60, 5, 4, 64, 8


def example(tokenizer, question, answer):
    """(ids, mask), TIME + 1 long: the mask is 1 where the answer or its `<end_of_turn>` is the target."""
    prompt = tokenizer.encode(chat_prompt(question)).ids
    body = tokenizer.encode(f'{answer}<end_of_turn>', add_special_tokens=False).ids
    ids, mask = prompt + body, [0] * len(prompt) + [1] * len(body)
    padding = [0] * (TIME + 1 - len(ids))
    return (ids + padding)[:TIME + 1], (mask + padding)[:TIME + 1]


def load(tokenizer, file, seed):
    """(train, held out) as (ids, mask) tensors, a tenth held out."""
    talks = [json.loads(line)['messages'] for line in file.open(encoding='utf-8')]
    random.Random(seed).shuffle(talks)
    rows = [example(tokenizer, q['content'], a['content']) for q, a in talks]
    ids, mask = (torch.tensor(part) for part in zip(*rows))
    held = len(rows) // 10
    return (ids[held:], mask[held:]), (ids[:held], mask[:held])


def loss_of(params, ids, mask, config):
    """Mean loss over the answers' tokens."""
    nll = model.token_loss(params, ids[:, :-1], ids[:, 1:], config)
    return (nll * mask[:, 1:]).sum() / mask[:, 1:].sum()


def rate(step, peak):
    """openpi's schedule: from peak / (warm-up + 1) up to the peak, then a cosine to a tenth."""
    if step < WARMUP:
        return peak * (1 + step) / (WARMUP + 1)
    return peak * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP))))


def finetune(base, lora, train, peak, config, seed):
    """STEPS steps on the adapters alone."""
    for w in lora.values():
        w.requires_grad_()
    optimizer = torch.optim.AdamW(lora.values(), lr=peak, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)
    draw = torch.Generator().manual_seed(seed)
    order = torch.cat([torch.randperm(len(train[0]), generator=draw) for _ in range(1 + STEPS * BATCH // len(train[0]))])
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group['lr'] = rate(step, peak)
        rows = order[step * BATCH:(step + 1) * BATCH]
        loss = loss_of(base | lora, train[0][rows], train[1][rows], config)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(lora.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()


def show(params, tokenizer, questions, config):
    """Greedy answers."""
    for question in questions:
        ids = tokenizer.encode(chat_prompt(question)).ids
        print('   ', question, '|', tokenizer.decode(continue_ids(params, ids, config, 48, 0, None)[len(ids):]))


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--base', type=Path, required=True)
    options.add_argument('--data', type=Path, required=True)
    options.add_argument('--lr', type=float, nargs='+', required=True)
    options.add_argument('--seed', type=int, default=1)
    options.add_argument('--show', action='store_true', help='print answers before and after')
    args = options.parse_args()
    torch.set_num_threads(1)
    config = model.Config()
    tokenizer = Tokenizer.from_file(str(args.base / 'tokenizer.json'))
    base = {path: w.float() for path, w in load_file(args.base / 'model.safetensors').items()}
    train, held = load(tokenizer, args.data, args.seed)
    questions = ['How do I bake bread?', 'What is a star?', 'Where is my hat?', 'Who are you?']
    for peak in args.lr:
        lora = model.initial_lora(config, RANK, args.seed)
        with torch.no_grad():
            before = loss_of(base | lora, *held, config).item()
        if args.show:
            show(base | lora, tokenizer, questions, config)
        finetune(base, lora, train, peak, config, args.seed)
        with torch.no_grad():
            after = loss_of(base | lora, *held, config).item()
        print(f'lr {peak:g}: held-out loss {before:.3f} -> {after:.3f} ({100 * (after / before - 1):.0f} %)')
        if args.show:
            show(base | lora, tokenizer, questions, config)


if __name__ == '__main__':
    main()
