"""Held-out bits per byte of the original UTF-8 text, of a model and of a unigram model of the same tokens.

    python evaluate.py --data work --weights ../../public/base/text/model.safetensors
"""

import argparse
import collections
import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import model
from train import TIME, tokens_of

STRIDE = TIME // 2


def documents(data):
    """(source, bytes of text, ids after `<bos>`) of every held-out document."""
    tokenizer = Tokenizer.from_file(str(data / 'tokenizer.json'))
    for line in (data / 'heldout.jsonl').open(encoding='utf-8'):
        document = json.loads(line)
        yield document['source'], len(document['text'].encode()), tokenizer.encode(document['text']).ids


def spans(count):
    """(start, first scored, end): windows of TIME that move by STRIDE, each target scored once, with the longest context."""
    scored, start = 0, 0
    while scored < count:
        end = min(start + TIME, count)
        yield start, scored, end
        scored, start = end, start + STRIDE


@torch.no_grad()
def document_nll(params, ids, config):
    """Summed negative log-likelihood, in nats, of all of a document's tokens after `<bos>`."""
    ids, total = torch.tensor(ids), 0.0
    for start, scored, end in spans(len(ids) - 1):
        nll = model.token_loss(params, ids[None, start:end], ids[None, start + 1:end + 1], config)
        total += nll[0, scored - start:].double().sum().item()
    return total


def unigram(ids, vocabulary):
    """Nats per token id, from the training tokens' counts plus one."""
    counts = np.bincount(ids, minlength=vocabulary) + 1.0
    return np.log(counts.sum()) - np.log(counts)


def bits_per_byte(params, data, config):
    """{source or 'all': (the model's bits per byte, the unigram's, bytes)}."""
    nats, sums = unigram(tokens_of(data), config.vocab), collections.defaultdict(lambda: np.zeros(3))
    for source, size, ids in documents(data):
        row = np.array([document_nll(params, ids, config), nats[ids[1:]].sum(), size])
        sums[source] += row
        sums['all'] += row
    return {source: (m / math.log(2) / size, u / math.log(2) / size, int(size)) for source, (m, u, size) in sums.items()}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--data', type=Path, required=True)
    options.add_argument('--weights', type=Path, required=True)
    args = options.parse_args()
    params = {path: w.float() for path, w in load_file(args.weights).items()}
    for source, (bits, base, size) in sorted(bits_per_byte(params, args.data, model.Config()).items()):
        print(f'{source:10} {size:7} bytes  model {bits:.4f}  unigram {base:.4f} bits per byte')


if __name__ == '__main__':
    main()
