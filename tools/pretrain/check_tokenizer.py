"""Fuzz the tokenizer in Rust and write what the JavaScript one must match (then run check_tokenizer.ts on the file).

    python check_tokenizer.py --base ../../public/base/text --texts work/heldout.jsonl --out cases.jsonl
"""

import argparse
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

ALPHABETS = [
    ''.join(map(chr, range(32, 127))), ' \n\t\r  \n', 'abc XYZ 0123456789', "don't 'tis \"so\" — (well) ...",
    ''.join(map(chr, range(0, 32))) + '\x7f\x85\xa0\u200b\u2028\ufeff', 'äöüßéèêçñøåœ', 'аяжщЯ русский', '日本語中文字한국어',
    'اللغة العربية', 'हिन्दी', '🎉👍🏽👩‍👩‍👧‍👦🇫🇷🏴\U000e0067', 'e\u0301a\u0308 ﬁ ½ Ⅳ ² ٣', '𝒳𝔘𐍈', '<0x41><|>eos<bo', '_*#`~|\\/{}[]']


def strings(texts, count, rng):
    """Random mixtures of the alphabets, pieces of real text with odd ends, and the empty string."""
    yield ''
    for i in range(count):
        if i % 3:
            chosen = rng.sample(ALPHABETS, rng.randint(1, 4))
            yield ''.join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(1, 60)))
        else:
            text = rng.choice(texts)
            start = rng.randrange(len(text))
            before, after = rng.choice(['', ' ', '\n', '\t', '   ']), rng.choice(['', ' ', '\n\n', '\r\n'])
            yield before + text[start:start + rng.randint(1, 200)] + after


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--base', type=Path, required=True)
    options.add_argument('--texts', type=Path, required=True)
    options.add_argument('--out', type=Path, required=True)
    options.add_argument('--count', type=int, default=9000)
    args = options.parse_args()
    tokenizer = Tokenizer.from_file(str(args.base / 'tokenizer.json'))
    texts = [json.loads(line)['text'] for line in args.texts.open(encoding='utf-8')]
    turns = ['<start_of_turn>user\nHi <end_of_turn>\n<start_of_turn>model\n', '<bos>a<eos> <pad><unk>b']
    lost, lines = 0, []
    for text in [*strings(texts, args.count, random.Random(7)), *turns, *texts]:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        lost += tokenizer.decode(ids, skip_special_tokens=False) != text
        lines.append(json.dumps({'text': text, 'ids': ids, 'with_bos': tokenizer.encode(text).ids}))
    args.out.write_text('\n'.join(lines) + '\n')
    print(f'{len(lines)} strings, {lost} not restored by decode(encode(x))')
    raise SystemExit(lost > 0)


if __name__ == '__main__':
    main()
