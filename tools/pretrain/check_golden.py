"""Compare model.py with a golden case of openpi's own code (a folder with params, batch and expected .safetensors).

    python check_golden.py path/to/text_lora
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

import model

LIMIT = 1e-4


def relative(x, reference):
    """‖x − reference‖ / ‖reference‖."""
    return ((x - reference).norm() / reference.norm()).item()


def main(folder):
    case = json.loads((folder / 'case.json').read_text())
    params, batch, expected = (load_file(folder / f'{name}.safetensors') for name in ('params', 'batch', 'expected'))
    expert = case['experts'][0]
    scale = expert.pop('lora_alpha') / expert.pop('lora_rank')
    config = model.Config(**expert, vocab=case['vocab_size'], lora_scale=scale)
    valid = batch['input_mask'].bool()
    if not torch.equal(valid, valid.cummin(-1).values):
        raise SystemExit('this check holds for padding at the end alone')
    x = model.hidden(params, batch['tokens'].long(), config)
    nll = model.token_loss(params, batch['tokens'].long(), batch['targets'], config)
    loss = (nll * batch['loss_mask']).sum() / batch['loss_mask'].sum()
    errors = {'hidden': relative(x[valid], expected['out/hidden'][valid]),
              'token_nll': relative(nll * batch['loss_mask'], expected['out/token_nll']),
              'loss': relative(loss, expected['loss'][0])}
    for name, error in errors.items():
        print(f'{name:10} relative error {error:.1e}  limit {LIMIT:.0e}')
    raise SystemExit(any(not error <= LIMIT for error in errors.values()))


if __name__ == '__main__':
    main(Path(sys.argv[1]))
