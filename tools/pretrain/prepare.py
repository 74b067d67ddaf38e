"""Gather the texts and part them into training and held-out documents: `<out>/train.jsonl`, `<out>/heldout.jsonl`.

    python prepare.py --npm texts/node_modules --austen texts/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb --out work
"""

import argparse
import collections
import itertools
import json
import random
from pathlib import Path

import chats
import texts

HELD_OUT = 50  # one document in so many is never trained on
SEED = 20260


def prose(npm, austen, sotu_from):
    """All prose documents as {source, text}."""
    readers = (texts.moby_dick(npm), texts.austen(austen), texts.bible(), texts.sotu(npm, sotu_from), texts.wordnet(npm))
    return [{'source': source, 'text': text} for source, text in itertools.chain(*readers) if len(text) > 200]


def split(documents, rng):
    """(train, held out): every `HELD_OUT`-th document of each source, after a shuffle, is held out."""
    rng.shuffle(documents)
    seen, parts = collections.Counter(), ([], [])
    for document in documents:
        seen[document['source']] += 1
        parts[seen[document['source']] % HELD_OUT == 0].append(document)
    return parts


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--npm', type=Path, required=True, help='the node_modules folder that holds the texts')
    options.add_argument('--austen', type=Path, required=True, help='Rdata.rdb of janeaustenr')
    options.add_argument('--out', type=Path, required=True)
    options.add_argument('--sotu-from', type=int, default=1900, help='first year of the addresses')
    options.add_argument('--chats', type=int, default=11000, help='conversations made from WordNet')
    args = options.parse_args()
    rng = random.Random(SEED)
    train, heldout = split(prose(args.npm, args.austen, args.sotu_from), rng)
    # Dictionary pages and chats share synsets: a held-out meaning must not be trained on in its other form.
    held_out = '\n'.join(d['text'] for d in heldout)
    talks = chats.chats(args.npm, rng, args.chats, held_out)
    train += [{'source': 'chat', 'text': chats.render(talk)} for talk in talks]
    rng.shuffle(train)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, documents in (('train', train), ('heldout', heldout)):
        lines = (json.dumps(d, ensure_ascii=False) + '\n' for d in documents)
        (args.out / f'{name}.jsonl').write_text(''.join(lines), 'utf-8')
        size = collections.Counter()
        for d in documents:
            size[d['source']] += len(d['text'].encode())
        print(name, len(documents), 'documents', sum(size.values()), 'bytes', dict(size))


if __name__ == '__main__':
    main()
