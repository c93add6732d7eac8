"""Names in one key for every script: «КАМАЗ», "Kamaz PJSC" and «ПАО „КамАЗ“» meet.

Cyrillic is written the way English-language press writes it (BGN/PCGN without its
apostrophes); then the spellings that still compete (kh/h, y/i/j, ts/tz, ye/e, x/ks)
are folded to one. A key is for comparing, never for showing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = (
    "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t "
    "у=u ф=f х=h ц=ts ч=ch ш=sh щ=shch ъ= ы=i ь= э=e ю=yu я=ya і=i ї=i є=e ґ=g ў=u"
)


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


def _forms(text: str) -> frozenset[str]:
    return frozenset(form.strip() for form in text.split(","))


_TO_LATIN = str.maketrans(_pairs(_CYRILLIC))

#: Letters without a canonical decomposition, as English papers spell them.
_LATIN = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d"}
)

#: Competing spellings, in order of application.
_FOLDS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"xx+", "x"),
        (r"ck", "k"),
        (r"ph", "f"),
        (r"tz", "ts"),
        (r"x", "ks"),
        (r"q", "k"),
        (r"w", "v"),
        (r"c(?=[eiy])", "s"),
        (r"c(?!h)", "k"),
        (r"dzh", "j"),
        (r"kh", "h"),
        (r"y", "i"),
        (r"(?<=[aeou])ie|\bie(?=\w\w\w)", "e"),
        # doubles fall in words, not in abbreviations (BBC, CNN, FAA)
        (r"(?<=[a-z][a-z])([a-z])\1+|(?<=[a-z])([a-z])\2+(?=[a-z][a-z])", r"\1\2"),
        (r"ii+", "i"),
    )
)

_OPENING = _forms(
    "пао, оао, ао, зао, нао, ооо, тоо, гк, ано, фгуп, гуп, муп, ип, нко, ук, спао, "
    "фкп, ак, фгбу, публичное акционерное общество, открытое акционерное общество, "
    "закрытое акционерное общество, акционерное общество, "
    "общество с ограниченной ответственностью, государственная корпорация, "
    "госкорпорация, pao, oao, ooo, ao, zao, gk, pjsc, jsc, ojsc, cjsc, llc"
)
_CLOSING = _forms(
    "пао, оао, ао, зао, нао, ооо, тоо, инк, лтд, гмбх, "
    "inc, incorporated, ltd, limited, pjsc, jsc, ojsc, cjsc, corp, corporation, co, "
    "plc, gmbh, ag, se, nv, sa, spa, llc, llp, lp, ab, asa, oyj, oy, kk, bv, "
    "as, kgaa, sarl, pte, pty, bhd, and co, pao, oao, ooo, ao, zao"
)
#: No legal forms, but one body with or without them («Группа ГАЗ», "GAZ Group").
_GROUP_OPENING = _forms("группа компаний, группа, гк")
_GROUP_CLOSING = _forms(
    "групп, груп, группа компаний, company, group, groep, holding, holdings, "
    "group of companies"
)
_LONGEST = 4
#: Letters of the shortest legal forms, which are written in capitals.
_SHORT_FORM = 2

_QUOTES = re.compile(r"[«»„“”‟\"‹›]")
_EDGES = " \t\r\n,;:.–—-&'’‘`()[]"
_POSSESSIVE = re.compile(r"['’]s?(?=\s|$)")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def legal_form_stripped(name: str) -> str:
    """Return `name` without quotes and without legal forms at its ends.

    A name that is nothing but a legal form («Группа», "AG") stays as it is.
    """
    return _cut(name, _OPENING, _CLOSING)


def _cut(name: str, opening: frozenset[str], closing: frozenset[str]) -> str:
    words = _QUOTES.sub(" ", name).split()
    plain = [_plain(word) for word in words]
    start, end = 0, len(words)
    while cut := _matching(plain[start:end], opening, at_end=False):
        start += cut
    while cut := _matching(plain[start:end], closing, at_end=True):
        end -= cut
    kept = " ".join(words[start:end]).strip(" ,;&")
    return kept or " ".join(words)


def is_legal_form(word: str) -> bool:
    """Say whether `word` alone is a legal form ("JSC", "Inc.", «ПАО»)."""
    plain = _plain(word)
    return plain in _OPENING or plain in _CLOSING


def _plain(word: str) -> str:
    """Fold a word for comparison with a legal form: "S.p.A." → "spa", "&" → "and"."""
    if word == "&":
        return "and"
    if len(word) == _SHORT_FORM and word.istitle() and not word.isascii():
        return word  # «Ак Барс» is no «АК»
    return re.sub(r"[.,/()]", "", word).casefold()


def _matching(words: list[str], forms: frozenset[str], *, at_end: bool) -> int:
    """Return how many words at one end are a legal form, always leaving one word."""
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        part = words[-size:] if at_end else words[:size]
        if " ".join(part) in forms:
            return size
    return 0


def transliterated(text: str) -> str:
    """Return `text` in lower case with its Cyrillic letters as Latin ones."""
    return text.casefold().translate(_TO_LATIN)


def romanized(name: str) -> str:
    """Return a Cyrillic name as English papers spell it, its capitals kept."""
    words = ((word, transliterated(word)) for word in _QUOTES.sub(" ", name).split())
    return " ".join(
        latin.upper()
        if word.isupper() and len(word) > 1
        else latin[:1].upper() + latin[1:]
        if word[:1].isupper()
        else latin
        for word, latin in words
    )


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """Return the key of `name`: lower-case ASCII words, the same in every script.

    Russian names are expected in the nominative. Never empty for a name that holds
    anything but blanks, and `key(key(x)) == key(x)`.
    """
    at = name
    # a cut form may bare another one; the bound is for scripts we know nothing of
    for _ in range(9):
        before, at = at, _folded(at)
        if at == before:
            break
    return at or " ".join(name.casefold().split())


def _folded(name: str) -> str:
    bare = _cut(name, _OPENING | _GROUP_OPENING, _CLOSING | _GROUP_CLOSING)
    text = unicodedata.normalize("NFKC", bare).casefold()
    text = _POSSESSIVE.sub("", text.strip(_EDGES))
    words = _NOT_WORD.sub(" ", _ascii(text)).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    folded = _LETTER_DIGIT.sub(" ", " ".join(words))
    for pattern, to in _FOLDS:
        folded = pattern.sub(to, folded)
    return folded


def _ascii(text: str) -> str:
    """Transliterate, and drop the accents of what is Latin already."""
    text = text.translate(_TO_LATIN).translate(_LATIN)
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not unicodedata.combining(c)).casefold()
