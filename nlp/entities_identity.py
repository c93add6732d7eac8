"""Who is who inside one report: one name and one key for all mentions of a thing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Token

from molva import names
from molva.model import Alias, Entity
from nlp.entities_aliases import Declared
from nlp.entities_names import normal_form
from nlp.entities_rules import KNOWN, MODEL, RULE, Mention
from nlp.extensions import texts_of
from nlp.gazetteer import Gazetteer, alias_forms, canonical_key, renamed, text_forms

_INITIAL = re.compile(r"[^\W\d_]\.?")
#: Letters that every case of a name shares.
_STEM = 3
_PERSON_WORDS = range(2, 5)
#: Bodies whose name already says whose they are.
_ONE_OF_A_KIND = frozenset(map(names.key, ("kremlin", "moscow government")))
_HOME = names.key("russia")
#: Whose other names are kept for later texts.
_ALIASED = frozenset(("ORG", "PRODUCT"))


#: Prepositions of place, and what one has in a company as well.
_WHERE = frozenset(("in", "near", "outside"))
_HOLDINGS = frozenset(
    ("stake", "share", "invest", "investment", "investor", "interest", "confidence")
)


@dataclass(frozen=True, slots=True)
class _Named:
    mention: Mention
    name: str
    key: str

    @property
    def label(self) -> str:
        return self.mention.label


def identified(
    doc: Doc, mentions: list[Mention], declared: list[Declared], gazetteer: Gazetteer
) -> tuple[list[Entity], list[Alias]]:
    """Return the entities for `mentions`, and for the same names found elsewhere.

    With them the other names that the text gives to some of them, for later texts.
    """
    mentions = _repeated(doc, _with_declared(mentions, declared), gazetteer)
    found = [_named(doc, m, gazetteer) for m in mentions]
    own = {named.mention.start: named for named in found}
    found = _of_country(doc, found)
    if gazetteer.lang == "en":
        found = _with_region(doc, found)
        found = _counted(doc, found)
        found = _towns(doc, found)
    else:
        found = _inflected(doc, found)
    found = _voted(found)
    found = _full_names(found)
    found = _short_names(doc, found)
    found, aliases = _as_declared(found, own, declared, gazetteer.lang)
    return [_entity(doc, named) for named in found], aliases


def _entity(doc: Doc, named: _Named) -> Entity:
    span = doc[named.mention.start : named.mention.end]
    return Entity(
        start=span.start_char,
        end=span.end_char,
        text=span.text,
        label=named.label,
        name=named.name,
        key=named.key,
    )


def _named(doc: Doc, mention: Mention, gazetteer: Gazetteer) -> _Named:
    entry, alias = mention.entry, mention.alias
    if entry is not None and alias is not None:
        name = entry.name if entry.label == "PER" else names.legal_form_stripped(alias)
        return _Named(mention, name, renamed(entry.key))
    span = doc[mention.start : mention.end]
    is_title = mention.is_quoted and mention.rank == RULE
    name = normal_form(span, mention.label, gazetteer.lang, is_title=is_title)
    return _Named(mention, name, canonical_key(name))


def _of_country(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Tell the ministries of two places apart: «Минюст США» is not «Минюст»."""
    result = list(found)
    for i, named in enumerate(found):
        entry = named.mention.entry
        if entry is None or entry.kind != "state" or entry.key in _ONE_OF_A_KIND:
            continue
        for j in (i - 1, i + 1):
            if not 0 <= j < len(found):
                continue
            place = found[j]
            first, second = sorted((named, place), key=lambda n: n.mention.start)
            between = doc[first.mention.end : second.mention.start].text
            country = place.mention.entry is not None and (
                place.mention.entry.kind == "country"
            )
            # «Минприроды Якутии», "Bavaria's Ministry of Health"
            region = place.label == "LOC" and (
                between != "" or _is_genitive(doc, place)
            )
            if place.key == _HOME or between not in ("", "'s", "’s"):
                continue
            if not (country or region) or (between == "") != (j > i):
                continue
            name = f"{named.name} {doc[place.mention.start : place.mention.end].text}"
            name = name if j > i else f"{place.name}'s {named.name}"
            result[i] = replace(named, name=name, key=f"{named.key} {place.key}")
    return result


def _is_genitive(doc: Doc, named: _Named) -> bool:
    last = doc[named.mention.end - 1]
    return last.morph.get("Case", []) == ["Gen"]


def _with_region(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Join a town and the region or country after its comma: "Toulouse, France"."""
    result: list[_Named] = []
    skip = False
    for i, named in enumerate(found):
        if skip:
            skip = False
            continue
        result.append(named)
        place = found[i + 1] if i + 1 < len(found) else None
        if place is None or not _is_town_of(doc, named, place):
            continue
        end = place.mention.end
        listed = end < len(doc) and doc[end].lower_ in ("and", "or", "&")
        third = found[i + 2] if i + 2 < len(found) else None
        listed |= third is not None and doc[end : third.mention.start].text == ","
        if not listed:
            result[-1] = replace(named, mention=replace(named.mention, end=end))
            skip = True
    return result


def _is_town_of(doc: Doc, town: _Named, place: _Named) -> bool:
    if town.label != "LOC" or doc[town.mention.end : place.mention.start].text != ",":
        return False
    entry, region = town.mention.entry, place.mention.entry
    small = entry is None or entry.kind in ("city", "place")
    return small and region is not None and region.kind in ("region", "country")


def _repeated(doc: Doc, mentions: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Add the places where a name of this report stands that the model missed."""
    taken = {i for m in mentions for i in range(m.start, m.end)}
    singles: dict[str, Mention] = {}
    for mention in mentions:
        if mention.rank == KNOWN:
            continue
        for word in _repeatable(doc, mention):
            for form in text_forms(word, gazetteer.lang)[:3]:
                singles.setdefault(form, mention)
    if not singles:
        return mentions
    added = []
    heads = {form[:_STEM] for form in singles}
    for i, text in enumerate(texts_of(doc)):
        if i in taken or len(text) < _STEM or not text[0].isupper():
            continue
        if text[:_STEM].lower() not in heads or _opens_sentence(doc[i]):
            continue
        forms = text_forms(text, gazetteer.lang)
        like = next((singles[f] for f in forms if f in singles), None)
        if like is not None and not _in_name(i, doc, taken):
            added.append(Mention(i, i + 1, like.label, MODEL))
    return sorted([*mentions, *added], key=lambda m: m.start)


def _opens_sentence(token: Token) -> bool:
    return bool(token.is_sent_start) and token.pos_ != "PROPN"


def _repeatable(doc: Doc, mention: Mention) -> Iterator[str]:
    """Yield the single words by which a name may come back: itself, a surname."""
    size = mention.end - mention.start
    last = doc[mention.end - 1]
    if size > 1 and (mention.label != "PER" or size not in _PERSON_WORDS):
        return
    if last.is_alpha and len(last) > 2 and last.text[0].isupper():
        yield last.text


def _in_name(at: int, doc: Doc, taken: set[int]) -> bool:
    """Say whether a capitalised neighbour makes the word part of another name."""
    for i in (at - 1, at + 1):
        if 0 <= i < len(doc) and i not in taken:
            token = doc[i]
            if token.text[0].isupper() and token.is_alpha and not token.is_sent_start:
                return True
    return False


def _counted(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Take the plural of a model for the model: "620 Kedrovkas" are a Kedrovka each."""
    keys = {named.key for named in found}
    return [
        replace(named, name=named.name[:-1], key=names.key(named.name[:-1]))
        if _is_counted(doc, named, keys)
        else named
        for named in found
    ]


def _towns(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Take for a place what stands only behind "in": "a plant in Luzhsk"."""
    places: dict[str, bool] = {}
    held: set[str] = set()
    for named in found:
        mention, is_free = named.mention, named.mention.rank == MODEL
        is_place = is_free and _is_within(doc, mention)
        places[named.key] = places.get(named.key, True) and is_place
        if is_free and named.label == "LOC" and _is_held(doc, mention):
            held.add(named.key)

    def label(named: _Named) -> str:
        if named.key in held:
            return "ORG"
        return "LOC" if named.label == "ORG" and places[named.key] else named.label

    return [
        replace(named, mention=replace(named.mention, label=label(named)))
        for named in found
    ]


def _is_held(doc: Doc, mention: Mention) -> bool:
    """ "A 5% stake in Arctos": a company, whatever the model calls it."""
    before = doc[mention.start - 1] if mention.start else None
    is_in = before is not None and before.lower_ == "in"
    return is_in and before is not None and before.head.lemma_ == "stake"


def _is_within(doc: Doc, mention: Mention) -> bool:
    """Say whether a name of one word follows "in", and nobody holds shares in it."""
    if mention.end - mention.start > 1 or not mention.start:
        return False
    before = doc[mention.start - 1]
    if before.lower_ not in _WHERE or not doc[mention.start].text.istitle():
        return False
    return before.head.lemma_.lower() not in _HOLDINGS


def _is_counted(doc: Doc, named: _Named, keys: set[str]) -> bool:
    mention = named.mention
    if mention.rank == KNOWN or named.label not in ("ORG", "PRODUCT"):
        return False
    if not named.name.endswith("s") or len(named.name) <= _STEM:
        return False
    has_number = mention.start > 0 and doc[mention.start - 1].pos_ == "NUM"
    return has_number or names.key(named.name[:-1]) in keys


def _inflected(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Let a name in another case be the one that stands in the nominative elsewhere.

    «прибыль „Севдала“» tells no dictionary that it is that of «комбинат „Севдал“».
    """
    basic: dict[tuple[int, str], dict[str, _Named]] = defaultdict(dict)
    for named in found:
        if named.label != "PER" and _is_basic(doc, named):
            basic[_bucket(named.name)].setdefault(named.key, named)
    result = []
    for named in found:
        others = basic.get(_bucket(named.name), {})
        if named.mention.rank != KNOWN and named.label != "PER":
            words = doc[named.mention.start : named.mention.end].text.split()
            fitting = [b for key, b in others.items() if key != named.key]
            like = next((b for b in fitting if _is_case_of(words, b.name)), None)
            if like is not None and _is_oblique(named, like, others):
                named = replace(named, name=like.name, key=like.key)
        result.append(named)
    return result


def _is_oblique(named: _Named, like: _Named, others: dict[str, _Named]) -> bool:
    """Say whether a name that may be a form of `like` is no name of its own.

    After a noun of its class it may be either: «завод „Севдала“», «завод „Сокол“».
    """
    if named.key not in others:
        return True
    is_shorter = len(like.name) < len(named.name)
    is_one_way = is_shorter or not _is_case_of(like.name.split(), named.name)
    return named.mention.is_quoted and is_one_way


def _is_basic(doc: Doc, named: _Named) -> bool:
    """Say whether a name stands in its basic form: after its noun, or as a subject."""
    mention = named.mention
    if mention.rank == KNOWN or (mention.is_quoted and mention.rank == RULE):
        return mention.is_quoted
    cases = [token.morph.get("Case", []) for token in doc[mention.start : mention.end]]
    return ["Nom"] in cases


def _bucket(name: str) -> tuple[int, str]:
    return len(name.split()), name[:_STEM].lower()


def _is_case_of(words: list[str], name: str) -> bool:
    """Say whether each word may be a form of the word of `name` in its place."""
    basic = name.split()
    return len(words) == len(basic) and all(
        not set(alias_forms(b, "ru")).isdisjoint(text_forms(w, "ru"))
        for w, b in zip(words, basic, strict=True)
    )


def _voted(found: list[_Named]) -> list[_Named]:
    """Give the mentions of one key one label: the surest, else the most frequent."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for named in found:
        weight = {KNOWN: 100, RULE: 10}.get(named.mention.rank, 1)
        votes[named.key][named.label] += weight
    winners = {key: labels.most_common(1)[0][0] for key, labels in votes.items()}
    result = []
    for named in found:
        label = winners[named.key]
        if label != named.label:
            named = replace(named, mention=replace(named.mention, label=label))
        result.append(named)
    return result


def _full_names(found: list[_Named]) -> list[_Named]:
    """Let a surname, or initials and a surname, be the person named in full."""
    full: dict[str, dict[str, _Named]] = defaultdict(dict)
    for named in found:
        words = named.name.split()
        if named.label != "PER" or len(words) not in _PERSON_WORDS:
            continue
        if not any(_INITIAL.fullmatch(w) for w in words[:-1]):
            full[names.key(words[-1])][named.key] = named
    return [_as_full(named, full) for named in found]


def _as_full(named: _Named, full: dict[str, dict[str, _Named]]) -> _Named:
    words = [w for w in re.split(r"[\s.]+", named.name) if w]
    if not words or named.mention.rank == KNOWN:
        return named
    initials = words[:-1]
    if any(len(w) > 1 for w in initials):
        return named
    people = full.get(names.key(words[-1]), {})
    fitting = [
        person
        for person in people.values()
        if not initials or names.key(person.name)[:1] == names.key(initials[0])[:1]
    ]
    if len(fitting) != 1:
        return named
    mention = replace(named.mention, label="PER")
    return replace(named, mention=mention, name=fitting[0].name, key=fitting[0].key)


def _short_names(doc: Doc, found: list[_Named]) -> list[_Named]:
    """Let the first word of a company's name stand for it: "Northrop", "AirTran".

    Not the town of the Kettleby Echo: "a smelter in Kettleby".
    """
    full: dict[str, dict[str, _Named]] = defaultdict(dict)
    towns = {n.key for n in found if _is_within(doc, n.mention)}
    for named in found:
        words = named.name.split()
        if named.label == "ORG" and len(words) > 1 and named.mention.rank != KNOWN:
            full[names.key(words[0])].setdefault(named.key, named)
    result = []
    for named in found:
        bodies = full.get(named.key, {}) if named.key not in towns else {}
        if named.mention.rank == KNOWN or len(bodies) != 1:
            result.append(named)
            continue
        (to,) = bodies.values()
        mention = replace(named.mention, label="ORG")
        result.append(replace(named, mention=mention, name=to.name, key=to.key))
    return result


def _with_declared(mentions: list[Mention], declared: list[Declared]) -> list[Mention]:
    """Add declared names in place of whatever else was found there."""
    added = {d.alias for d in declared}
    taken = {i for m in added for i in range(m.start, m.end)}
    kept = (m for m in mentions if taken.isdisjoint(range(m.start, m.end)))
    return sorted([*kept, *added], key=lambda m: m.start)


def _as_declared(
    found: list[_Named], own: dict[int, _Named], declared: list[Declared], lang: str
) -> tuple[list[_Named], list[Alias]]:
    """Let a declared name stand for its owner; a known one gives the key to both.

    `own` holds by their first tokens what the mentions are called themselves.
    """
    if not declared:
        return found, []
    at = {named.mention.start: named for named in found}
    meant: dict[str, _Named] = {}
    aliases: dict[str, Alias] = {}
    for pair in declared:
        owner, alias = at[pair.owner.start], at[pair.alias.start]
        is_known = alias.mention.rank == KNOWN and owner.mention.rank != KNOWN
        is_known = is_known and alias.key != owner.key  # not learned from such a text
        one, other = (owner, alias) if is_known else (alias, owner)
        name = own[one.mention.start]
        meant[one.key] = other
        is_new = name.key != other.key and name.mention.rank != KNOWN
        if is_new and other.label in _ALIASED:
            aliases[name.key] = Alias(
                name=name.name, key=other.key, label=other.label, lang=lang
            )
    result = []
    for named in found:
        to = meant.get(named.key)
        if to is not None:
            mention = replace(named.mention, label=to.label)
            named = replace(named, mention=mention, name=to.name, key=to.key)
        result.append(named)
    return result, list(aliases.values())
