"""Writes a text base of this project as a folder that transformers loads, for use with an exported PEFT adapter.

    python to_transformers.py ../../public/base/text OUT
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import GemmaConfig, GemmaForCausalLM

LAYERS = 'PaliGemma/llm/layers/'


def to_transformers(params, sizes):
    """The model with openpi's leaves (path -> float32 array) and the sizes of config.json; LoRA leaves are left out."""
    expert = sizes['experts'][0]
    config = GemmaConfig(
        vocab_size=sizes['vocab_size'], hidden_size=expert['width'], intermediate_size=expert['mlp_dim'],
        num_hidden_layers=expert['depth'], num_attention_heads=expert['num_heads'],
        num_key_value_heads=expert['num_kv_heads'], head_dim=expert['head_dim'], rms_norm_eps=1e-6,
        hidden_act='gelu_pytorch_tanh', rope_parameters={'rope_type': 'default', 'rope_theta': 10000.0},
        attention_bias=False, tie_word_embeddings=True, pad_token_id=None, bos_token_id=None, eos_token_id=None)
    state = {'model.embed_tokens.weight': params['PaliGemma/llm/embedder/input_embedding'],
             'model.norm.weight': params['PaliGemma/llm/final_norm/scale']}
    for i in range(expert['depth']):
        leaf = lambda name: np.asarray(params[LAYERS + name][i])
        heads = lambda w: w.transpose(0, 2, 1).reshape(-1, w.shape[1])  # (N, D, H) -> (N * H, D)
        kv, out, gating = leaf('attn/kv_einsum/w'), leaf('attn/attn_vec_einsum/w'), leaf('mlp/gating_einsum')
        for name, value in {
            'self_attn.q_proj': heads(leaf('attn/q_einsum/w')),
            'self_attn.k_proj': heads(kv[0]),
            'self_attn.v_proj': heads(kv[1]),
            'self_attn.o_proj': out.reshape(-1, out.shape[-1]).T,
            'mlp.gate_proj': gating[0].T,
            'mlp.up_proj': gating[1].T,
            'mlp.down_proj': leaf('mlp/linear').T,
            'input_layernorm': leaf('pre_attention_norm/scale'),
            'post_attention_layernorm': leaf('pre_ffw_norm/scale'),
        }.items():
            state[f'model.layers.{i}.{name}.weight'] = value
    model = GemmaForCausalLM(config)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(value, np.float32)) for name, value in state.items()}
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    if unexpected or set(missing) != {'lm_head.weight'}:
        raise SystemExit(f'the leaves do not fit the model: missing {missing}, unexpected {unexpected}')
    model.tie_weights()
    return model.eval()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('base', type=Path)
    options.add_argument('out', type=Path)
    args = options.parse_args()
    params = {path: leaf.float().numpy() for path, leaf in load_file(args.base / 'model.safetensors').items()}
    to_transformers(params, json.loads((args.base / 'config.json').read_text())).save_pretrained(args.out)
    for name in ('tokenizer.json', 'tokenizer_config.json'):
        if (args.base / name).exists():
            shutil.copyfile(args.base / name, args.out / name)


if __name__ == '__main__':
    main()
