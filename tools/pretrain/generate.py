"""Continue a text with the exported base: greedy, or sampled at a temperature.

    python generate.py --base ../../public/base/text --prompt "The sea was" --temperature 0.8
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import model
from train import TIME


@torch.no_grad()
def continue_ids(params, ids, config, count, temperature, draw, stop=(1, 5)):
    """`ids` and up to `count` more; ends at `<eos>` or `<end_of_turn>`."""
    ids = list(ids)
    for _ in range(count):
        x = model.hidden(params, torch.tensor([ids[-TIME:]]), config)[0, -1]
        logits = params[model.ROOT + 'embedder/input_embedding'] @ x
        chosen = torch.multinomial((logits / temperature).softmax(-1), 1, generator=draw) if temperature else logits.argmax()
        ids.append(int(chosen))
        if ids[-1] in stop:
            break
    return ids


def chat_prompt(question):
    """The text after which the model answers."""
    return f'<start_of_turn>user\n{question}<end_of_turn>\n<start_of_turn>model\n'


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--base', type=Path, required=True)
    options.add_argument('--prompt', action='append', required=True)
    options.add_argument('--chat', action='store_true', help='the prompts are questions')
    options.add_argument('--temperature', type=float, default=0.0)
    options.add_argument('--count', type=int, default=60)
    options.add_argument('--seed', type=int, default=1)
    args = options.parse_args()
    tokenizer = Tokenizer.from_file(str(args.base / 'tokenizer.json'))
    params = {path: w.float() for path, w in load_file(args.base / 'model.safetensors').items()}
    draw = torch.Generator().manual_seed(args.seed)
    for prompt in args.prompt:
        ids = tokenizer.encode(chat_prompt(prompt) if args.chat else prompt).ids
        more = continue_ids(params, ids, model.Config(), args.count, args.temperature, draw)[len(ids):]
        print(f'{prompt} |{tokenizer.decode(more)}')


if __name__ == '__main__':
    main()
