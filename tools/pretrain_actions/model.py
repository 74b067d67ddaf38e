"""openpi's π0, as functions on a dict of openpi's parameter paths, in the form with a cached prefix.

Nothing of the prefix sees the suffix, so the backbone runs first and leaves its keys and values; the action expert then
attends to them. This equals the joint pass, for the loss and for every gradient.

Axes: B batch, S prefix tokens, T suffix tokens (state, then the horizon's actions), C width, N query heads, K key/value
heads, H head size, A action size.
"""

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

LLM, IMG = 'PaliGemma/llm/', 'PaliGemma/img/'
UNSEEN = -2.3819763e38


@dataclass(frozen=True)
class Expert:
    width: int
    depth: int
    mlp_dim: int
    num_heads: int = 8
    num_kv_heads: int = 1
    head_dim: int = 16


@dataclass(frozen=True)
class Img:
    image_size: int = 64
    patch_size: int = 8
    width: int = 96
    depth: int = 3
    mlp_dim: int = 256
    num_heads: int = 4


@dataclass(frozen=True)
class Config:
    experts: tuple = (Expert(192, 6, 768), Expert(128, 6, 512))
    img: Img = field(default_factory=Img)
    vocab_size: int = 2048
    cameras: tuple = ('base_0_rgb', 'left_wrist_0_rgb', 'right_wrist_0_rgb')
    action_dim: int = 32
    action_horizon: int = 16
    max_token_len: int = 24


def img_shapes(c, out):
    """Path → shape of the image tower; `out` is the backbone's width."""
    L, C, M, N, P = c.depth, c.width, c.mlp_dim, c.num_heads, c.patch_size
    block, heads = 'Transformer/encoderblock/', 'Transformer/encoderblock/MultiHeadDotProductAttention_0/'
    shapes = {'embedding/kernel': (P, P, 3, C), 'embedding/bias': (C,), 'pos_embedding': (1, (c.image_size // P) ** 2, C),
              'Transformer/encoder_norm/scale': (C,), 'Transformer/encoder_norm/bias': (C,),
              'head/kernel': (C, out), 'head/bias': (out,),
              block + 'MlpBlock_0/Dense_0/kernel': (L, C, M), block + 'MlpBlock_0/Dense_0/bias': (L, M),
              block + 'MlpBlock_0/Dense_1/kernel': (L, M, C), block + 'MlpBlock_0/Dense_1/bias': (L, C),
              heads + 'out/kernel': (L, N, C // N, C), heads + 'out/bias': (L, C)}
    for norm in ('LayerNorm_0', 'LayerNorm_1'):
        shapes |= {f'{block}{norm}/{leaf}': (L, C) for leaf in ('scale', 'bias')}
    for name in ('query', 'key', 'value'):
        shapes |= {f'{heads}{name}/kernel': (L, C, N, C // N), f'{heads}{name}/bias': (L, N, C // N)}
    return {IMG + path: shape for path, shape in shapes.items()}


def expert_shapes(e, end):
    """Path → shape of one expert's layers; `end` is openpi's suffix of its module names."""
    L, C, N, K, H, M = e.depth, e.width, e.num_heads, e.num_kv_heads, e.head_dim, e.mlp_dim
    return {LLM + path: shape for path, shape in {
        f'final_norm{end}/scale': (C,), f'layers/pre_attention_norm{end}/scale': (L, C), f'layers/pre_ffw_norm{end}/scale': (L, C),
        f'layers/attn/q_einsum{end}/w': (L, N, C, H), f'layers/attn/kv_einsum{end}/w': (L, 2, K, C, H),
        f'layers/attn/attn_vec_einsum{end}/w': (L, N, H, C),
        f'layers/mlp{end}/gating_einsum': (L, 2, C, M), f'layers/mlp{end}/linear': (L, M, C)}.items()}


def shapes(c):
    """Path → shape of every leaf."""
    backbone, expert = c.experts
    W, A = expert.width, c.action_dim
    leaves = img_shapes(c.img, backbone.width) | expert_shapes(backbone, '') | expert_shapes(expert, '_1')
    leaves[LLM + 'embedder/input_embedding'] = (c.vocab_size, backbone.width)
    for name, inputs, outputs in (('state_proj', A, W), ('action_in_proj', A, W), ('action_time_mlp_in', 2 * W, W),
                                  ('action_time_mlp_out', W, W), ('action_out_proj', W, A)):
        leaves |= {f'{name}/kernel': (inputs, outputs), f'{name}/bias': (outputs,)}
    return leaves


def merged(params, scales):
    """Adapters put into the weights, by openpi's rules: alpha / rank (`scales`, one an expert) on attention alone, and the
    output projection's B summed over the heads."""
    base = {}
    for path, w in params.items():
        attention = path.endswith('/w')
        stem = path[:-1] + 'lora' if attention else path + '_lora'
        if stem + '_a' in params:
            a, b = params[stem + '_a'], params[stem + '_b']
            b = b.sum(1, keepdim=True) if 'attn_vec' in path else b
            w = w + a @ b * (scales['_1/' in path] if attention else 1)
        if 'lora' not in path:
            base[path] = w
    return base


def rms_norm(x, scale):
    """x, result: (B, T, C); scale: (C,)."""
    x = x.float()
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * (1 + scale)


def rope_tables(positions, head_dim):
    """cos and sin of the angles at integer positions (B, T), each (B, 1, T, H/2)."""
    period = 10000 ** (torch.arange(head_dim // 2, dtype=torch.float64) * 2 / head_dim)
    angle = positions[:, None, :, None].double() / period
    return angle.cos().float(), angle.sin().float()


def rope(x, tables):
    """Rotates the two halves of the last axis; x: (B, N, T, H)."""
    cos, sin = tables
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def heads(p, x, tables, e):
    """Queries (B, N, T, H), scaled and rotated, keys and values (B, K, T, H)."""
    B, T, _ = x.shape
    weights = torch.cat([p['q'], p['kv'].flatten(0, 1)]).transpose(0, 1).flatten(1)  # (C, (N + 2K) H), one product for all
    y = (x @ weights).view(B, T, -1, e.head_dim).transpose(1, 2)
    q, k, v = y.split([e.num_heads, e.num_kv_heads, e.num_kv_heads], 1)
    return rope(q, tables) * e.head_dim ** -0.5, rope(k, tables), v


def attend(q, k, v, mask):
    """q: (B, N, T, H); k, v: (B, K, S, H); mask: (B, T, S), added to the logits → (B, T, N H)."""
    B, N, T, H = q.shape
    groups = N // k.shape[1]
    mask = mask[:, None, None].expand(-1, 1, groups, -1, -1).flatten(2, 3)
    out = F.scaled_dot_product_attention(q.reshape(B, -1, groups * T, H).to(v.dtype), k.to(v.dtype), v, mask.to(v.dtype), scale=1.0)
    return out.reshape(B, N, T, H).transpose(1, 2).flatten(2)


def feed_forward(p, x):
    """tanh-GELU gate times up, then down; x, result: (B, T, C)."""
    gate, up = (x @ torch.cat([p['gating'][0], p['gating'][1]], -1)).chunk(2, -1)
    return (F.gelu(gate, approximate='tanh') * up) @ p['linear']


def layers(params, e, end):
    """One dict of weights for each layer of an expert."""
    paths = {'q': f'attn/q_einsum{end}/w', 'kv': f'attn/kv_einsum{end}/w', 'o': f'attn/attn_vec_einsum{end}/w',
             'gating': f'mlp{end}/gating_einsum', 'linear': f'mlp{end}/linear',
             'norm': f'pre_attention_norm{end}/scale', 'ffw_norm': f'pre_ffw_norm{end}/scale'}
    stacks = {key: params[f'{LLM}layers/{path}'].unbind(0) for key, path in paths.items()}
    return [{key: stack[layer] for key, stack in stacks.items()} for layer in range(e.depth)]


def images_to_tokens(params, images, c, width):
    """images: (B, size, size, 3) in [-1, 1] → (B, patches, width)."""
    B, P, grid = len(images), c.patch_size, c.image_size // c.patch_size
    x = images.view(B, grid, P, grid, P, 3).transpose(2, 3).reshape(B, grid * grid, P * P * 3)
    img = {path.removeprefix(IMG): w for path, w in params.items() if path.startswith(IMG)}
    x = x @ img['embedding/kernel'].flatten(0, 2) + img['embedding/bias'] + img['pos_embedding']
    blocks = {path.removeprefix('Transformer/encoderblock/'): w for path, w in img.items() if 'encoderblock' in path}
    for layer in range(c.depth):
        x = encoder_block({path: w[layer] for path, w in blocks.items()}, x, c)
    x = layer_norm(x, img['Transformer/encoder_norm/scale'], img['Transformer/encoder_norm/bias'])
    return x @ img['head/kernel'] + img['head/bias']


def layer_norm(x, scale, bias):
    return F.layer_norm(x.float(), x.shape[-1:], scale, bias, 1e-6)


def encoder_block(p, x, c):
    """Pre-norm attention and MLP with biases; x, result: (B, patches, width)."""
    y = layer_norm(x, p['LayerNorm_0/scale'], p['LayerNorm_0/bias'])
    qkv = []
    for name in ('query', 'key', 'value'):
        w, b = (p[f'MultiHeadDotProductAttention_0/{name}/{leaf}'] for leaf in ('kernel', 'bias'))
        qkv.append((y @ w.flatten(1) + b.flatten()).unflatten(-1, (c.num_heads, -1)).transpose(1, 2))
    out = F.scaled_dot_product_attention(*(z.to(qkv[2].dtype) for z in qkv)).transpose(1, 2).flatten(2)
    x = x + out @ p['MultiHeadDotProductAttention_0/out/kernel'].flatten(0, 1) + p['MultiHeadDotProductAttention_0/out/bias']
    y = layer_norm(x, p['LayerNorm_1/scale'], p['LayerNorm_1/bias'])
    y = F.gelu(y @ p['MlpBlock_0/Dense_0/kernel'] + p['MlpBlock_0/Dense_0/bias'], approximate='tanh')
    return x + y @ p['MlpBlock_0/Dense_1/kernel'] + p['MlpBlock_0/Dense_1/bias']


def embed_prefix(params, images, image_masks, prompt, prompt_mask, c):
    """Lists, one entry a camera, of images (B, size, size, 3) and masks (B); prompt and its mask (B, P) → tokens (B, S, C)
    and their mask (B, S)."""
    width = c.experts[0].width
    tokens = [images_to_tokens(params, image, c.img, width) for image in images]
    masks = [mask.bool()[:, None].expand(-1, t.shape[1]) for mask, t in zip(image_masks, tokens)]
    words = params[LLM + 'embedder/input_embedding'][prompt] * math.sqrt(width)
    return torch.cat([*tokens, words], 1), torch.cat([*masks, prompt_mask.bool()], 1)


def prefix_cache(params, x, mask, c):
    """The backbone on prefix tokens (B, S, C) with their mask (B, S): [(keys, values) of each layer, (B, K, S, H)].

    Of the last layer only keys and values are of use, so the rest of it is left out, as is the final norm.
    """
    e = c.experts[0]
    tables = rope_tables(mask.cumsum(1) - 1, e.head_dim)
    unseen = torch.zeros(()).where(mask[:, :, None] & mask[:, None, :], torch.tensor(UNSEEN))
    cache = []
    for layer, p in enumerate(layers(params, e, '')):
        q, k, v = heads(p, rms_norm(x, p['norm']), tables, e)
        cache.append((k, v))
        if layer == e.depth - 1:
            return cache
        x = x + attend(q, k, v, unseen) @ p['o'].flatten(0, 1)
        x = x + feed_forward(p, rms_norm(x, p['ffw_norm']))


def time_embedding(time, width):
    """time: (B) → sines, then cosines, of periods from 4e-3 to 4: (B, width)."""
    period = 4e-3 * 1000 ** torch.linspace(0, 1, width // 2, dtype=torch.float64)
    angle = time[:, None].double() * 2 * math.pi / period
    return torch.cat([angle.sin(), angle.cos()], 1).float()


def dense(params, name, x):
    return x @ params[name + '/kernel'] + params[name + '/bias']


def embed_suffix(params, state, x_t, time, c):
    """state: (B, A); x_t: (B, horizon, A); time: (B) → (B, 1 + horizon, C)."""
    actions = dense(params, 'action_in_proj', x_t)
    moment = time_embedding(time, c.experts[1].width)[:, None].expand(-1, x_t.shape[1], -1)
    actions = F.silu(dense(params, 'action_time_mlp_in', torch.cat([actions, moment.to(actions.dtype)], 2)))
    return torch.cat([dense(params, 'state_proj', state)[:, None], dense(params, 'action_time_mlp_out', actions)], 1)


def velocity(params, cache, prefix_mask, state, x_t, time, c):
    """v_t (B, horizon, A); the cache and prefix_mask (B, S) are of the same B samples."""
    e = c.experts[1]
    x = embed_suffix(params, state, x_t, time, c)
    T = x.shape[1]
    tables = rope_tables(prefix_mask.sum(1, keepdim=True) + torch.arange(T), e.head_dim)
    own = torch.ones(T, T, dtype=torch.bool)
    own[0, 1:] = False  # the state sees no action
    seen = torch.cat([prefix_mask[:, None].expand(-1, T, -1), own.expand(len(x), -1, -1)], 2)
    unseen = torch.zeros(()).where(seen, torch.tensor(UNSEEN))
    for p, (keys, values) in zip(layers(params, e, '_1'), cache):
        q, k, v = heads(p, rms_norm(x, p['norm']), tables, e)
        x = x + attend(q, torch.cat([keys, k], 2), torch.cat([values, v], 2), unseen) @ p['o'].flatten(0, 1)
        x = x + feed_forward(p, rms_norm(x, p['ffw_norm']))
    x = rms_norm(x, params[LLM + 'final_norm_1/scale'])
    return dense(params, 'action_out_proj', x[:, -x_t.shape[1]:]).float()


def flow_loss(params, cache, prefix_mask, state, actions, noise, time, c):
    """Squared error of the velocity, (B, horizon): t = 1 is noise, t = 0 is data."""
    t = time[:, None, None]
    v = velocity(params, cache, prefix_mask, state, t * noise + (1 - t) * actions, time, c)
    return (v - (noise - actions)).square().mean(-1)


@torch.no_grad()
def sample(params, cache, prefix_mask, state, noise, c, steps=10):
    """Actions (B, horizon, A) from noise of that shape, by Euler's method."""
    x = noise
    for step in range(steps):
        time = torch.full((len(x),), 1 - step / steps)
        x = x - velocity(params, cache, prefix_mask, state, x, time, c) / steps
    return x
