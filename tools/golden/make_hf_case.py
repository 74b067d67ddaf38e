"""Golden cases of kind `hf`: tiny random models in the hub's folder form, and what transformers and peft compute of them.

    python make_hf_case.py OUT [NAME...]       writes the cases (all, or those named) as OUT/NAME
    python make_hf_case.py --check DIR...      computes the figures of written cases once more, and prints the differences

All is float32 on a CPU with eager attention. What a folder holds is said in README.md.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import peft
import torch
import transformers
from hf_cases import CASES, OPTIMIZER
from safetensors.torch import load_file, save_file

PEFT_PREFIX = "base_model.model."
GREEDY_TOKENS = 16
SMALLEST_MARGIN = 0.02  # two implementations must agree on which token is the most likely
ROUNDING = 1e-7
MOST_SENSITIVE = 2e-3  # a tenth of what counts as equal after training
FEWEST_DIFFERENT = 5  # of the greedy tokens
MOST_SEEDS = 200
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def load_model(folder, lora, adapter=None):
    """The folder's model with its adapter, every parameter trainable."""
    base = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model = peft.get_peft_model(base, peft.LoraConfig(task_type="CAUSAL_LM", **lora)).eval()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(True)
        if adapter is not None and "lora_" in name:
            parameter.data.copy_(adapter[stored_name(name)])
    return model


def stored_name(name):
    """A parameter's name in the files: the hub's, or the key of peft."""
    if ".lora_" in name:
        return name.replace(".default.", ".")
    return name.removeprefix(PEFT_PREFIX).replace(".base_layer.", ".")


def forward(model, tokens, mask):
    """Logits, and what the final norm gives."""
    kept = []
    hook = model.get_base_model().model.norm.register_forward_hook(lambda _, __, output: kept.append(output))
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    logits = model(input_ids=tokens, attention_mask=mask, position_ids=positions, use_cache=False).logits
    hook.remove()
    return logits, kept[0]


def token_losses(model, batch):
    logits, hidden = forward(model, batch["tokens"].long(), batch["input_mask"].long())
    nll = torch.nn.functional.cross_entropy(logits.flatten(0, 1), batch["targets"].long().flatten(), reduction="none")
    return nll.view_as(batch["loss_mask"]), hidden


def loss_of(nll, mask):
    return (nll * mask).sum() / mask.sum()


def learning_rate(step, o):
    if step < o["warmup_steps"]:
        start = o["peak_lr"] / (o["warmup_steps"] + 1)
        return start + (o["peak_lr"] - start) * step / o["warmup_steps"]
    through = (step - o["warmup_steps"]) / (o["decay_steps"] - o["warmup_steps"])
    return o["end_lr"] + (o["peak_lr"] - o["end_lr"]) * 0.5 * (1 + math.cos(math.pi * through))


def train(model, batch, o):
    """Six steps in which the factors alone train. Returns the curves and the factors afterwards."""
    factors = {stored_name(n): p for n, p in model.named_parameters() if "lora_" in n}
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for parameter in factors.values():
        parameter.requires_grad_(True)
    adam = torch.optim.AdamW(factors.values(), betas=(o["b1"], o["b2"]), eps=o["eps"], weight_decay=o["weight_decay"])
    curves = {"loss": [], "grad_norm": [], "lr": []}
    for step in range(o["steps"]):
        adam.zero_grad()
        loss = loss_of(token_losses(model, batch)[0], batch["loss_mask"])
        loss.backward()
        norm = torch.sqrt(sum(p.grad.square().sum() for p in factors.values()))
        for parameter in factors.values():
            parameter.grad *= min(1.0, o["clip_norm"] / norm.item())
        rate = learning_rate(step, o)
        adam.param_groups[0]["lr"] = rate
        adam.step()
        for name, value in zip(curves, (loss.item(), norm.item(), rate)):
            curves[name].append(value)
    return curves, {name: p.detach().clone() for name, p in factors.items()}


def sensitivity(folder, lora, adapter, batch):
    """How far the factors end from where they do, if they begin a rounding away: Adam doubles what is chaotic."""
    generator = torch.Generator().manual_seed(0)
    nearby = {n: p * (1 + ROUNDING * torch.randn(p.shape, generator=generator)) for n, p in adapter.items()}
    _, after = train(load_model(folder, lora, adapter), batch, OPTIMIZER)
    _, other = train(load_model(folder, lora, nearby), batch, OPTIMIZER)
    return max(((other[n] - after[n]).norm() / (after[n] - adapter[n]).norm()).item() for n in adapter)


def continue_greedily(model, prompt):
    """The most likely tokens after the prompt, and the smallest lead over the second."""
    tokens, margins = prompt.long(), []
    with torch.no_grad():
        for _ in range(GREEDY_TOKENS):
            logits = forward(model, tokens, torch.ones_like(tokens))[0][0, -1]
            best = torch.topk(logits, 2)
            margins.append((best.values[0] - best.values[1]).item())
            tokens = torch.cat([tokens, best.indices[:1][None]], 1)
    return tokens[:, prompt.shape[1] :].int(), min(margins)


def figures_of(model, batch, optimizer):
    """Everything that expected.safetensors holds, and the smallest margin of the greedy tokens."""
    mask = batch["input_mask"].bool()
    greedy, margin = continue_greedily(model, batch["prompt"])
    nll, hidden = token_losses(model, batch)
    loss = loss_of(nll, batch["loss_mask"])
    loss.backward()
    figures = {
        "loss": loss.detach(),
        "out/hidden": torch.where(mask[..., None], hidden, 0).detach(),
        "out/token_nll": (nll * batch["loss_mask"]).detach(),
        "out/greedy": greedy,
    }
    for name, parameter in model.named_parameters():
        figures[f"grad/{stored_name(name)}"] = parameter.grad.clone()
    curves, after = train(model, batch, optimizer)
    figures |= {f"train/{name}": torch.tensor(values) for name, values in curves.items()}
    figures |= {f"after/{name}": values for name, values in after.items()}
    return {name: values.contiguous() for name, values in figures.items()}, margin


def random_weights(model, generator):
    """Large enough everywhere for each rule of the model to show: a norm's weights and biases are not what training begins with."""
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if "norm" in name:
            one = 0 if "gemma" in model.config.model_type else 1
            values = one + 0.3 * values
        elif name.endswith("bias"):
            values = 0.3 * values
        elif "embed" in name:
            values = values / math.sqrt(parameter.shape[1])
        else:
            values = 1.7 * values / math.sqrt(parameter.shape[1])
        parameter.data.copy_(values)


def write_weights(model, dtype, shards, folder):
    """As a person has them: one file, or several with an index. Returns the names of the files."""
    tensors = {n: p.detach().to(DTYPES[dtype]).contiguous() for n, p in sorted(model.named_parameters())}
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        return ["model.safetensors"]
    names = [f"model-{n + 1:05d}-of-{shards:05d}.safetensors" for n in range(shards)]
    parts = np.array_split(np.array(list(tensors)), shards)
    for name, part in zip(names, parts):
        save_file({str(key): tensors[key] for key in part}, folder / name, {"format": "pt"})
    index = {
        "metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
        "weight_map": {str(key): name for name, part in zip(names, parts) for key in part},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    return [*names, "model.safetensors.index.json"]


def random_batch(vocabulary, rows, length, generator):
    """Row 0 is full, row 1 ends early, row 2 begins late."""
    text = torch.randint(3, vocabulary, (rows, length + 1), generator=generator, dtype=torch.int32)
    mask = torch.ones(rows, length, dtype=torch.int32)
    if rows > 1:
        mask[1, -3:] = 0
    if rows > 2:
        mask[2, :4] = 0
    counted = (torch.rand(rows, length, generator=generator) < 0.75) & mask.bool()
    prompt = torch.randint(3, vocabulary, (1, 7), generator=generator, dtype=torch.int32)
    tokens = torch.where(mask.bool(), text[:, :-1], 0)
    targets = text[:, 1:].contiguous()
    return {"tokens": tokens, "targets": targets, "input_mask": mask, "loss_mask": counted.float(), "prompt": prompt}


def attempt(case, seed, folder):
    """Writes the folder's weights, adapter and batch from a seed.

    Returns what they give and what describes them; None where greedy tokens are few or near to others, or steps chaotic.
    """
    generator = torch.Generator().manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(transformers.AutoConfig.from_pretrained(folder))
    random_weights(model, generator)
    weights = write_weights(model, case["dtype"], case.get("shards", 1), folder)
    lora = {"lora_dropout": 0.0, "bias": "none", **case["lora"]}
    factors = {stored_name(n): p for n, p in load_model(folder, lora).named_parameters() if "lora_" in n}
    adapter = {n: 0.15 * torch.randn(p.shape, generator=generator) for n, p in sorted(factors.items())}
    batch = random_batch(case["config"]["vocab_size"], case.get("rows", 3), case.get("length", 15), generator)
    save_file(adapter, folder / "adapter.safetensors", {"format": "pt"})
    save_file(batch, folder / "batch.safetensors")
    figures, margin = figures_of(load_model(folder, lora, adapter), batch, OPTIMIZER)
    clear = margin >= SMALLEST_MARGIN and len(figures["out/greedy"].unique()) >= FEWEST_DIFFERENT
    if not clear or sensitivity(folder, lora, adapter, batch) > MOST_SENSITIVE:
        return None
    base = [p.numel() for p in model.parameters()]
    adapted = [p.numel() for p in adapter.values()]
    description = {
        "kind": "hf",
        "source": f"transformers {transformers.__version__}, peft {peft.__version__}, torch {torch.__version__}: "
        "CPU, float32, eager attention",
        "model_type": case["config"]["model_type"],
        "weights": weights,
        "dtype": case["dtype"],
        "lora": lora,
        "trains": "every lora_A and lora_B; the whole base is frozen",
        "optimizer": OPTIMIZER,
        "greedy": {"new_tokens": GREEDY_TOKENS, "smallest_margin": round(margin, 6)},
        "base_leaves": len(base),
        "base_parameters": sum(base),
        "lora_leaves": len(adapted),
        "lora_parameters": sum(adapted),
    }
    return figures, description


def make_case(name, case, folder):
    """With the first seed whose figures other implementations can agree with."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "config.json").write_text(json.dumps(case["config"], indent=2, sort_keys=True) + "\n")
    found = next((f for seed in range(MOST_SEEDS) if (f := attempt(case, seed, folder))), None)
    if found is None:
        raise SystemExit(f"{name}: no seed gives figures that other implementations could agree with")
    figures, description = found
    save_file(figures, folder / "expected.safetensors")
    (folder / "case.json").write_text(json.dumps(description, indent=2) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: {size / 1000:.0f} kB, loss {figures['loss']:.3f}")


def check_case(folder):
    """Prints, for each group of figures, how far those of the file are from those computed now."""
    description = json.loads((folder / "case.json").read_text())
    batch, adapter = load_file(folder / "batch.safetensors"), load_file(folder / "adapter.safetensors")
    model = load_model(folder, description["lora"], adapter)
    figures, _ = figures_of(model, batch, description["optimizer"])
    expected = load_file(folder / "expected.safetensors")
    if figures.keys() != expected.keys():
        raise SystemExit(f"{folder}: other names: {sorted(figures.keys() ^ expected.keys())}")
    worst = {}
    for name, ours in figures.items():
        if ours.shape != expected[name].shape or ours.dtype != expected[name].dtype:
            raise SystemExit(f"{folder}: {name} is {ours.dtype} {tuple(ours.shape)}, the file has another form")
        distance = ((ours - expected[name]).double().norm() / expected[name].double().norm().clamp(min=1e-30)).item()
        group = name.split("/")[0]
        worst[group] = max(worst.get(group, (0.0, "")), (distance, name))
    print(folder)
    for group, (distance, name) in worst.items():
        print(f"  {group:6} {distance:.2e}  worst {name}")


def main(arguments):
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if not arguments:
        raise SystemExit(__doc__)
    if arguments[0] == "--check":
        for folder in arguments[1:]:
            check_case(Path(folder))
        return
    for name in arguments[1:] or CASES:
        make_case(name, CASES[name], Path(arguments[0]) / name)


if __name__ == "__main__":
    main(sys.argv[1:])
