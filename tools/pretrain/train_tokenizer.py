"""Train the byte-fallback BPE on the training texts and write `tokenizer.json` and `tokenizer_config.json`.

    python train_tokenizer.py --data work --out work
"""

import argparse
import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPECIALS = ['<pad>', '<eos>', '<bos>', '<unk>', '<start_of_turn>', '<end_of_turn>']
BYTES = [f'<0x{b:02X}>' for b in range(256)]
VOCABULARY = 2048
MARK = '\ufeff'  # an entry of its own: spelt in bytes, JavaScript's TextDecoder swallows a byte order mark
# A word with the space before it, a single digit, a run of newlines or of spaces, or a run of signs.
# `\s` is avoided: JavaScript and Rust disagree on what it matches.
PIECES = r"[▁']?\p{L}+|\p{N}|\n+|▁+|▁?[^▁\p{L}\p{N}\n]+"


def train(texts):
    """A BPE whose first ids are the specials, then the 256 bytes, then the learnt pieces."""
    tokenizer = Tokenizer(models.BPE(unk_token='<unk>', fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(' ', '▁')
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PIECES), 'isolated')
    ascii_alphabet = [chr(c) for c in range(33, 127)] + ['\n', '▁', '—']
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY - 1, special_tokens=SPECIALS + BYTES, initial_alphabet=ascii_alphabet,
        limit_alphabet=len(ascii_alphabet), show_progress=False))
    return tokenizer


def finish(trained):
    """The JSON form: only the specials stay added tokens, so that a text `<0x41>` is spelt and not taken for a byte."""
    form = json.loads(trained.to_str())
    form['added_tokens'] = [t for t in form['added_tokens'] if t['content'] in SPECIALS]
    form['model']['vocab'][MARK] = VOCABULARY - 1
    parts = (('SpecialToken', '<bos>'), ('Sequence', 'A'), ('Sequence', 'B'))
    bos, a, b = ({kind: {'id': name, 'type_id': 0}} for kind, name in parts)
    form['post_processor'] = {
        'type': 'TemplateProcessing', 'single': [bos, a], 'pair': [bos, a, b],
        'special_tokens': {'<bos>': {'id': '<bos>', 'ids': [2], 'tokens': ['<bos>']}}}
    form['decoder'] = {'type': 'Sequence', 'decoders': [
        {'type': 'Replace', 'pattern': {'String': '▁'}, 'content': ' '}, {'type': 'ByteFallback'}, {'type': 'Fuse'}]}
    return form


# What the system says begins the user's first turn; without one it is a turn of the user.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% set content = message['content'] | trim %}"
    "{% if message['role'] == 'system' %}{% if messages | length == 1 or messages[1]['role'] != 'user' %}"
    "{{ '<start_of_turn>user\\n' + content + '<end_of_turn>\\n' }}{% endif %}{% else %}"
    "{% if loop.index0 == 1 and message['role'] == 'user' and messages[0]['role'] == 'system' %}"
    "{% set content = (messages[0]['content'] | trim + '\\n\\n' + content) | trim %}{% endif %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else 'user') + '\\n' + content + '<end_of_turn>\\n' }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}")

CONFIG = {'tokenizer_class': 'PreTrainedTokenizerFast', 'model_max_length': 256, 'clean_up_tokenization_spaces': False,
          'add_bos_token': True, 'add_eos_token': False, 'bos_token': '<bos>', 'eos_token': '<eos>', 'pad_token': '<pad>',
          'unk_token': '<unk>', 'chat_template': CHAT_TEMPLATE}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--data', type=Path, required=True)
    options.add_argument('--out', type=Path, required=True)
    args = options.parse_args()
    documents = (json.loads(line) for line in (args.data / 'train.jsonl').open(encoding='utf-8'))
    form = finish(train(d['text'] for d in documents if d['source'] != 'chat'))
    (args.out / 'tokenizer.json').write_text(json.dumps(form, ensure_ascii=False, separators=(',', ':')), 'utf-8')
    (args.out / 'tokenizer_config.json').write_text(json.dumps(CONFIG, indent=1), 'utf-8')
    tokenizer = Tokenizer.from_file(str(args.out / 'tokenizer.json'))
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise SystemExit(f'{tokenizer.get_vocab_size()} entries in place of {VOCABULARY}')
    print('vocabulary', tokenizer.get_vocab_size(), tokenizer.encode('Hello world, it is 1851.\n').tokens)


if __name__ == '__main__':
    main()
