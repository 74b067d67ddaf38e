"""openpi's text model with LoRA in float64 loops of einsum: the mathematics of its gemma.py and lora.py, written anew."""

import numpy as np

LAYERS = 'PaliGemma/llm/layers/'


def rms_norm(x, scale):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + 1e-6) * (1 + scale)


def rotate(x, positions):
    """x (B, T, heads, H), rotated by position; the halves are the pairs."""
    half = x.shape[-1] // 2
    angle = positions[..., None, None] / 10000 ** (np.arange(half) / half)
    low, high = x[..., :half], x[..., half:]
    return np.concatenate([low * np.cos(angle) - high * np.sin(angle), high * np.cos(angle) + low * np.sin(angle)], -1)


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def forward(params, tokens, mask, lora_scale):
    """Hidden states after the final norm (B, T, D) and logits (B, T, V). lora_scale 0: the base alone."""
    p = {path: np.asarray(value, np.float64) for path, value in params.items()}
    table = p['PaliGemma/llm/embedder/input_embedding']
    x = table[tokens] * np.sqrt(table.shape[1])
    positions = np.cumsum(mask, axis=1) - 1
    T = tokens.shape[1]
    allowed = np.tril(np.ones((T, T), bool))[None] & (mask[:, None, :] > 0) & (mask[:, :, None] > 0)
    for i in range(p[LAYERS + 'attn/q_einsum/w'].shape[0]):
        layer = lambda name: p[LAYERS + name][i]
        has_lora = lora_scale != 0

        def lora(module, x, to_low, from_low):
            if not has_lora:
                return 0
            return lora_scale * np.einsum(from_low, np.einsum(to_low, x, layer(module + '/lora_a')), layer(module + '/lora_b'))

        def feed(name, x, index):
            w = layer('mlp/' + name)[index]
            if not has_lora:
                return x @ w
            return x @ w + x @ layer(f'mlp/{name}_lora_a')[index] @ layer(f'mlp/{name}_lora_b')[index]

        h = rms_norm(x, layer('pre_attention_norm/scale'))
        q = np.einsum('BTD,NDH->BTNH', h, layer('attn/q_einsum/w'))
        q = q + lora('attn/q_einsum', h, 'BTD,NDL->BTNL', 'BTNL,NLH->BTNH')
        kv = np.einsum('BSD,CKDH->CBSKH', h, layer('attn/kv_einsum/w'))
        kv = kv + lora('attn/kv_einsum', h, 'BSD,CKDL->CBSKL', 'CBSKL,CKLH->CBSKH')
        q, k, v = rotate(q, positions) * q.shape[-1] ** -0.5, rotate(kv[0], positions), kv[1]
        B, T, N, H = q.shape
        q = q.reshape(B, T, k.shape[2], -1, H)
        logits = np.where(allowed[:, None, None], np.einsum('BTKGH,BSKH->BKGTS', q, k), -2.3819763e38)
        out = np.einsum('BKGTS,BSKH->BTKGH', softmax(logits), v).reshape(B, T, N, H)
        x = x + np.einsum('BTNH,NHD->BTD', out, layer('attn/attn_vec_einsum/w'))
        x = x + lora('attn/attn_vec_einsum', out, 'BTNH,NHL->BTL', 'BTL,NLD->BTD')
        h = rms_norm(x, layer('pre_ffw_norm/scale'))
        h = gelu(feed('gating_einsum', h, 0)) * feed('gating_einsum', h, 1)
        x = x + feed('linear', h, ...)
    hidden = rms_norm(x, p['PaliGemma/llm/final_norm/scale'])
    return hidden, hidden @ table.T
