"""Write the base as the page loads it: bfloat16 weights under openpi's paths, sizes and figures of exactly these weights, tokenizer.

    python export.py --work work --out ../../public/base/actions
"""

import argparse
import dataclasses
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

import model
from evaluate import Policy, heldout, report, show

LICENCE = 'The weights are ours, under the licence of this repository; NOTICE.md says what they were trained on.'
DESCRIPTION = ('A very small π0, trained from nothing on generated motion only: random arms of 4 to 14 joints that never existed, made-up prompts, for '
               'some of them simple drawn pictures. No recording of a real robot went into it, and it controls none; it is a start for '
               'fine-tuning. ')
BETTER = ('On generated motion of arms that it has not seen, its sampled chunks are nearer to the recorded ones than the last action held or '
          'the mean action.')
WORSE = ('It is not a policy: even on generated motion of arms that it has not seen, its sampled chunks are {}. It was trained for '
         '{} steps.')


def verdict(errors, steps):
    """(better than both baselines?, that in words)."""
    names = {'hold_last_action': 'the last action held', 'mean_action': 'the mean action'}
    nearer = [words for key, words in names.items() if errors['model'] < errors[key]]
    farther = [words for key, words in names.items() if errors['model'] >= errors[key]]
    if not farther:
        return True, BETTER
    found = ['nearer to the recorded ones than ' + w for w in nearer] + ['farther from the recorded ones than ' + w for w in farther]
    return False, WORSE.format(', but '.join(found), steps)


def config_of(saved, found, c):
    """The sizes in the engine's terms, with the held-out figures."""
    better, words = verdict(found['open_loop_error'], saved['step'])
    sizes = {key: getattr(c, key) for key in ('vocab_size', 'action_dim', 'action_horizon', 'max_token_len')}
    return {'name': 'adaptab-actions-5m', 'variant': 'gemma_300m_lora_reduced', 'experts': [dataclasses.asdict(e) for e in c.experts],
            'img': dataclasses.asdict(c.img), 'cameras': list(c.cameras), **sizes, 'trained_steps': saved['step'],
            'trained_samples': saved['samples'], 'better_than_baselines': better, 'evaluation': found,
            'description': DESCRIPTION + words, 'licence': LICENCE}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--work', type=Path, required=True)
    options.add_argument('--tokenizer', type=Path, default=Path('../../public/base/text/tokenizer.json'))
    options.add_argument('--out', type=Path, required=True)
    args = options.parse_args()
    torch.set_num_threads(2)
    saved, config = torch.load(args.work / 'checkpoint.pt'), model.Config()
    weights = {path: w.detach().to(torch.bfloat16).contiguous() for path, w in saved['params'].items()}
    if {path: tuple(w.shape) for path, w in weights.items()} != model.shapes(config):
        raise SystemExit('the checkpoint does not have the shapes of model.Config')
    policy = Policy({path: w.float() for path, w in weights.items()}, Tokenizer.from_file(str(args.tokenizer)))
    found = report(policy, *heldout())
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, args.out / 'model.safetensors', {'format': 'pt', 'paths': 'openpi'})
    (args.out / 'model.safetensors').chmod(0o644)  # a web server must be able to read it
    text = json.dumps(config_of(saved, found, config), indent=2, ensure_ascii=False)
    (args.out / 'config.json').write_text(text + '\n', 'utf-8')
    for name in ('tokenizer.json', 'tokenizer_config.json'):
        shutil.copyfile(args.tokenizer.parent / name, args.out / name)
    print('step', saved['step'], 'samples', saved['samples'])
    show(found)


if __name__ == '__main__':
    main()
