"""Russian base pipeline: razdel tokens, slovnet models, pymorphy3 lemmas.

The weights are those that the `natasha` package ships; the package itself is never
imported, because that would pull in pymorphy2.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import razdel
from pymorphy3 import MorphAnalyzer
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS
from spacy.language import Language
from spacy.parts_of_speech import IDS as POS_IDS
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.extensions import starts_of, text_of, texts_of
from nlp.sites import ADDRESS
from nlp.spoken import spoken

Item = TypeVar("Item")
#: A sentence: its tokens, those the models saw, and of these the tags, the arcs (ids,
#: heads, relations) and the BIO labels.
_Part = tuple[
    list[int], list[int], list[str], tuple[list[str], list[str], list[str]], list[str]
]

#: Syntax attention is quadratic in the sentence: longer ones are parsed in pieces.
MAX_SENTENCE_TOKENS = 160
#: A full stop whose blank was lost on the way; addresses and sites have none either.
_GLUED = re.compile(
    r"(?<=[а-яё]{3}|[а-яё]{2}[»”])(?<!\bпер)(?<!\bнаб)(?<!\bобл)(?<!\bпросп)(?<!\bкорп)"
    r"[.!?…]+(?=«?[А-ЯЁ][а-яё ])(?!Ру\b|Рф\b)"
)

#: UD tag of slovnet → grammemes that pymorphy3 must agree with.
_GRAMMEMES = {
    "NOUN": {"NOUN"},
    "PROPN": {"NOUN"},
    "VERB": {"VERB", "INFN", "PRTF", "PRTS", "GRND"},
    "AUX": {"VERB", "INFN"},
    "ADJ": {"ADJF", "ADJS", "COMP", "PRTF", "PRTS"},
    "ADV": {"ADVB", "COMP", "PRED"},
    "PRON": {"NPRO"},
    "DET": {"ADJF", "NPRO"},
    "NUM": {"NUMR", "ADJF"},
    "ADP": {"PREP"},
    "CCONJ": {"CONJ"},
    "SCONJ": {"CONJ"},
    "PART": {"PRCL"},
}
_CASES = {
    "Nom": "nomn",
    "Gen": "gent",
    "Dat": "datv",
    "Acc": "accs",
    "Ins": "ablt",
    "Loc": "loct",
}
_NUMBERS = {"Sing": "sing", "Plur": "plur"}


def weights() -> Path:
    """Return the folder with the Russian weights, found without importing natasha."""
    spec = importlib.util.find_spec("natasha")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "the package natasha (weights of the Russian models) is not installed: "
            "run `make setup`"
        )
    return Path(spec.origin).parent / "data"


@cache
def analyzer() -> MorphAnalyzer:
    """Return the one morphological dictionary of this process."""
    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=131_072)
def parses_of(word: str) -> list[Any]:
    """Return what pymorphy3 knows of a lower-case Russian word, best guess first."""
    try:
        parses: list[Any] = analyzer().parse(word)
    except ValueError:
        # Tangut and other letters that this Python's tables have no name for
        named = (
            c if unicodedata.name(c, "") else "\N{REPLACEMENT CHARACTER}" for c in word
        )
        parses = analyzer().parse("".join(named))
    return parses


@cache
def lemma(word: str, pos: str, feats: str = "") -> str:
    """Return the dictionary form of `word` that agrees with its UD tag and features."""
    wanted = _GRAMMEMES.get(pos, set())
    pairs = dict(f.split("=", 1) for f in feats.split("|") if "=" in f)
    case = _CASES.get(pairs.get("Case", ""))
    number = _NUMBERS.get(pairs.get("Number", ""))
    parses = parses_of(word.lower())

    def rank(parse: Any) -> tuple[bool, bool, bool, float]:
        tag = parse.tag
        return (
            tag.POS in wanted,
            case is None or case == tag.case,
            number is None or number == tag.number,
            parse.score,
        )

    best: str = max(parses, key=rank).normal_form
    return best


class RazdelTokenizer:
    """Split text into razdel's tokens; runs of white space become their own tokens."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return a Doc whose text equals `text`."""
        words: list[str] = []
        spaces: list[bool] = []
        at = 0

        def gap(blank: str) -> None:
            """One plain space belongs to the token before it, the rest is a token."""
            if blank.startswith(" ") and words and not spaces[-1]:
                spaces[-1] = True
                blank = blank[1:]
            if blank:
                words.append(blank)
                spaces.append(False)

        addresses = {m.start(): m.end() for m in ADDRESS.finditer(text)}
        for token in razdel.tokenize(text):
            if token.start < at:
                continue  # inside of an address
            gap(text[at : token.start])
            at = max(token.stop, addresses.get(token.start, 0))
            words.append(text[token.start : at])
            spaces.append(False)
        gap(text[at:])
        return Doc(self.vocab, words, spaces, user_data={"molva_texts": words})

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to keep: the rules are razdel's."""
        return b""

    def from_bytes(self, _data: bytes, **__: Any) -> RazdelTokenizer:
        """Nothing to read."""
        return self

    def to_disk(self, *_: Any, **__: Any) -> None:
        """Nothing to keep."""

    def from_disk(self, *_: Any, **__: Any) -> RazdelTokenizer:
        """Nothing to read."""
        return self


class Slovnet:
    """Set sentences, morphology, heads, lemmas and PER/LOC/ORG on Russian docs."""

    def __init__(self, nlp: Language, name: str) -> None:
        from navec import Navec
        from slovnet import NER, Morph, Syntax

        self.name = name
        folder = weights()
        navec = Navec.load(str(folder / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"))
        model = folder / "model"
        self.morph = Morph.load(str(model / "slovnet_morph_news_v1.tar"), batch_size=32)
        self.syntax = Syntax.load(
            str(model / "slovnet_syntax_news_v1.tar"), batch_size=32
        )
        self.ner = NER.load(str(model / "slovnet_ner_news_v1.tar"), batch_size=32)
        for part in (self.morph, self.syntax, self.ner):
            part.navec(navec)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 16) -> Iterator[Doc]:
        """Annotate docs a batch at a time, sentences sorted by length."""
        for batch in chunks(docs, batch_size):
            yield from self._annotate(batch)

    def _annotate(self, docs: list[Doc]) -> list[Doc]:
        texts = [texts_of(doc) for doc in docs]
        sentences = [
            (number, tokens)
            for number, doc in enumerate(docs)
            for tokens in sentence_tokens(doc)
        ]
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i][1]))
        heard = [spoken([texts[n][i] for i in tokens]) for n, tokens in sentences]
        words = [heard[o][0] for o in order]
        tags = self._decoded(self.morph, words)
        trees = self._decoded(self.syntax, words)
        names = self._decoded(self.ner, words)
        found = dict(zip(order, zip(tags, trees, names, strict=True), strict=True))
        parts: list[list[_Part]] = [[] for _ in docs]
        for i, (number, tokens) in enumerate(sentences):
            kept = [tokens[k] for k in heard[i][1]]
            parts[number].append((tokens, kept, *found[i]))
        for doc, text, part in zip(docs, texts, parts, strict=True):
            _fill(doc, text, part)
        return docs

    def _decoded(self, model: Any, words: list[list[str]]) -> list[Any]:
        """Return what a model says of each sentence, without slovnet's own records."""
        infer = model.infer
        return [
            found
            for chunk in chunks(words, model.batch_size)
            for found in infer.decoder(infer.process(infer.encoder(chunk)))
        ]


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of `size` items, the last one shorter."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def sentence_tokens(doc: Doc) -> Iterator[list[int]]:
    """Yield the token numbers of each sentence, white space left out.

    A line break ends a sentence: headlines and list items have no full stop.
    """
    starts = starts_of(doc)
    tokens = [i for i, text in enumerate(texts_of(doc)) if not text.isspace()]
    at = 0
    offset = 0
    for line in text_of(doc).split("\n"):
        glued = (found.end() for found in _GLUED.finditer(line))
        ends = {sentence.stop for sentence in razdel.sentenize(line)}
        for end in sorted(ends.union(glued)):
            stop = offset + end
            inside: list[int] = []
            while at < len(tokens) and starts[tokens[at]] < stop:
                inside.append(tokens[at])
                at += 1
            for begin in range(0, len(inside), MAX_SENTENCE_TOKENS):
                yield inside[begin : begin + MAX_SENTENCE_TOKENS]
        offset += len(line) + 1


def _fill(doc: Doc, texts: list[str], sentences: list[_Part]) -> None:
    """Write one doc's annotations; what no model saw hangs on the token before it."""
    n = len(doc)
    heads = [max(i - 1, 0) for i in range(n)]
    deps = ["dep"] * n
    tags = ["SPACE"] * n
    bio = ["O"] * n
    for every, tokens, sentence_tags, (_, arcs, rels), names in sentences:
        root = tokens[0]
        for i in every:
            tags[i] = "NUM" if texts[i].isdigit() else "PUNCT"
            deps[i] = "flat" if texts[i].isdigit() else "punct"
        for i, tag, arc, rel, name in zip(
            tokens, sentence_tags, map(int, arcs), rels, names, strict=True
        ):
            tags[i], bio[i], deps[i] = tag, name, rel
            heads[i] = tokens[arc - 1] if arc else i
            if heads[i] == i:
                deps[i], root = "ROOT", i
        _break_cycles(tokens, heads, deps, root)
    _annotate_tokens(doc, texts, tags, heads, deps)
    doc.ents = _entity_spans(doc, bio)


#: What `Doc.from_array` is given, a column each.
_COLUMNS = [LEMMA, POS, MORPH, HEAD, DEP]


def _annotate_tokens(
    doc: Doc, texts: list[str], tags: list[str], heads: list[int], deps: list[str]
) -> None:
    """Set all columns at once: a setter a token costs a tenth of the models' time."""
    strings, morphology = doc.vocab.strings, doc.vocab.morphology
    for i in _noun_roots(tags, heads, deps):
        tags[i] = past_plural(texts[i]) or tags[i]
    for i, (text, tag) in enumerate(zip(texts, tags, strict=True)):
        if tag.startswith(_DOUBTFUL) and (mended := finite(text, tag)) != tag:
            tags[i] = mended
            deps[i] = "parataxis" if deps[i] in _OF_NOUNS else deps[i]
    relations = {dep: strings.add(dep) for dep in set(deps)}
    features = {tag: morphology.add(tag_of(tag)[1]) for tag in set(tags)}
    rows = []
    for text, tag, dep in zip(texts, tags, deps, strict=True):
        pos, feats = tag_of(tag)
        base = strings.add(text if pos == "SPACE" else lemma(text, pos, feats))
        rows.append((base, POS_IDS[pos], features[tag], 0, relations[dep]))
    values = np.array(rows, dtype=np.uint64).reshape(len(rows), len(_COLUMNS))
    values[:, 3] = (np.array(heads) - np.arange(len(doc))).astype(np.uint64)
    doc.from_array(_COLUMNS, values)  # type: ignore[arg-type]


#: Where the model errs on verbs that it has not seen («докапитализируют» an adjective,
#: «законсервирует» a past).
_DOUBTFUL = ("ADJ", "NOUN", "VERB", "X")
_OF_NOUNS = {
    "amod",
    "acl",
    "nmod",
    "nsubj",
    "nsubj:pass",
    "obj",
    "iobj",
    "obl",
    "appos",
}
_TENSES = {"pres": "Pres", "past": "Past", "futr": "Fut"}
_PERSONS = {"1per": "1", "2per": "2", "3per": "3"}


def _noun_roots(tags: list[str], heads: list[int], deps: list[str]) -> set[int]:
    """Return the nouns in the plural on which a subject in the plural hangs."""
    return {
        heads[i]
        for i, (tag, dep) in enumerate(zip(tags, deps, strict=True))
        if dep == "nsubj"
        and tag.startswith("NOUN")
        and "Case=Nom" in tag
        and "Number=Plur" in tag
        and tags[heads[i]].startswith("NOUN")
        and i == heads[i] + 1 + _modifiers(tags, heads[i] + 1)
    }


def _modifiers(tags: list[str], at: int) -> int:
    """Return how many adjectives and numbers stand from `at` on."""
    end = at
    while end < len(tags) and tags[end].startswith(("ADJ", "DET", "NUM")):
        end += 1
    return end - at


@cache
def past_plural(word: str) -> str | None:
    """Return the tag of a past in the plural that is a noun, too: «прибыли поезда»."""
    parses = parses_of(word) if word.islower() else ()
    verbs = (p.tag for p in parses if p.tag.POS == "VERB")
    is_past = any(tag.tense == "past" and tag.number == "plur" for tag in verbs)
    return "VERB|Mood=Ind|Number=Plur|Tense=Past|VerbForm=Fin" if is_past else None


@cache
def finite(word: str, tag: str) -> str:
    """Return the tag of a finite verb where the dictionary knows `word` as no other.

    Otherwise `tag` as it is; a word with a capital may be a name and is left alone.
    """
    if not word.islower():
        return tag
    parses = parses_of(word)
    if any(parse.tag.POS != "VERB" for parse in parses):
        return tag
    tenses = {_TENSES.get(parse.tag.tense) for parse in parses}
    if "VerbForm=Fin" in tag and any(f"Tense={tense}" in tag for tense in tenses):
        return tag
    found = parses[0].tag
    feats = {
        "Aspect": "Perf" if found.aspect == "perf" else "Imp",
        "Mood": "Imp" if found.mood == "impr" else "Ind",
        "Number": "Plur" if found.number == "plur" else "Sing",
        "Tense": _TENSES.get(found.tense),
        "Person": _PERSONS.get(found.person),
        "VerbForm": "Fin",
        "Voice": "Mid" if word.endswith(("ся", "сь")) else "Act",
    }
    return "|".join(["VERB", *(f"{k}={v}" for k, v in feats.items() if v)])


@cache
def tag_of(tag: str) -> tuple[str, str]:
    """Split a tag (`NOUN|Case=Nom|Number=Sing`) into part of speech and features."""
    pos, _, feats = tag.partition("|")
    return pos, "|".join(sorted(feats.split("|")))


def _break_cycles(
    tokens: list[int], heads: list[int], deps: list[str], root: int
) -> None:
    """Hang every token that does not reach a root on the root (greedy decoding)."""
    safe: set[int] = {i for i in tokens if heads[i] == i}
    if not safe:
        heads[root], deps[root] = root, "ROOT"
        safe.add(root)
    for i in tokens:
        path: list[int] = []
        at = i
        while at not in safe and at not in path:
            path.append(at)
            at = heads[at]
        if at not in safe:
            heads[at] = root
        safe.update(path)
    # one sentence, one root: further roots hang on the first
    for i in tokens:
        if heads[i] == i and i != root:
            heads[i] = root
            deps[i] = "parataxis"


def _entity_spans(doc: Doc, bio: list[str]) -> list[Any]:
    from spacy.tokens import Span

    spans: list[Span] = []
    start, label = None, ""
    for i, tag in enumerate([*bio, "O"]):
        kind, _, name = tag.partition("-")
        if start is not None and (kind != "I" or name != label):
            spans.append(Span(doc, start, i, label=label))
            start = None
        if kind == "B" or (kind == "I" and start is None):
            start, label = i, name
    return spans


@Language.factory(
    "slovnet",
    assigns=[
        "doc.ents",
        "token.pos",
        "token.morph",
        "token.lemma",
        "token.head",
        "token.dep",
        "doc.sents",
    ],
)
def make_slovnet(nlp: Language, name: str) -> Slovnet:
    """Make the component (loads 34 MB of weights)."""
    return Slovnet(nlp, name)


def blank() -> Language:
    """Return `spacy.blank("ru")` with razdel's tokens and slovnet's annotations."""
    import spacy

    nlp = spacy.blank("ru")
    nlp.tokenizer = RazdelTokenizer(nlp.vocab)
    nlp.add_pipe("slovnet")
    return nlp
