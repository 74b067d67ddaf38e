"""Short question-and-answer turns made from WordNet, so that the base has met the chat form before anyone fine-tunes it."""

from texts import sentence, synsets

ASK_MEANING = ['What does "{}" mean?', 'Define {}.', 'What is the meaning of {}?', 'Explain the word {}.']
ASK_USE = ['Use "{}" in a sentence.', 'Give me an example of {}.', 'How do you use the word {}?']
ASK_OTHER = ['What is another word for {}?', 'Give me a synonym of {}.']


def chats(npm, rng, limit, held_out):
    """At most `limit` conversations of 1 to 3 rounds, each a list of (question, answer); no meaning that `held_out` holds."""
    entries = [e for e in synsets(npm) if len(e[1]) < 160 and e[1] not in held_out]
    rng.shuffle(entries)
    made = 0
    while entries and made < limit:
        rounds = [turn(*entries.pop(), rng) for _ in range(min(rng.choice([1, 1, 2, 3]), len(entries)))]
        made += 1
        yield rounds


def turn(words, meaning, examples, rng):
    """One (question, answer) on a synset: its meaning, an example of its use, or another word for it."""
    word = words[0]
    uses = [e for e in examples if word in e]
    kinds = ['meaning', 'meaning'] + ['use'] * bool(uses) + ['other'] * (len(words) > 1)
    kind = rng.choice(kinds)
    if kind == 'use':
        return rng.choice(ASK_USE).format(word), sentence(rng.choice(uses))
    if kind == 'other':
        return rng.choice(ASK_OTHER).format(word), sentence(' or '.join(words[1:3]))
    return rng.choice(ASK_MEANING).format(word), sentence(meaning)


def render(rounds):
    """The chat form that the tokenizer's special tokens spell; `<bos>` is added when it is encoded."""
    parts = (f'<start_of_turn>user\n{q}<end_of_turn>\n<start_of_turn>model\n{a}<end_of_turn>\n' for q, a in rounds)
    return ''.join(parts)
