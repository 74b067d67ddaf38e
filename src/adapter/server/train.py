"""Goes on training the adapter in this folder, on the same windows of tokens and with the same settings.

    pip install -r requirements.txt
    python train.py --base NAME_OR_FOLDER                one GPU, or the processor
    accelerate launch train.py --base NAME_OR_FOLDER     several GPUs of one machine

README.md says what is the same as in the browser, and what is not.
"""

import argparse
import json
import math
from contextlib import nullcontext
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, set_seed
from peft import PeftModel
from transformers import AutoConfig, AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
BITS = 0xFFFFFFFF


def mix(h):
    """The finalizer of MurmurHash3."""
    h &= BITS
    h = (h ^ h >> 16) * 0x85EBCA6B & BITS
    h = (h ^ h >> 13) * 0xC2B2AE35 & BITS
    return h ^ h >> 16


def hashed(*parts):
    h = 0x2545F491
    for part in parts:
        h = mix(h ^ mix(part + 0x9E3779B9))
    return h


def shuffled(index, size, key):
    """Where an item of 0 … size - 1 goes in the shuffle named by `key`: a Feistel network, as in the browser."""
    half = max(1, math.ceil(math.log2(max(2, size)) / 2))
    while True:
        left, right = index >> half, index & (1 << half) - 1
        for turn in range(6):
            left, right = right, left ^ hashed(key, turn, right) & (1 << half) - 1
        index = left << half | right
        if index < size:
            return index


def windows_of(step, run, count):
    """Numbers of the windows of a step, counted from 0: all windows in a new order in each pass over the data."""
    per_step = run['batch_size'] * run['accumulation']
    places = range(step * per_step, (step + 1) * per_step)
    return [shuffled(place % count, count, hashed(run['seed'], 3, place // count)) for place in places]


def learning_rate(step, run):
    """Linear to the peak, then half a cosine to the end, then flat; `step` counts from the beginning of the schedule."""
    peak, end, warmup = run['learning_rate'], run['end_learning_rate'], run['warmup_steps']
    if step < warmup:
        start = peak / (warmup + 1)
        return start + (peak - start) * step / warmup
    progress = min(1, (step - warmup) / max(1, run['decay_steps'] - warmup))
    return end + (peak - end) * 0.5 * (1 + math.cos(math.pi * progress))


def collated(windows, device):
    """input_ids, attention_mask and labels (B, T); rows are padded at their end, where nothing sees the padding."""
    longest = max(len(window['input_ids']) for window in windows)
    pad = lambda values, by: values + [by] * (longest - len(values))
    return {
        'input_ids': torch.tensor([pad(w['input_ids'], 0) for w in windows], device=device),
        'attention_mask': torch.tensor([pad([1] * len(w['input_ids']), 0) for w in windows], device=device),
        'labels': torch.tensor([pad(w['labels'], -100) for w in windows], device=device),
    }


def counted(windows):
    """Labels that count: the first token of a window is no target."""
    return sum(label != -100 for window in windows for label in window['labels'][1:])


def summed_loss(model, windows, device):
    """Nats, over all labels that count."""
    batch = collated(windows, device)
    labels = batch.pop('labels')[:, 1:]
    logits = model(**batch, use_cache=False).logits[:, :-1].float()
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction='sum')


def micro_batches(windows, size):
    return [windows[first : first + size] for first in range(0, len(windows), size)]


def evaluate(model, accelerator, windows, size):
    """Nats a token, over all processes."""
    model.eval()
    total = torch.zeros((), device=accelerator.device)
    with torch.no_grad():
        for batch in micro_batches(windows[accelerator.process_index :: accelerator.num_processes], size):
            total += summed_loss(model, batch, accelerator.device)
    model.train()
    return accelerator.reduce(total, 'sum').item() / counted(windows)


def train_step(model, optimizer, accelerator, windows, run):
    """One update over all processes. Returns the loss, nats a token, and the norm of the gradient before it was clipped."""
    own = micro_batches(windows[accelerator.process_index :: accelerator.num_processes], run['batch_size'])
    total = torch.zeros((), device=accelerator.device)
    for n, batch in enumerate(own):
        is_last = n == len(own) - 1
        with nullcontext() if is_last else accelerator.no_sync(model):
            loss = summed_loss(model, batch, accelerator.device) / counted(windows)
            accelerator.backward(loss * accelerator.num_processes)  # gradients are averaged over the processes
        total += loss.detach()
    norm = accelerator.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], run['clip_norm']).item()
    if math.isfinite(norm):
        optimizer.step()
    optimizer.zero_grad()
    return accelerator.reduce(total, 'sum').item(), norm


def load_model(run, options):
    config = AutoConfig.from_pretrained(options.base, trust_remote_code=False)
    # of the ways in which transformers computes attention, the usual one leaves out the bound that Gemma 2 puts on it
    attention = 'eager' if getattr(config, 'attn_logit_softcapping', None) else None
    model = AutoModelForCausalLM.from_pretrained(
        options.base,
        config=config,
        dtype=getattr(torch, options.dtype),
        attn_implementation=attention,
        trust_remote_code=False,
        use_safetensors=True,
    )
    model = PeftModel.from_pretrained(model, HERE, is_trainable=True)
    for name, parameter in model.named_parameters():
        if name.replace('.default.', '.') in run['frozen']:
            parameter.requires_grad = False
    return model


def parameter_groups(model, run, device):
    """What AdamW trains. openpi's LoRA gives each head factors of its own, and PEFT has one pair for a module. Where the heads' second
    factors are blocks on the diagonal of lora_B, nothing may come beside them. Where lora_B is the mean of n factors that openpi adds up, it
    moves as each of them does: Adam takes no notice of how large gradients are, but for epsilon, and their norm counts all n."""
    groups = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        module, factor = name.split('.')[-4:-2]  # q_proj.lora_B.default.weight
        own, summed = [run[heads].get(module, 1) if factor == 'lora_B' else 1 for heads in ('own_heads', 'summed_heads')]
        if own > 1 or summed > 1:
            rows, columns = parameter.shape
            block = torch.ones(rows // own, columns // own, device=device) / math.sqrt(summed)
            mask = torch.block_diag(*[block] * own)
            parameter.register_hook(lambda gradient, mask=mask: gradient * mask)
        groups.setdefault(math.sqrt(summed), []).append(parameter)
    return [{'params': parameters, 'eps': run['epsilon'] * root} for root, parameters in groups.items()]


def parse_options(run):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    base = str(HERE / 'base') if (HERE / 'base').is_dir() else run['base']
    parser.add_argument('--base', required=base is None, default=base, help='the base: its name on the hub, or its folder (default: %(default)s)')
    parser.add_argument('--out', type=Path, default=HERE / 'continued', help='folder for the adapter and its losses')
    parser.add_argument('--from-step', type=int, default=run['from_step'], help='step of the run that data and schedule go on from (default: %(default)s)')
    parser.add_argument('--steps', type=int, default=run['steps'], help='steps to go on for (default: %(default)s)')
    parser.add_argument('--dtype', default='float32', choices=['float32', 'bfloat16', 'float16'], help='of the frozen base')
    return parser.parse_args()


def main():
    run = json.loads((HERE / 'run.json').read_text(encoding='utf-8'))
    options = parse_options(run)
    # processes may have different numbers of micro-batches, so nothing may wait for the others in a forward pass
    accelerator = Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(broadcast_buffers=False)])
    set_seed(run['seed'])
    data = [json.loads(line) for line in (HERE / 'data.jsonl').open(encoding='utf-8')]
    training = [window for window in data if window['split'] == 'train']
    held_out = [window for window in data if window['split'] == 'heldout']
    count = min(len(held_out), run['evaluated_windows'])
    evaluated = [held_out[int((n + 0.5) * len(held_out) / count)] for n in range(count)]
    if accelerator.num_processes > run['batch_size'] * run['accumulation']:
        raise SystemExit(f'A step has {run["batch_size"] * run["accumulation"]} windows: start as many processes at most.')

    model = load_model(run, options)
    groups = parameter_groups(model, run, accelerator.device)
    optimizer = torch.optim.AdamW(groups, betas=run['betas'], weight_decay=run['weight_decay'])
    model, optimizer = accelerator.prepare(model, optimizer)
    options.out.mkdir(parents=True, exist_ok=True)
    losses = (options.out / 'losses.jsonl').open('w', encoding='utf-8') if accelerator.is_main_process else None

    def tell(**row):
        accelerator.print(', '.join(f'{key} {value:.6g}' for key, value in row.items()), flush=True)
        if losses:
            print(json.dumps(row), file=losses, flush=True)

    def measured(step):
        loss = evaluate(model, accelerator, evaluated, run['batch_size']) if evaluated else math.nan
        tell(step=step, heldout=loss)
        return loss

    best, saved = measured(options.from_step), False
    last = options.from_step + options.steps
    for step in range(options.from_step, last):
        rate = learning_rate(step - run['schedule_begins'], run)
        for group in optimizer.param_groups:
            group['lr'] = rate
        windows = [training[n] for n in windows_of(step, run, len(training))]
        loss, norm = train_step(model, optimizer, accelerator, windows, run)
        tell(step=step + 1, loss=loss, gradient_norm=norm, learning_rate=rate)
        if (step + 1) % run['evaluate_every'] == 0 or step + 1 == last:
            heldout = measured(step + 1)
            if heldout < best or not (run['keep_best'] and evaluated):
                best, saved = heldout, True
                accelerator.unwrap_model(model).save_pretrained(
                    options.out, save_embedding_layers=False, is_main_process=accelerator.is_main_process
                )
    if not saved:
        accelerator.print('The held-out loss did not fall, so nothing was saved: the adapter that was given is the better one.')
    accelerator.end_training()


if __name__ == '__main__':
    main()
