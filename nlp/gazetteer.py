"""Names known in advance and the word lists around names, one TOML file per language.

Users add their own files (same tables) in `$MOLVA_GAZETTEER`, else in
`~/.config/molva/gazetteer`; what they say of a name wins over ours.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token

from molva import names
from molva.model import Alias
from nlp import data
from nlp.extensions import texts_of
from nlp.russian import analyzer, parses_of

LANGS = ("en", "ru")
QUOTES = frozenset('«»„“”"‹›‟') | {"''", "``"}
_DASHES = frozenset("-–—−")
#: Tables that list words or relations; every other table is a kind of name.
_WORD_TABLES = frozenset(
    (
        "kinds",
        "parents",
        "models",
        "ambiguous",
        "class_nouns",
        "owned_nouns",
        "suffixes",
        "titles",
        "posts",
        "given",
        "stand_ins",
        "stand_in_kinds",
        "pronouns",
        "offices",
        "generic",
        "aliases",
    )
)
#: An abbreviation this short is one only in capitals («ГАЗ», not «газ»).
_ABBREVIATION = 4
_ENDING = 3
_MOST_PATHS = 64
_PREFIX = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A known name: `key` is the same in every language, `label` may be empty."""

    key: str
    name: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens `start` to `end` (exclusive) are `entry`, by its spelling `alias`."""

    start: int
    end: int
    entry: Entry
    alias: str


@dataclass(slots=True)
class _Node:
    edges: dict[str, _Node] = field(default_factory=dict)
    found: list[tuple[Entry, str, tuple[str, ...]]] = field(default_factory=list)


class Gazetteer:
    """The names and word lists of one language."""

    def __init__(self, lang: str, tokenize: Callable[[str], Doc]) -> None:
        self.lang = lang
        self.tables = tables(lang)
        self.entries: dict[str, Entry] = {}
        self._root = _Node()
        # few words may begin a name, and most words come back
        self._may_start = lru_cache(maxsize=65536)(self._is_beginning)
        self._prefixes: set[str] = set()
        self._lower_prefixes: set[str] = set()
        ambiguous = self.tables["ambiguous"]
        self._ambiguous = frozenset(map(_plain, ambiguous["words"]))
        self._quoted = frozenset(map(_plain, ambiguous.get("quoted", ())))
        self._nouns = self.labels_of("class_nouns")
        for entry, aliases in _entries(self.tables):
            self.entries[entry.key] = entry
            for alias in aliases:
                self._add(entry, alias, tokenize(alias))
        self._learn(tokenize)

    def _learn(self, tokenize: Callable[[str], Doc]) -> None:
        """Add the aliases told by the caller; a person's win over our own names."""
        common = {_plain(a.name) for a in _aliases if _is_common(a.name)}
        self._quoted |= common if self.lang == "ru" else set()
        for alias in _aliases:
            if not alias.is_firm and canonical_key(alias.name) != alias.key:
                continue  # the name of something else that is well known
            key = renamed(alias.key)
            entry = self.entries.get(key) or Entry(key, alias.name, alias.label, "")
            name = alias.name
            if self.lang == "en" and _is_cyrillic(name.lower()):
                name = names.romanized(name)
            self._add(entry, name, tokenize(name))

    def labels_of(self, table: str) -> dict[str, str]:
        """Return word → label from the lists of a table that are named by a label."""
        lists: Mapping[str, Any] = self.tables[table]
        return {
            word: group
            for group, words in lists.items()
            if group.isupper() and isinstance(words, list)
            for word in words
        }

    def words(self, table: str, group: str = "words") -> frozenset[str]:
        """Return one word list."""
        return frozenset(self.tables[table].get(group, ()))

    def find(self, doc: Doc) -> list[Match]:
        """Return the longest known names of `doc`, left to right, not overlapping."""
        found: list[Match] = []
        end = 0
        for at, text in enumerate(texts_of(doc)):
            if at < end or not self._may_start(text):
                continue
            match = self._match(doc, at)
            if match is not None:
                found.append(match)
                end = match.end
        return found

    def _is_beginning(self, text: str) -> bool:
        """Say whether a known name may begin with `text`: few words of a text do."""
        capital = text[0].isupper() or text[0].isdigit()
        prefixes = self._prefixes if capital else self._lower_prefixes
        plain = _plain(text)
        return not prefixes.isdisjoint(plain[:size] for size in range(1, _PREFIX + 1))

    def _add(self, entry: Entry, alias: str, tokens: Doc) -> None:
        words = [t.text for t in tokens if not t.is_space and t.text not in QUOTES]
        if not words:
            return
        first = _plain(words[0])
        prefix = first[: _PREFIX if len(first) > _PREFIX else _PREFIX - 1]
        self._prefixes.add(prefix)
        if not words[0][0].isupper():
            self._lower_prefixes.add(prefix)
        options = [alias_forms(w, self.lang) for w in words]
        for number, path in enumerate(product(*options)):
            if number == _MOST_PATHS:
                break
            node = self._root
            for form in path:
                node = node.edges.setdefault(form, _Node())
            # entries read later (the user's) come first, aliases in their order
            place = sum(known is entry for known, _, _ in node.found)
            node.found.insert(place, (entry, alias, tuple(words)))

    def _match(self, doc: Doc, at: int) -> Match | None:
        best: Match | None = None
        stack: list[tuple[_Node, int, tuple[int, ...]]] = [(self._root, at, ())]
        while stack:
            node, i, path = stack.pop()
            # a quote inside a name is skipped, but never its last token
            ends_here = not path or path[-1] == i - 1
            longer = ends_here and (best is None or i > best.end)
            for entry, alias, words in node.found if longer else ():
                if self._fits(doc, path, words, entry.label):
                    best = Match(at, i, entry, alias)
                    break
            if i >= len(doc) or not node.edges:
                continue
            token = doc[i]
            if path and token.text in QUOTES:
                stack.append((node, i + 1, path))
                continue
            for form in text_forms(token.text, self.lang):
                if (child := node.edges.get(form)) is not None:
                    stack.append((child, i + 1, (*path, i)))
        return best and self._closed(doc, best)

    def _closed(self, doc: Doc, match: Match) -> Match:
        """Include the quote that a name with an inner quotation ends with."""
        inner = [t.text for t in doc[match.start : match.end] if t.text in QUOTES]
        end = match.end
        if len(inner) % 2 and end < len(doc) and doc[end].text in QUOTES:
            end += 1
        return Match(match.start, end, match.entry, match.alias)

    def _fits(
        self, doc: Doc, path: tuple[int, ...], words: tuple[str, ...], label: str
    ) -> bool:
        """Check capitals, and the context where the name is also a common word."""
        strict = self.lang != "ru"
        for n, (i, word) in enumerate(zip(path, words, strict=True)):
            if (strict or n == 0) and not _same_case(doc[i].text, word):
                return False
        phrase = " ".join(map(_plain, words))
        first = doc[path[0]]
        if phrase in self._quoted:
            return self._is_quoted(doc, first) or self._has_noun(doc, first, label)
        if phrase in self._ambiguous:
            return not first.is_sent_start or first.ent_type_ != ""
        return True

    def _is_quoted(self, doc: Doc, first: Token) -> bool:
        return first.i > 0 and doc[first.i - 1].text in QUOTES

    def _has_noun(self, doc: Doc, first: Token, label: str) -> bool:
        """Say whether a noun before tells that it is one: no «месторождение Сухой»."""
        noun = doc[first.i - 1].lemma_.lower() if first.i else ""
        return self._nouns.get(noun) == label


def _same_case(text: str, word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    if not letters or not word[0].isupper():
        return True
    if len(letters) <= _ABBREVIATION and all(c.isupper() for c in letters):
        size = len(word)
        ending = text[size:]
        return (
            text[:size] == word and len(ending) <= _ENDING and ending == ending.lower()
        )
    return text[0].isupper()


def _plain(word: str) -> str:
    if word in _DASHES:
        return "-"
    return word.lower().replace("ё", "е").replace("’", "'")


@lru_cache(maxsize=65536)
def text_forms(word: str, lang: str) -> tuple[str, ...]:
    """Return what an inflected `word` may stand for, itself first.

    Russian dictionary forms carry their number («ведомость:plur»), so that «Соня» is
    not the plural «Сони».
    """
    plain = _plain(word)
    if lang == "ru" and _is_cyrillic(plain):
        forms = [f"{p.normal_form}:{_number(p)}" for p in parses_of(plain)]
        stem, dash, tail = plain.rpartition("-")
        if dash and tail.isdigit():
            forms += [f"{p.normal_form}-{tail}:{_number(p)}" for p in parses_of(stem)]
        return tuple(dict.fromkeys((plain, *(_plain(f) for f in forms))))
    if lang == "en" and word[-1:] == "s" and len(word) > _ABBREVIATION:
        return (plain, plain[:-1])
    return (plain,)


@lru_cache(maxsize=8192)
def alias_forms(word: str, lang: str) -> tuple[str, ...]:
    """Return the edges under which a word of a name (nominative) is found."""
    plain = _plain(word)
    if lang != "ru" or not _is_cyrillic(plain):
        return (plain,)
    stem, dash, tail = plain.rpartition("-")
    suffix = f"-{tail}" if dash and tail.isdigit() else ""
    forms = [
        f"{p.normal_form}{suffix}:{_number(p)}"
        for p in parses_of(stem if suffix else plain)
        if p.tag.case in (None, "nomn")
    ]
    return tuple(dict.fromkeys((plain, *(_plain(f) for f in forms))))


def _number(parse: Any) -> str:
    return "plur" if parse.tag.number == "plur" else "sing"


def _is_cyrillic(word: str) -> bool:
    return any("а" <= c <= "я" or c == "ё" for c in word)


#: Outlets told by the caller: key → names, as `know_outlets` left them.
_outlets: dict[str, tuple[str, ...]] = {}


def know_outlets(outlets: Mapping[str, tuple[str, ...]]) -> bool:
    """Add outlets (key → names in any script); return whether any was new.

    What was built before does not know them: see `nlp.read.know_outlets`.
    """
    new = {key: found for key, found in outlets.items() if _outlets.get(key) != found}
    if not new:
        return False
    _outlets.update(new)
    _facts.cache_clear()
    load.cache_clear()
    return True


#: Other names told by the caller, as `know_aliases` left them.
_aliases: list[Alias] = []


def know_aliases(aliases: Sequence[Alias]) -> bool:
    """Know these aliases and no others; return whether that is any change.

    What was built before does not know them: see `nlp.read.know_aliases`.
    """
    if list(aliases) == _aliases:
        return False
    _aliases[:] = aliases
    _facts.cache_clear()
    load.cache_clear()
    return True


def renamed(key: str) -> str:
    """Return the key that a person gave to the entity `key`, itself if none."""
    for _ in range(len(_aliases)):
        further = _facts()[3].get(key, key)
        if further == key:
            break
        key = further
    return key


def _with_outlets(merged: dict[str, Any], lang: str) -> dict[str, Any]:
    """Add the outlets; a name that is a common word too counts only in quotes."""
    table = merged.setdefault("outlet", {})
    quoted: list[str] = []
    for key, found in _outlets.items():
        spelled = [n for n in found if _is_cyrillic(n.lower()) == (lang == "ru")]
        known = table.get(key, [])
        known = [known] if isinstance(known, str) else list(known)
        table[key] = list(dict.fromkeys([*known, *(spelled or found)]))
        quoted += [n for n in spelled if lang == "ru" and _is_common(n)]
    ambiguous = merged["ambiguous"]
    both = (*ambiguous.get("quoted", ()), *quoted)
    merged["ambiguous"] = {**ambiguous, "quoted": both}
    return merged


def _is_common(name: str) -> bool:
    return " " not in name and analyzer().word_is_known(name.lower())


def user_folder() -> Path:
    """Return where the user's own gazetteer files are; it need not exist."""
    chosen = os.environ.get("MOLVA_GAZETTEER")
    return Path(chosen) if chosen else Path.home() / ".config/molva/gazetteer"


def tables(lang: str) -> dict[str, Any]:
    """Return the tables of `lang` and the user's; a broken file raises ValueError."""
    merged = {name: dict(table) for name, table in data.load(lang, "gazetteer").items()}
    for path in sorted(user_folder().glob("*.toml")):
        try:
            added = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"gazetteer {path}: {error}") from error
        if added.pop("lang", lang) != lang:
            continue
        for name, table in added.items():
            _merge(merged.setdefault(name, {}), table, path)
    return _with_outlets(merged, lang)


def _merge(table: dict[str, Any], added: Any, path: Path) -> None:
    if not isinstance(added, dict):
        raise ValueError(f"gazetteer {path}: expected tables of names, got {added!r}")
    for name, value in added.items():
        old = table.get(name)
        both = isinstance(old, list) and isinstance(value, list)
        table[name] = list(dict.fromkeys([*value, *old])) if both and old else value


def _entries(merged: Mapping[str, Any]) -> Iterator[tuple[Entry, list[str]]]:
    labels = merged["kinds"]
    for kind, table in merged.items():
        if kind in _WORD_TABLES:
            continue
        for key, value in table.items():
            aliases = [value] if isinstance(value, str) else list(value)
            if aliases:
                label = labels.get(kind, "ORG")
                yield Entry(names.key(key), aliases[0], label, kind), aliases


@cache
def _facts() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """Return kind, parent and (script-independent) aliases of every key, and renames.

    Renames are the aliases that a person set: from key to key.
    """
    kinds: dict[str, str] = {}
    parents: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for lang in LANGS:
        merged = tables(lang)
        for entry, texts in _entries(merged):
            kinds[entry.key] = entry.kind
            for text in texts:
                aliases.setdefault(names.key(text), entry.key)
        for relation in ("parents", "models"):
            for child, parent in merged[relation].items():
                parents[names.key(child)] = names.key(parent)
    given: dict[str, str] = {}
    for alias in _aliases:
        name = names.key(alias.name)
        if alias.is_firm:
            key = aliases.get(alias.key, alias.key)
            given[name] = given[aliases.get(name, name)] = key
        else:
            aliases.setdefault(name, alias.key)
    return kinds, parents, aliases, given


def canonical_key(name: str) -> str:
    """Return the key of `name` (nominative), the gazetteer's own where it has one."""
    plain = names.key(name)
    return renamed(_facts()[2].get(plain, plain))


def kind_of(key: str) -> str | None:
    """Return the kind of the entity `key`: company, state, outlet, agency, city …"""
    return _facts()[0].get(key)


def parent_of(key: str) -> str | None:
    """Return the key of the body that owns or controls `key`, where it is known."""
    return _facts()[1].get(key)


def parents() -> dict[str, str]:
    """Return the key of the owning body by the key of what it owns."""
    return dict(_facts()[1])


def is_outlet(key: str) -> bool:
    """Say whether `key` is a news outlet or an agency."""
    return kind_of(key) in ("outlet", "agency")


@lru_cache(maxsize=8)
def load(lang: str, tokenize: Callable[[str], Doc]) -> Gazetteer:
    """Return the gazetteer of `lang` for names tokenized as the texts are."""
    _facts()  # now, not while the first text is read
    return Gazetteer(lang, tokenize)
