"""Random weights to train from."""

import math

import torch

from model import IMG, LLM, shapes


def deviation(path, shape, c):
    """Standard deviation of a leaf at the start: 1/sqrt(fan-in), less where a residual branch ends."""
    if path.endswith('bias') or (path.endswith('scale')):
        return 0
    if path.endswith('pos_embedding'):
        return shape[-1] ** -0.5
    branch = (2 * (c.img if path.startswith(IMG) else c.experts[0]).depth) ** -0.5
    if 'attn_vec' in path or '_0/out/kernel' in path:
        return (shape[1] * shape[2]) ** -0.5 * branch
    if '_0/' in path and len(shape) == 4:  # query, key and value of the image tower
        return shape[1] ** -0.5
    if path.endswith('embedding/kernel'):
        return math.prod(shape[:3]) ** -0.5
    if path.endswith('input_embedding'):
        return shape[-1] ** -0.5
    return shape[-2] ** -0.5 * (branch if path.endswith('linear') or 'Dense_1' in path else 1)


def initial(c, seed):
    """Random weights to start from; LayerNorm's scales are one, RMSNorm's zero."""
    draw = torch.Generator().manual_seed(seed)
    params = {path: torch.randn(shape, generator=draw) * deviation(path, shape, c) for path, shape in shapes(c).items()}
    for path, w in params.items():
        if path.startswith(IMG) and path.endswith('scale'):
            w += 1
    lead_to_state(params, c, seed)
    return params


def lead_to_state(params, c, seed):
    """Lets actions see the state from the start, which a short run would otherwise spend most of its steps to find: state and
    action tokens are marked, half of the heads of the expert's first two layers look for the state's mark, and what they then read
    of the state's numbers has directions of its own in the residual. In place."""
    A, e = c.action_dim, c.experts[1]
    basis = torch.linalg.qr(torch.randn(e.width, e.width, generator=torch.Generator().manual_seed(seed)))[0]
    read, written, state_mark, action_mark = basis[:A], basis[A:2 * A], basis[2 * A], basis[2 * A + 1]
    params['state_proj/kernel'].copy_(read)
    params['state_proj/bias'].copy_(8 * state_mark)
    params['action_time_mlp_out/bias'].copy_(4 * action_mark)
    params['action_out_proj/kernel'].copy_(0.5 * written.T)
    q, kv, o = (params[f'{LLM}layers/attn/{name}_einsum_1/w'] for name in ('q', 'kv', 'attn_vec'))
    slow = e.head_dim // 2 - 1  # the pair of numbers that rotates least
    for layer, numbers in enumerate(torch.arange(A).split(e.head_dim)):
        kv[layer, 1, 0, :, :len(numbers)] = read[numbers].T
        kv[layer, 0, 0, :, slow] = 0.4 * state_mark
        q[layer, :e.num_heads // 2, :, slow] = 0.5 * action_mark
        o[layer, :e.num_heads // 2, :len(numbers)] = 0.08 * written[numbers]
