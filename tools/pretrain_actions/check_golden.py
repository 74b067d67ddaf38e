"""Compare model.py with a golden case of openpi's own code (a folder with params, batch and expected .safetensors).

    python check_golden.py path/to/pi0_expert_lora
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

import model

LIMIT, GRADIENT_LIMIT = 1e-4, 5e-4


def relative(x, reference):
    """‖x − reference‖ / ‖reference‖, or the largest absolute value where the reference is zero but for rounding."""
    size = reference.norm()
    return ((x - reference).norm() / size if size > 1e-6 else x.abs().max()).item()


def config_of(case):
    """The sizes, and alpha / rank of each expert."""
    adapters = [(e.pop('lora_rank', 1), e.pop('lora_alpha', 1)) for e in case['experts']]
    sizes = {key: case[key] for key in ('vocab_size', 'action_dim', 'action_horizon', 'max_token_len')}
    experts = tuple(model.Expert(**e) for e in case['experts'])
    config = model.Config(experts=experts, img=model.Img(**case['img']), cameras=tuple(case['cameras']), **sizes)
    return config, [alpha / rank for rank, alpha in adapters]


def results(params, batch, config, scales):
    """What openpi's figures are compared with, under their names."""
    base = model.merged(params, scales)
    images, masks = ([batch[f'{kind}/{camera}'] for camera in config.cameras] for kind in ('image', 'image_mask'))
    tokens, mask = model.embed_prefix(base, images, masks, batch['prompt_tokens'].long(), batch['prompt_mask'], config)
    cache = model.prefix_cache(base, tokens, mask, config)
    state, actions, noise, time = (batch[name] for name in ('state', 'actions', 'noise', 'time'))
    loss = model.flow_loss(base, cache, mask, state, actions, noise, time, config)
    t = time[:, None, None]
    x_t = t * noise + (1 - t) * actions
    keys, values = (torch.stack([layer[i].transpose(1, 2) for layer in cache]) * mask[..., None, None] for i in (0, 1))
    return {'loss': loss.mean()[None], 'out/loss_bh': loss, 'out/prefix_k': keys, 'out/prefix_v': values,
            'out/prefix_tokens': tokens * mask[..., None], 'out/suffix_tokens': model.embed_suffix(base, state, x_t, time, config),
            'out/v_t': model.velocity(base, cache, mask, state, x_t, time, config),
            'out/sampled_actions': model.sample(base, cache, mask, state, noise, config)}


def main(folder):
    params, batch, expected = (load_file(folder / f'{name}.safetensors') for name in ('params', 'batch', 'expected'))
    config, scales = config_of(json.loads((folder / 'case.json').read_text()))
    params = {path: w.requires_grad_() for path, w in params.items()}
    found = results(params, batch, config, scales)
    found['loss'].sum().backward()
    errors = {name: relative(x, expected[name]) for name, x in found.items()}
    gradients = {path: relative(torch.zeros_like(w) if w.grad is None else w.grad, expected['grad/' + path])
                 for path, w in params.items()}
    worst = max(gradients, key=gradients.get)
    for name, error in errors.items():
        print(f'{name:20} relative error {error:.1e}  limit {LIMIT:.0e}')
    print(f'{len(gradients)} gradients     largest error  {gradients[worst]:.1e}  limit {GRADIENT_LIMIT:.0e}  {worst}')
    passed = all(error <= LIMIT for error in errors.values()) and gradients[worst] <= GRADIENT_LIMIT
    raise SystemExit(not passed)


if __name__ == '__main__':
    main(Path(sys.argv[1]))
