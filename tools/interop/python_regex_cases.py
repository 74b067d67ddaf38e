"""Writes what Python's re.fullmatch says of many patterns and texts, for the tests of filters.

    python3 tools/interop/python_regex_cases.py > test/fixtures/python_regex.json
    python3 tools/interop/python_regex_cases.py around > test/fixtures/python_lookaround.json

Python 3.11 or later. The patterns are seeded random ones and a list by hand; with "around", a list by hand of those
that look ahead or behind. A pattern that Python refuses is listed with null in place of its answers.
"""

import json
import random
import re
import sys
import warnings

HAND = r"""
.*llm.* | .*llm.*_1.* | .*lora.* | .llm. | .*.img* | .*layers/0/.* | (a+)+$ | (a|aa)* | (a|b)*?b | a{2} | a{2,} | a{,2}
a{,} | a{} | a{x} | a{2,1} | {2} | a** | a*? | a*?? | (?:a*)* | (a*)+b | ^a$ | \Aa\Z | a$b | ^^a | $* | \b* | (?:^)*a | (^)*a
\ba\b | a\Bb | \d+ | \D+ | \w+ | \W+ | \s+ | \S+ | [a-c]+ | [^a-c]+ | []a]+ | [^]a]+ | [a-]+ | [-a]+ | [a\-c]+ | [\d_]+ | [\w.]+
[c-a] | [\d-z] | [a-\d] | [a | a] | [] | [^] | (a | a) | ((a)) | () | (|a)+ | a| | |a | | | (?:a)(?P<n>b) | (?P<n>a)(?P<n>b)
(?P<1>a) | (?P<>a) | (?i)AB | (?i:A)b | (?s).+ | (?s:.)+ | (?-i:a) | (?i)a(?-i:B) | a(?i)b | (?#note)a | a(?#note)* | (?#note | (?
\. | \/ | \_ | \- | \q | \y | \e | \x61 | \x6 | \u0061 | \u61 | \U00000061 | \0 | \07 | \141 | \t | \n | \\ | [\b] | [\x61-\x63]+
[\q] | \Z | a\Z | \A | (?i)[a-c]+ | ( | ) | * | + | ? | a{1}{2} | (a{2}){2} | (?:a?){3} | (a|b){2,3} | PaliGemma/llm/.* | [[]a
.*q_einsum_1/lora_[ab] | .*(q|kv)_einsum.* | (?:.*/)?lora_a | .*_einsum(_1)?/w | [^/]*/[^/]*
"""
TEXTS = [
    "", "a", "b", "ab", "ba", "aa", "aaa", "aaaa", "aab", "abb", "abab", "A", "AB", "aB", "a.b", "a/b", "a_b", "a-b", "_", ".", "/",
    "1", "12", "a1", " ", "a b", "a\n", "\n", "\t", "\\", "-", "]", "[", "a]", "[a", "{", "a{}", "a{x}", "{2}", "é", "ß", "٣", "\x08", "\x00", "\x07",
    "ab\n", "llm", "xllmx", "allm", "PaliGemma/llm/layers/attn/q_einsum_1/lora_a", "PaliGemma/llm/layers/attn/q_einsum/w",
    "PaliGemma/img/head/kernel", "action_in_proj/kernel",
]
AROUND = r"""
(?!.*lora).* | (?!.*llm).* | (?=.*llm)(?!.*_1).* | .*(?<!_1)/w | .*(?<=_1)/w | .*/(?!lora)[^/]*
(?=.*img)(?=.*kernel).* | .*llm(?!.*lora).* | ((?!lora).)* | (?!).* | (?=).* | (?=P)*.* | (?=x)*.* | (?=x)?P.*
(?:(?=x)|(?!x)).* | .*(?<![a-z]). | (?<=a).* | .*(?<=w)$ | .*(?<=^.)b | .*(?<=a|b) | .*(?<=ab|c) | .*(?<!a?)
.*(?<=(?=w).) | (?i:(?!.*LORA)).* | (?!(?!.*lora)).* | (?=.*(?<=_1)/).* | (?=a)+b | (?=a){2}ab | (?<!a{2})b
(?<=a{2})b | .*(?<=(?:ab){2}).* | (?!.*\n).* | .*(?=\n)\n | (?<=a*)b | .*(?=$) | .*(?=$)\n | .*\n(?<=$)
(?=(a|ab)c).* | (?<!.)P.* | (?<=(a))b | .*(?<=(?:)).* | (?<!(?:a|bc)){1}.*
"""
AROUND_TEXTS = [
    "PaliGemma/llm/layers/attn/q_einsum/w", "PaliGemma/llm/layers/attn/q_einsum_1/w",
    "PaliGemma/llm/layers/attn/q_einsum/lora_a", "PaliGemma/llm/layers/mlp_1/linear_lora_a",
    "PaliGemma/img/Transformer/encoderblock/MlpBlock_0/Dense_1/kernel", "state_proj/bias", "ab", "aab", "b", "",
    "a\n", "ababw", "abc",
]
PIECES = ["a", "b", "ab", ".", r"\.", r"\d", r"\w", r"\s", "/", "_", "[ab]", "[^a]", "[a-z]", "1", "A", r"\b", "^", "$"]
MARKS = ["*", "+", "?", "{2}", "{1,2}", "{,1}", "{1,}", "*?", "+?", "??", "{1,2}?"]


def random_pattern(rng, depth=0):
    parts = []
    for _ in range(rng.randint(1, 3)):
        if depth < 2 and rng.random() < 0.35:
            opening = rng.choice(["(", "(?:", "(?i:", "(?s:"])
            part = opening + random_pattern(rng, depth + 1) + ")"
        else:
            part = rng.choice(PIECES)
        if rng.random() < 0.4:
            part += rng.choice(MARKS)
        parts.append(part)
    joined = "".join(parts)
    return joined + "|" + random_pattern(rng, depth + 1) if rng.random() < 0.2 and depth < 2 else joined


def answers(pattern, texts):
    try:
        compiled = re.compile(pattern)
    except re.error:
        return None
    return "".join("1" if compiled.fullmatch(text) else "0" for text in texts)


def patterns_of(block):
    return [pattern for line in block.strip().splitlines() for pattern in line.split(" | ")]


def write(texts, rows):
    cases = ",\n".join(json.dumps(row) for row in rows)
    print(f'{{"texts": {json.dumps(texts)},\n"cases": [\n{cases}\n]}}')


def main():
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["around"]:
        write(AROUND_TEXTS, [[pattern, answers(pattern, AROUND_TEXTS)] for pattern in patterns_of(AROUND)])
        return
    rng = random.Random(7)
    by_hand = patterns_of(HAND) + ["\\", "a\\"]
    at_random = [random_pattern(rng) for _ in range(600)]
    short = TEXTS[: TEXTS.index("ab\n")]  # Python backtracks: some of the random patterns would not end on a long text
    rows = [[pattern, answers(pattern, TEXTS)] for pattern in dict.fromkeys(by_hand)]
    rows += [[pattern, answers(pattern, short)] for pattern in dict.fromkeys(at_random) if len(pattern) < 60]
    write(TEXTS, rows)


main()
