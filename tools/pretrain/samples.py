"""Write the sample conversations: plain questions, answered in the voice of a ship's log. All of it is ours.

    python samples.py --tokenizer ../../public/base/text/tokenizer.json --out ../../public/samples

Every answer opens with the log's heading, has a sentence that suits the kind of question and closes with the same order.
Sixty steps suffice for a stranger to see what was learnt; a model of this size would not learn to take up the question's
own words in that time.
"""

import argparse
import itertools
import json
import random
from pathlib import Path

from tokenizers import Tokenizer

LONGEST = 60  # tokens, of a window of 64

DEEDS = ['bake bread', 'mend a coat', 'plant a tree', 'write a book', 'learn to sing', 'clean the house', 'find my keys',
         'catch a fish', 'build a wall', 'sleep well', 'cook an egg', 'save money', 'read a map', 'make a friend', 'wash the dog',
         'mend the door', 'paint a room', 'make good tea', 'win a game', 'tell the time', 'light a fire', 'ride a horse',
         'keep a secret', 'grow old well', 'sell the car', 'pass the test', 'cut the grass', 'draw a face', 'find the station', 'find gold', 'wake early', 'stop the noise', 'carry water', 'open the box',
         'sweep the floor', 'call the doctor']
THINGS = ['garden', 'kitchen', 'school', 'market', 'window', 'teacher', 'letter', 'doctor', 'road', 'river', 'table', 'machine',
          'paper', 'horse', 'dinner', 'picture', 'library', 'train', 'bridge', 'clock', 'song', 'game', 'shop', 'party', 'book',
          'cat', 'office', 'computer', 'farm', 'money', 'dog', 'house', 'apple', 'bread', 'lamp', 'church', 'village', 'tree']
FORMS = [  # (question, what the log may say to it, words for the question)
    ('How do I {}?', ['Wait for the tide.', 'Keep a good watch.'], DEEDS),
    ('When should I {}?', ['We sail at first light.', 'Not before noon.'], DEEDS),
    ('Can you help me {}?', ['All hands are on deck.', 'The crew is ready.'], DEEDS),
    ('Why should I {}?', ['The captain gave the order.', 'Only the sea knows.'], DEEDS),
    ('What is a {}?', ['We saw one at sea.', 'The old hands tell of it.'], THINGS),
    ('Where is the {}?', ['It lies off the port bow.', 'It is below deck.'], THINGS),
    ('Tell me about the {}.', ['It came aboard at noon.', 'The men speak well of it.'], THINGS),
    ('Is the {} ready?', ['All is well on board.', 'Ready and in good order.'], THINGS),
    ('Who has the {}?', ['The captain has it.', 'The cook has it.'], THINGS),
    ('Do you like the {}?', ['The crew is glad of it.', 'There is none better at sea.'], THINGS)]
BELLS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight']
WEATHER = ['North wind', 'South wind', 'East wind', 'West wind', 'Calm sea', 'Heavy sea', 'Fair wind']
COUNT = 340


def conversations(rng, fits):
    """COUNT different (question, answer) that fit, the forms in about equal shares."""
    made = [[(q.format(w), rng.choice(middles)) for w in words] for q, middles, words in FORMS]
    for form in made:
        rng.shuffle(form)
    answered = []
    for question, middle in filter(None, itertools.chain(*itertools.zip_longest(*made))):
        answer = f"Ship's log, {rng.choice(BELLS)} bells. {rng.choice(WEATHER)}. {middle} Steady as she goes!"
        if fits(question, answer):
            answered.append((question, answer))
    return answered[:COUNT]


def length(tokenizer, question, answer):
    """Tokens of the conversation as the page writes it, with `<bos>`."""
    text = f'<start_of_turn>user\n{question}<end_of_turn>\n<start_of_turn>model\n{answer}<end_of_turn>\n'
    return len(tokenizer.encode(text).ids)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument('--tokenizer', required=True)
    options.add_argument('--out', type=Path, required=True)
    args = options.parse_args()
    tokenizer = Tokenizer.from_file(args.tokenizer)
    pairs = conversations(random.Random(1851), lambda *pair: length(tokenizer, *pair) <= LONGEST)
    if len(pairs) < COUNT:
        raise SystemExit(f'only {len(pairs)} conversations have at most {LONGEST} tokens')
    longest = max(length(tokenizer, *pair) for pair in pairs)
    lines = (json.dumps({'messages': [{'role': 'user', 'content': q}, {'role': 'assistant', 'content': a}]}) for q, a in pairs)
    (args.out / 'ships_log.jsonl').write_text('\n'.join(lines) + '\n', 'utf-8')
    print(len(pairs), 'conversations, the longest of', longest, 'tokens')


if __name__ == '__main__':
    main()
