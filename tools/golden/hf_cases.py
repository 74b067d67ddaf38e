"""Cases of kind `hf`: a folder's config.json as it stands there, how its weights are stored, its adapter."""

OPTIMIZER = {
    "peak_lr": 0.01,
    "warmup_steps": 2,
    "decay_steps": 8,
    "end_lr": 0.001,
    "b1": 0.9,
    "b2": 0.95,
    "eps": 1e-08,
    "weight_decay": 0.01,
    "clip_norm": 1.0,
    "steps": 6,
}

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
ALL = [*ATTENTION, "gate_proj", "up_proj", "down_proj"]


def lora(r, alpha, targets=ALL, **more):
    return {"r": r, "lora_alpha": alpha, "use_rslora": False, "target_modules": targets, **more}


def sizes(width, layers, heads, kv, mlp, vocabulary):
    """What the config of every family has; `kv` None: the key is absent."""
    return {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        **({} if kv is None else {"num_key_value_heads": kv}),
        "intermediate_size": mlp,
        "vocab_size": vocabulary,
        "max_position_embeddings": 128,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 1,
    }


SLIDING, FULL = "sliding_attention", "full_attention"

CASES = {
    # Hub form with the older key of the activation; one head of keys; 3 · 10 channels of heads in a width of 28; biases.
    "hf_gemma": {
        "dtype": "bfloat16",
        "config": {
            "model_type": "gemma",
            "architectures": ["GemmaForCausalLM"],
            "torch_dtype": "bfloat16",
            **sizes(28, 2, 3, 1, 50, 61),
            "head_dim": 10,
            "hidden_act": "gelu",
            "hidden_activation": None,
            "attention_bias": True,
            "rms_norm_eps": 1e-6,
            "rope_theta": 10000.0,
            "rope_scaling": None,
        },
        "lora": lora(3, 6),
    },
    # Windows on even layers by the family's own rule, both caps, a score scale of its own; float32 that bf16 cannot hold.
    "hf_gemma2": {
        "dtype": "float32",
        "config": {
            "model_type": "gemma2",
            "architectures": ["Gemma2ForCausalLM"],
            "torch_dtype": "float32",
            **sizes(24, 3, 4, 2, 30, 61),
            "head_dim": 8,
            "hidden_act": "gelu_pytorch_tanh",
            "hidden_activation": "gelu_pytorch_tanh",
            "attention_bias": False,
            "rms_norm_eps": 1e-6,
            "rope_theta": 10000.0,
            "query_pre_attn_scalar": 13,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 3.0,
            "sliding_window": 5,
        },
        "lora": lora(2, 6, ["q_proj", "o_proj", "down_proj"]),
    },
    # As transformers 5 writes it: rope by kind of layer, linear on the layers that see everything; ranks and alphas by pattern.
    "hf_gemma3_rope": {
        "dtype": "bfloat16",
        "config": {
            "model_type": "gemma3_text",
            "architectures": ["Gemma3ForCausalLM"],
            "dtype": "bfloat16",
            **sizes(24, 3, 4, 1, 30, 61),
            "head_dim": 8,
            "hidden_activation": "gelu_pytorch_tanh",
            "attention_bias": True,
            "attn_logit_softcapping": None,
            "final_logit_softcapping": 4.0,
            "layer_types": [SLIDING, FULL, SLIDING],
            "query_pre_attn_scalar": 20,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                SLIDING: {"rope_type": "default", "rope_theta": 100.0},
                FULL: {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0},
            },
            "sliding_window": 4,
            "tie_word_embeddings": True,
            "use_bidirectional_attention": False,
        },
        "lora": lora(
            2,
            5,
            rank_pattern={"layers.1.self_attn.q_proj": 4, "down_proj": 1},
            alpha_pattern={".*layers.0.*": 2, "down_proj": 3},
        ),
    },
    # llama3 scaling that reaches these lengths, all biases, a head of its own, as many heads of keys; f16 in two files; rsLoRA.
    "hf_llama_bias": {
        "dtype": "float16",
        "shards": 2,
        "config": {
            "model_type": "llama",
            "architectures": ["LlamaForCausalLM"],
            "torch_dtype": "float16",
            **sizes(24, 2, 4, None, 40, 61),
            "hidden_act": "silu",
            "attention_bias": True,
            "mlp_bias": True,
            "rms_norm_eps": 1e-5,
            "rope_theta": 500.0,
            "rope_scaling": {
                "factor": 8.0,
                "high_freq_factor": 4.0,
                "low_freq_factor": 1.0,
                "original_max_position_embeddings": 32,
                "rope_type": "llama3",
            },
            "tie_word_embeddings": False,
        },
        "lora": lora(4, 6, use_rslora=True),
    },
    # SmolLM2's form: tied, a width that head_dim does not come from, the older word for the kind of scaling.
    "hf_llama_tied": {
        "dtype": "float32",
        "config": {
            "model_type": "llama",
            "architectures": ["LlamaForCausalLM"],
            "torch_dtype": "float32",
            **sizes(24, 2, 3, 1, 30, 61),
            "head_dim": 12,
            "hidden_act": "silu",
            "attention_bias": False,
            "mlp_bias": False,
            "rms_norm_eps": 1e-5,
            "rope_interleaved": False,
            "rope_theta": 100000.0,
            "rope_scaling": {"type": "linear", "factor": 2.0},
            "tie_word_embeddings": True,
        },
        "lora": lora(3, 2, ["q_proj", "v_proj"]),
    },
    # Windows from the second layer on, because use_sliding_window says so.
    "hf_qwen2": {
        "dtype": "bfloat16",
        "config": {
            "model_type": "qwen2",
            "architectures": ["Qwen2ForCausalLM"],
            "torch_dtype": "bfloat16",
            **sizes(24, 3, 4, 2, 34, 61),
            "hidden_act": "silu",
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000.0,
            "sliding_window": 5,
            "max_window_layers": 1,
            "use_sliding_window": True,
            "tie_word_embeddings": False,
        },
        "lora": lora(2, 4, ["k_proj", "v_proj", "gate_proj", "up_proj"]),
    },
    # A window that nothing uses; norms of heads; the flat form of transformers 5.
    "hf_qwen3": {
        "dtype": "float16",
        "config": {
            "model_type": "qwen3",
            "architectures": ["Qwen3ForCausalLM"],
            "dtype": "float16",
            **sizes(20, 2, 4, 2, 34, 61),
            "head_dim": 8,
            "hidden_act": "silu",
            "attention_bias": False,
            "layer_types": [FULL, FULL],
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
            "sliding_window": None,
            "max_window_layers": 2,
            "use_sliding_window": False,
            "tie_word_embeddings": True,
        },
        "lora": lora(3, 6, ATTENTION),
    },
}
