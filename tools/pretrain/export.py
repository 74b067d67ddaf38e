"""Write the base as the page loads it: bfloat16 weights under openpi's paths, sizes and figures, tokenizer.

    python export.py --data work --out ../../public/base/text
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

import model
from evaluate import bits_per_byte
from train import TIME

LICENCE = ('The weights and the tokenizer are ours, under the licence of this repository; '
           'NOTICE.md names the texts that they were trained on.')
TRAINED_ON = 'English books and speeches in the public domain, and WordNet'
DESCRIPTION = ('A very small English language model, trained from nothing on public-domain prose and WordNet: it writes words '
               'and short phrases that look right, knows next to nothing, and is there to be fine-tuned.')


def config_of(saved, bits, c):
    """The sizes in the engine's terms, with the held-out figures of exactly these weights."""
    expert = {key: getattr(c, key) for key in ('width', 'depth', 'mlp_dim', 'num_heads', 'num_kv_heads', 'head_dim')}
    return {'name': 'adaptab-text-1m7', 'variant': 'gemma_300m_lora_reduced', 'experts': [expert], 'vocab_size': c.vocab,
            'context': TIME, 'heldout_bits_per_byte': round(bits[0], 4), 'unigram_bits_per_byte': round(bits[1], 4),
            'heldout_bytes': bits[2], 'trained_tokens': saved['tokens'], 'trained_on': TRAINED_ON, 'description': DESCRIPTION, 'licence': LICENCE}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--data', type=Path, required=True)
    options.add_argument('--checkpoint', default='checkpoint.pt')
    options.add_argument('--out', type=Path, required=True)
    args = options.parse_args()
    torch.set_num_threads(1)
    saved, config = torch.load(args.data / args.checkpoint), model.Config()
    weights = {path: w.detach().to(torch.bfloat16).contiguous() for path, w in saved['params'].items()}
    if {path: tuple(w.shape) for path, w in weights.items()} != model.shapes(config):
        raise SystemExit('the checkpoint does not have the shapes of model.Config')
    figures = bits_per_byte({path: w.float() for path, w in weights.items()}, args.data, config)
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(weights, args.out / 'model.safetensors', {'format': 'pt', 'paths': 'openpi'})
    (args.out / 'model.safetensors').chmod(0o644)  # a web server must be able to read it
    (args.out / 'config.json').write_text(json.dumps(config_of(saved, figures['all'], config), indent=2) + '\n')
    for name in ('tokenizer.json', 'tokenizer_config.json'):
        shutil.copyfile(args.data / name, args.out / name)
    print('step', saved['step'], 'tokens', saved['tokens'])
    for source, (bits, base, size) in sorted(figures.items()):
        print(f'{source:10} {size:7} bytes  model {bits:.4f}  unigram {base:.4f} bits per byte')


if __name__ == '__main__':
    main()
