"""The normal form of a name: nominative, no quotes, no legal form, the text's language.

Russian words are inflected with pymorphy3, led by the case that the parser gave to the
words in their sentence; what the dictionary does not know loses its case ending.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from spacy.tokens import Span, Token

from molva import names
from nlp.gazetteer import QUOTES
from nlp.russian import parses_of

_CASES = {
    "Nom": ("nomn",),
    "Gen": ("gent", "gen2", "gen1"),
    "Dat": ("datv",),
    "Acc": ("accs", "acc2"),
    "Ins": ("ablt",),
    "Loc": ("loct", "loc2", "loc1"),
}
_GENDERS = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
_NUMBERS = {"Sing": "sing", "Plur": "plur"}
#: Endings of names that no dictionary holds: case → (ending, nominative ending).
_ENDINGS = {
    "Gen": (("а", ""), ("я", "й"), ("ы", "а"), ("и", "а")),
    "Dat": (("у", ""), ("ю", "й"), ("е", "а")),
    "Acc": (("а", ""), ("у", "а"), ("я", "й")),
    "Ins": (("ом", ""), ("ем", ""), ("ой", "а"), ("ым", ""), ("ью", "ь")),
    "Loc": (("е", ""),),
}
#: Letters in which no genitive of one thing ends.
_BARE = frozenset("бвгджзйклмнпрстфхцчшщьоэе")
_NAME_TAGS = ("Surn", "Name", "Patr", "Geox", "Orgn", "Trad")
_ABBREVIATION = re.compile(r"([А-ЯЁA-Z]{2,20})-?[а-яё]{1,3}")
_QUOTE_MARKS = re.compile(r"[«»„“”‟\"‹›]|``|''")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_SPACES = re.compile(r"\s+")
_NOUNS = ("NOUN", "PROPN")
_MODIFIERS = ("ADJ", "DET", "VERB", "NUM")


def normal_form(span: Span, label: str, lang: str, *, is_title: bool = False) -> str:
    """Return the normal form of the name in `span`; `is_title`: quoted after a noun.

    A quoted name after the noun of its class keeps its form («компании „Бета“»).
    """
    if lang == "ru" and not is_title:
        text = _person(span) if label == "PER" else _thing(span)
    else:
        text = span.text
    plain = _SPACES.sub(" ", _QUOTE_MARKS.sub("", text)).strip()
    if lang == "en":
        plain = _POSSESSIVE.sub("", _ARTICLE.sub("", plain))
    return names.legal_form_stripped(plain) or plain or span.text


def _person(span: Span) -> str:
    words = [t for t in span if t.is_alpha and len(t) > 1]
    case = _common([_feature(t, "Case") for t in words])
    gender = _common([_feature(t, "Gender") for t in words])
    if case in ("", "Nom"):
        case = _given_case(tuple(t.lower_ for t in words)) or case
    gender = _given_gender(tuple(t.lower_ for t in words), case) or gender
    done = {t.i: nominative(t.text, case, "Sing", gender, True) for t in words}
    return _joined(span, done)


def _thing(span: Span) -> str:
    """Inflect the head noun and what agrees with it; complements stay."""
    done: dict[int, str] = {}
    tokens = [t for t in span if not t.is_punct and not t.is_space]
    if _is_compound(span, tokens):
        last = tokens[1]
        gender = _feature(last, "Gender")
        done[last.i] = nominative(last.text, "Gen", "Sing", gender, False)
        return _joined(span, done)
    head = next((t for t in tokens if t.pos_ in _NOUNS or t.pos_ == "X"), None)
    if head is None:
        head = tokens[-1] if tokens else None
    if head is None:
        return span.text
    case, number = _feature(head, "Case"), _feature(head, "Number")
    gender = _feature(head, "Gender")
    if case in ("", "Nom") and _is_possessor(span, head):
        case = "Gen"
    for token in tokens:
        if token.i > head.i:
            break
        if token.i == head.i or token.pos_ in _MODIFIERS:
            done[token.i] = nominative(token.text, case, number, gender, False)
    if len(tokens) > 1 and head is tokens[0] and _agrees(tokens[1], head):
        done[tokens[1].i] = nominative(tokens[1].text, case, number, gender, False)
    return _joined(span, done)


def _is_compound(span: Span, tokens: Sequence[Token]) -> bool:
    """Say whether only the last of two words is in the genitive: «глава „Урал Лития“».

    The first one stands for no genitive: these end in а, я, ы or и.
    """
    if len(tokens) != 2 or not all(_is_cyrillic(t.text) for t in tokens):
        return False
    first, last = tokens
    is_led = span.start > 1 and span.doc[span.start - 1].text in QUOTES
    is_led = is_led and span.doc[span.start - 2].pos_ == "NOUN"
    is_bare = first.text[-1] in _BARE and first.pos_ in (*_NOUNS, "X")
    is_genitive = _feature(last, "Case") == "Gen" and _feature(last, "Number") == "Sing"
    return is_led and is_bare and is_genitive and last.text.istitle()


def _is_possessor(span: Span, head: Token) -> bool:
    """Say whether a quoted name hangs on a noun and looks like a genitive.

    The tagger takes names that no dictionary holds for nominatives: «цех „Автомотора“».
    """
    if span.start < 2 or span.doc[span.start - 1].text not in QUOTES:
        return False
    if head.dep_ not in ("nmod", "appos") or span.doc[span.start - 2].pos_ != "NOUN":
        return False
    cases = {str(p.tag.case) for p in parses_of(head.lower_)}
    return "gent" in cases and not cases & {"nomn", "None"}


def _agrees(token: Token, head: Token) -> bool:
    """Say whether a second proper noun stands in apposition: «Нижним Новгородом»."""
    return (
        token.pos_ == "PROPN"
        and head.pos_ == "PROPN"
        and _feature(token, "Case") == _feature(head, "Case")
        and token.dep_ in ("flat", "flat:name", "appos", "compound")
    )


def _joined(span: Span, done: dict[int, str]) -> str:
    return "".join(done.get(t.i, t.text) + (" " if t.whitespace_ else "") for t in span)


def _feature(token: Token, name: str) -> str:
    values = token.morph.get(name, [])
    return values[0] if values else ""


def _common(values: Sequence[str]) -> str:
    counted = Counter(v for v in values if v)
    return counted.most_common(1)[0][0] if counted else ""


@lru_cache(maxsize=8192)
def _given_gender(words: tuple[str, ...], case: str) -> str:
    """Return the gender that a given name or patronymic among `words` shows."""
    for word in words:
        for parse in parses_of(word):
            tag = parse.tag
            if ("Name" in tag or "Patr" in tag) and tag.case in _CASES.get(
                case, (tag.case,)
            ):
                return {"masc": "Masc", "femn": "Fem"}.get(str(tag.gender), "")
    return ""


@lru_cache(maxsize=8192)
def _given_case(words: tuple[str, ...]) -> str:
    """Return the case that a given name shows: «Всеволода» is no nominative.

    «Петров» is a surname first: that it is a form of «Пётр» as well tells nothing.
    """
    for word in words:
        parses = parses_of(word)
        cases = [str(p.tag.case) for p in parses if "Name" in p.tag]
        if "nomn" in cases:
            return ""
        is_surname = any("Surn" in p.tag and p.tag.case == "nomn" for p in parses)
        if cases and not is_surname:
            return next((c for c, tags in _CASES.items() if cases[0] in tags), "")
    return ""


@lru_cache(maxsize=65536)
def nominative(word: str, case: str, number: str, gender: str, is_person: bool) -> str:
    """Return `word`, which stands in `case` (UD values), in the nominative.

    The number stays; capitals stay where the letters do. Unknown case: as it is.
    """
    if short := _ABBREVIATION.fullmatch(word):
        return short[1]
    if case in ("", "Nom") or not _is_cyrillic(word):
        return word
    parse = _best(word.lower(), case, number, gender, is_person)
    if parse is not None:
        # the form knows its number better than the tagger: «Гранкам» are many
        wanted = {"nomn", str(parse.tag.number or _NUMBERS.get(number, "sing"))}
        inflected = parse.inflect(wanted) or parse.inflect({"nomn"})
        if inflected is not None:
            return _recased(word, inflected.word)
    return _recased(word, _cut(word.lower(), case, gender))


def _best(word: str, case: str, number: str, gender: str, is_person: bool) -> Any:
    cases = _CASES.get(case, ())
    want_number, want_gender = _NUMBERS.get(number), _GENDERS.get(gender)

    def rank(parse: Any) -> tuple[bool, bool, bool, float]:
        tag = parse.tag
        return (
            want_gender is None or tag.gender in (None, want_gender),
            want_number is None or tag.number == want_number,
            any(name in tag for name in _NAME_TAGS),
            parse.score,
        )

    fitting = [p for p in parses_of(word) if p.tag.case in cases]
    if is_person and want_gender:
        fitting = [p for p in fitting if p.tag.gender in (None, want_gender)]
    return max(fitting, key=rank, default=None)


def _cut(word: str, case: str, gender: str) -> str:
    for ending, nominative_ending in _ENDINGS.get(case, ()):
        if gender == "Fem" and not nominative_ending:
            continue
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: len(word) - len(ending)] + nominative_ending
    return word


def _recased(original: str, word: str) -> str:
    """Give `word` the capitals of `original`: «КамАЗа» → «КамАЗ»."""
    if original.isupper() and len(original) > 1:
        return word.upper()
    letters = [
        c.upper() if i < len(original) and original[i].isupper() else c
        for i, c in enumerate(word)
    ]
    return "".join(letters)


def _is_cyrillic(word: str) -> bool:
    return any("а" <= c <= "я" or c == "ё" for c in word.lower())
