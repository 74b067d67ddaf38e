"""Loads an adapter that npm run interop exported with peft, and compares losses and most likely tokens with ours.

    python check_hub.py CASE OUT

CASE is a folder of the hub with batch.safetensors; OUT has peft/ and ours.json. Prints what differs and exits with 1
where anything is further from ours than it may be.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
LIMIT = 1e-5
# Of weights that were rounded anew, to what their files have.
ROUNDED = {'float32': LIMIT, 'float16': 1e-3, 'bfloat16': 1e-2}


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation='eager').eval()


def loss_of(model, batch):
    mask = batch['input_mask'].long()
    with torch.no_grad():
        logits = model(input_ids=batch['tokens'].long(), attention_mask=mask, position_ids=(mask.cumsum(1) - 1).clamp(min=0)).logits
    nll = -logits.log_softmax(-1).gather(-1, batch['targets'].long()[..., None])[..., 0]
    return float((nll * batch['loss_mask']).sum() / batch['loss_mask'].sum())


def greedy_of(model, batch, count):
    tokens = batch['prompt'].long()
    for _ in range(count):
        with torch.no_grad():
            last = model(input_ids=tokens).logits[:, -1]
        tokens = torch.cat([tokens, last.argmax(-1)[:, None]], 1)
    return tokens[0, -count:].tolist()


def main():
    case, out = map(Path, sys.argv[1:])
    ours, batch = json.loads((out / 'ours.json').read_text()), load_file(case / 'batch.safetensors')
    failed = []

    def compare(what, loss, wanted, limit=LIMIT):
        error = abs(loss - wanted) / abs(wanted)
        print(f'  {what:34} loss {loss:.6f}, {error:.1e} from ours')
        if not error <= limit:
            failed.append(what)

    model = load(case)
    compare('transformers: the base alone', loss_of(model, batch), ours['base_loss'])
    model = PeftModel.from_pretrained(model, out / 'peft').eval()
    compare('peft: with the adapter', loss_of(model, batch), ours['loss'])
    same = greedy_of(model, batch, len(ours['greedy'])) == ours['greedy']
    print(f'  peft: {len(ours["greedy"])} most likely tokens {"are" if same else "are NOT"} ours')
    if not same:
        failed.append('tokens')
    compare('peft: merged into the weights', loss_of(model.merge_and_unload(), batch), ours['loss'])
    compare('transformers: our merged folder', loss_of(load(out / 'merged'), batch), ours['loss'], ROUNDED[json.loads((case / 'case.json').read_text())['dtype']])
    distance = abs(ours['base_loss'] - ours['loss']) / ours['loss']
    print(f'  base and adapter are {distance:.2f} apart')
    if distance < 0.01:
        failed.append('distance: the comparison says nothing')
    raise SystemExit(len(failed) > 0)


if __name__ == '__main__':
    main()
