"""Loads exported PEFT folders with peft and compares their logits with openpi's mathematics.

    python check_peft.py ../../test/fixtures/golden/text_lora      a golden case: also against openpi's own figures
    python check_peft.py                                    random models of awkward sizes only

Prints the largest relative error of each comparison and exits with 1 if one is above 1e-5. The distance between base
and adapter is printed beside it: a comparison says something only where that is large.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from peft import PeftModel
from safetensors.numpy import load_file, save_file

from openpi_forward import forward
from to_transformers import to_transformers

ROOT = Path(__file__).parents[2]
LIMIT = 1e-5
RANDOM = {
    'alpha 2.5 of rank 4': dict(width=24, depth=2, mlp_dim=40, num_heads=3, num_kv_heads=1, head_dim=6, lora_rank=4, lora_alpha=2.5),
    'two key heads, alpha 9 of rank 3': dict(width=20, depth=3, mlp_dim=28, num_heads=4, num_kv_heads=2, head_dim=8, lora_rank=3, lora_alpha=9),
    'alpha = rank': dict(width=16, depth=1, mlp_dim=24, num_heads=8, num_kv_heads=1, head_dim=4, lora_rank=5, lora_alpha=5),
}


def random_case(expert, folder, vocab=50, seed=3):
    """Writes case.json and params.safetensors of a model with random weights."""
    rng = np.random.default_rng(seed)
    e, L = argparse.Namespace(**expert), (expert['depth'],)
    N, K, D, H, F, R = e.num_heads, e.num_kv_heads, e.width, e.head_dim, e.mlp_dim, e.lora_rank
    shapes = {
        'attn/q_einsum/w': (N, D, H), 'attn/q_einsum/lora_a': (N, D, R), 'attn/q_einsum/lora_b': (N, R, H),
        'attn/kv_einsum/w': (2, K, D, H), 'attn/kv_einsum/lora_a': (2, K, D, R), 'attn/kv_einsum/lora_b': (2, K, R, H),
        'attn/attn_vec_einsum/w': (N, H, D), 'attn/attn_vec_einsum/lora_a': (N, H, R), 'attn/attn_vec_einsum/lora_b': (N, R, D),
        'mlp/gating_einsum': (2, D, F), 'mlp/gating_einsum_lora_a': (2, D, R), 'mlp/gating_einsum_lora_b': (2, R, F),
        'mlp/linear': (F, D), 'mlp/linear_lora_a': (F, R), 'mlp/linear_lora_b': (R, D),
        'pre_attention_norm/scale': (D,), 'pre_ffw_norm/scale': (D,)}
    draw = lambda shape: (rng.standard_normal(shape) * 0.2).astype(np.float32)
    params = {f'PaliGemma/llm/layers/{name}': draw(L + shape) for name, shape in shapes.items()}
    params['PaliGemma/llm/embedder/input_embedding'] = draw((vocab, D))
    params['PaliGemma/llm/final_norm/scale'] = draw((D,))
    save_file(params, folder / 'params.safetensors')
    (folder / 'case.json').write_text(json.dumps({'experts': [expert], 'vocab_size': vocab}))
    tokens, mask = rng.integers(0, vocab, (2, 9)), np.ones((2, 9), np.int64)
    mask[1, 6:] = 0
    save_file({'tokens': tokens, 'input_mask': mask}, folder / 'batch.safetensors')


def merged_by_alpha_alone(base, folder):
    """The base with the adapter as llama.cpp reads it: no pattern, the scale is lora_alpha by the rank of the tensors."""
    alpha = json.loads((folder / 'adapter_config.json').read_text())['lora_alpha']
    factors, weights = load_file(folder / 'adapter_model.safetensors'), base.state_dict()
    for name, a in factors.items():
        if not name.endswith('.lora_A.weight'):
            continue
        b = factors[name.replace('lora_A', 'lora_B')]
        module = name.removeprefix('base_model.model.').removesuffix('.lora_A.weight')
        weights[f'{module}.weight'] += torch.from_numpy(alpha / len(a) * (b @ a))  # in place: the model's own tensor
    return base


def check(case):
    """Relative errors of one case, by what is compared."""
    sizes = json.loads((case / 'case.json').read_text())
    expert = sizes['experts'][0]
    params, batch = load_file(case / 'params.safetensors'), load_file(case / 'batch.safetensors')
    tokens, mask = batch['tokens'].astype(np.int64), batch['input_mask'].astype(np.int64)
    valid = mask > 0
    hidden, logits = forward(params, tokens, mask, expert['lora_alpha'] / expert['lora_rank'])
    _, base_logits = forward(params, tokens, mask, 0)
    relative = lambda ours, theirs: float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))

    def run(model):
        inputs = {'input_ids': torch.from_numpy(tokens), 'attention_mask': torch.from_numpy(mask),
                  'position_ids': torch.from_numpy(np.maximum(np.cumsum(mask, axis=1) - 1, 0))}
        with torch.no_grad():
            out = model(**inputs, output_hidden_states=True)
        return out.hidden_states[-1].double().numpy()[valid], out.logits.double().numpy()[valid]

    base = to_transformers(params, sizes)
    errors = {'base alone': relative(run(base)[1], base_logits[valid])}
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(['npx', 'tsx', 'tools/interop/export_folder.ts', case.resolve(), out], cwd=ROOT, check=True)
        model = PeftModel.from_pretrained(base, out).eval()
        by_alpha_alone = run(merged_by_alpha_alone(to_transformers(params, sizes), Path(out)))
    errors['lora_alpha and tensors alone'] = relative(by_alpha_alone[1], logits[valid])
    loaded_hidden, loaded_logits = run(model)
    errors['with the adapter'] = relative(loaded_logits, logits[valid])
    if (case / 'expected.safetensors').exists():
        expected = load_file(case / 'expected.safetensors')
        errors["openpi's hidden states"] = relative(loaded_hidden, expected['out/hidden'][valid])
        log_p = loaded_logits - np.log(np.exp(loaded_logits - loaded_logits.max(-1, keepdims=True)).sum(-1, keepdims=True)) \
            - loaded_logits.max(-1, keepdims=True)
        nll = -np.take_along_axis(log_p, batch['targets'].astype(np.int64)[valid][:, None], -1)[:, 0] * batch['loss_mask'][valid]
        errors["openpi's losses"] = relative(nll, expected['out/token_nll'][valid])
    errors['merged into the base'] = relative(run(model.merge_and_unload())[1], logits[valid])
    return errors, relative(base_logits[valid], logits[valid])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('cases', nargs='*', type=Path)
    torch.manual_seed(0)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        cases = {case.name: case for case in options.parse_args().cases}
        for name, expert in RANDOM.items():
            cases[name] = Path(folder) / name
            cases[name].mkdir()
            random_case(expert, cases[name])
        for name, case in cases.items():
            errors, distance = check(case)
            print(f'{name}: base and adapter are {distance:.2f} apart')
            for what, error in errors.items():
                print(f'  {what:28} {error:.1e}')
            worst = max(worst, *errors.values())
    print(f'largest error {worst:.1e}')
    raise SystemExit(worst > LIMIT)


if __name__ == '__main__':
    main()
