"""One Gemma expert in openpi's form, as functions on a dict of openpi's parameter paths.

Axes: B batch, T time, C width, N query heads, K key/value heads, H head size, F feed-forward width, V vocabulary,
L depth (leading axis of every layer leaf), R LoRA rank.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

ROOT = 'PaliGemma/llm/'


@dataclass(frozen=True)
class Config:
    width: int = 128
    depth: int = 6
    mlp_dim: int = 512
    num_heads: int = 8
    num_kv_heads: int = 1
    head_dim: int = 16
    vocab: int = 2048
    lora_scale: float = 1.0  # alpha / rank, on the attention's adapters only


def shapes(c):
    """Path → shape of every base leaf."""
    L, C, N, K, H, M = c.depth, c.width, c.num_heads, c.num_kv_heads, c.head_dim, c.mlp_dim
    return {ROOT + path: shape for path, shape in {
        'embedder/input_embedding': (c.vocab, C), 'final_norm/scale': (C,),
        'layers/attn/q_einsum/w': (L, N, C, H), 'layers/attn/kv_einsum/w': (L, 2, K, C, H),
        'layers/attn/attn_vec_einsum/w': (L, N, H, C),
        'layers/mlp/gating_einsum': (L, 2, C, M), 'layers/mlp/linear': (L, M, C),
        'layers/pre_attention_norm/scale': (L, C), 'layers/pre_ffw_norm/scale': (L, C)}.items()}


def initial(c, seed):
    """Random base weights. The embedding is small, so that the first logits are nearly even and the loss starts at ln V."""
    draw = torch.Generator().manual_seed(seed)
    fan_in = {'embedding': 2500, 'q_einsum/w': c.width, 'kv_einsum/w': c.width, 'gating_einsum': c.width,
              'attn_vec_einsum/w': c.num_heads * c.head_dim * 2 * c.depth, 'linear': c.mlp_dim * 2 * c.depth}
    params = {}
    for path, shape in shapes(c).items():
        std = 0 if path.endswith('scale') else next(f for end, f in fan_in.items() if path.endswith(end)) ** -0.5
        params[path] = torch.randn(shape, generator=draw) * std
    return params


def initial_lora(c, rank, seed):
    """openpi's adapters: A and B are both drawn from N(0, 0.01²)."""
    draw = torch.Generator().manual_seed(seed)
    lora = {}
    for path, shape in shapes(c).items():
        if 'layers/attn' in path or 'layers/mlp' in path:
            stem = path[:-1] + 'lora' if path.endswith('/w') else path + '_lora'
            lora[stem + '_a'] = torch.randn((*shape[:-1], rank), generator=draw) * 0.01
            lora[stem + '_b'] = torch.randn((*shape[:-2], rank, shape[-1]), generator=draw) * 0.01
    return lora


def rms_norm(x, scale):
    """x, result: (B, T, C); scale: (C,)."""
    x = x.float()
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * (1 + scale)


def rope_tables(time, head_dim):
    """cos and sin of the angles, each (T, H/2)."""
    period = 10000 ** (torch.arange(head_dim // 2, dtype=torch.float64) * 2 / head_dim)
    angle = torch.arange(time, dtype=torch.float64)[:, None] / period
    return angle.cos().float(), angle.sin().float()


def rope(x, cos, sin):
    """Rotates the two halves of the last axis; x: (B, N, T, H)."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def project(x, w, a=None, b=None, scale=1.0):
    """x: (…, C) times w: (C, O), plus the adapter a: (C, R), b: (R, O) where there is one."""
    y = x @ w
    return y if a is None else y + (x @ a @ b) * scale


def attention(p, x, cos, sin, c):
    """Causal attention of N heads to one shared key and value; x, result: (B, T, C)."""
    B, T, _ = x.shape
    q_w, q_a, q_b = (p.get(f'attn/q_einsum/{k}') for k in ('w', 'lora_a', 'lora_b'))
    kv_w, kv_a, kv_b = (p.get(f'attn/kv_einsum/{k}') for k in ('w', 'lora_a', 'lora_b'))
    if q_a is None:
        heads = torch.cat([q_w, kv_w.flatten(0, 1)]).transpose(0, 1).flatten(1)  # (C, (N + 2K) H), one product for all
        y = (x @ heads).view(B, T, -1, c.head_dim).transpose(1, 2)
        q, k, v = y.split([c.num_heads, c.num_kv_heads, c.num_kv_heads], 1)
    else:
        one = x[:, None]  # (B, 1, T, C), to meet weights of (N, C, H)
        q = project(one, q_w, q_a, q_b, c.lora_scale)
        k, v = (project(one, kv_w[i], kv_a[i], kv_b[i], c.lora_scale) for i in (0, 1))
    q, k = rope(q, cos, sin) * c.head_dim ** -0.5, rope(k, cos, sin)
    k, v = (z.expand(-1, c.num_heads, -1, -1) for z in (k, v))
    out = F.scaled_dot_product_attention(q.to(v.dtype), k.to(v.dtype), v, is_causal=True, scale=1.0)
    out = out.transpose(1, 2).flatten(2)  # (B, T, N H)
    y = out @ p['attn/attn_vec_einsum/w'].flatten(0, 1)
    if 'attn/attn_vec_einsum/lora_a' in p:  # openpi sums over the heads twice: every A meets the sum of all B
        a, b = p['attn/attn_vec_einsum/lora_a'], p['attn/attn_vec_einsum/lora_b']
        y = y + out @ a.flatten(0, 1) @ b.sum(0) * c.lora_scale
    return y


def feed_forward(p, x):
    """tanh-GELU gate times up, then down; the adapters carry no alpha. x, result: (B, T, C)."""
    w, a, b = (p.get('mlp/gating_einsum' + end) for end in ('', '_lora_a', '_lora_b'))
    if a is None:
        gate, up = (x @ torch.cat([w[0], w[1]], -1)).chunk(2, -1)
    else:
        gate, up = project(x, w[0], a[0], b[0]), project(x, w[1], a[1], b[1])
    return project(F.gelu(gate, approximate='tanh') * up, *(p.get('mlp/linear' + end) for end in ('', '_lora_a', '_lora_b')))


def hidden(params, tokens, c):
    """tokens: (B, T) → hidden states after the final norm: (B, T, C)."""
    cos, sin = rope_tables(tokens.shape[1], c.head_dim)
    x = params[ROOT + 'embedder/input_embedding'][tokens] * math.sqrt(c.width)
    stacked = {path.removeprefix(ROOT + 'layers/'): w for path, w in params.items() if 'layers/' in path}
    for layer in range(c.depth):
        p = {path: w[layer] for path, w in stacked.items()}
        x = x + attention(p, rms_norm(x, p['pre_attention_norm/scale']), cos, sin, c)
        x = x + feed_forward(p, rms_norm(x, p['pre_ffw_norm/scale']))
    return rms_norm(x, params[ROOT + 'final_norm/scale'])


def token_loss(params, tokens, targets, c):
    """Negative log-likelihood of each target, (B, T); the head is the embedding."""
    logits = hidden(params, tokens, c) @ params[ROOT + 'embedder/input_embedding'].T
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten().long(), reduction='none').view(tokens.shape)
