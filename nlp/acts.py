"""The vocabulary of acts: verbs and nouns that name one deed, in every language.

An act is named by an English past participle ("produced") whatever the language of
the text, so that «выпустит» and "output" meet. Plans, talks, start and completion are
stages: `content_act` looks through them to the deed itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Token

from nlp.data import load

#: Tables of acts.toml that are no acts.
_OTHER = {"stages", "light", "soft"}
_VERBAL = {"VERB", "AUX", "ADJ"}
_NOMINAL = {"NOUN", "PROPN"}
#: Where the content of a stage hangs, in the order of trust (UD and ClearNLP names).
_INWARD = (
    {"xcomp", "csubj", "csubj:pass", "csubjpass", "acl", "relcl"},
    {"obj", "dobj", "ccomp", "pcomp", "nsubj:pass", "nsubjpass", "appos"},
    {"obl", "nmod", "pobj", "attr", "iobj", "oprd", "acomp", "compound", "advcl"},
    {"nsubj"},
)
_OBJECTS = {"obj", "dobj"}
#: Acts of which the subject may be the deed: "the launch will slip to May".
_HAPPENING = {"delayed"}
_TOWARDS = {"to", "into", "until", "till"}
#: What the contract of a seller and a buyer is about.
_SUPPLY = {"delivered", "shipped"}
#: "plans to decide to start to prepare to build" is as deep as anybody writes.
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's acts.toml, turned round: lemma → act, and the stages."""

    verbs: dict[str, str]
    nouns: dict[str, str]
    transitive: dict[str, str]
    #: verbs that mean the act when done to somebody
    animate: dict[str, str]
    #: what is looked through: stages and empty verbs
    stages: frozenset[str]
    stage_nouns: frozenset[str]
    #: verbs that a particle may give another meaning ("set up")
    phrasal: frozenset[str]
    soft: frozenset[str]
    asides: frozenset[str]
    #: nouns that say when, and the prepositions with which they do: "by the end"
    moments: frozenset[str]
    when: frozenset[str]
    #: nouns that make an order of what is to be supplied: "contract for the delivery"
    contracts: frozenset[str]
    #: nouns of money and time, which a contract may be "for" as well
    sums: frozenset[str]
    #: verbs of delay if what they lead to is a date: "slip to September"
    dated: frozenset[str]


@cache
def vocabulary(lang: str) -> Vocabulary:
    """Return the acts of `lang`; of a lemma listed twice the first act wins."""
    data = load(lang, "acts")
    verbs: dict[str, str] = {}
    nouns: dict[str, str] = {}
    transitive: dict[str, str] = {}
    animate: dict[str, str] = {}
    for act, lists in data.items():
        if act in _OTHER:
            continue
        for table, key in ((verbs, "verbs"), (nouns, "nouns")):
            for lemma in lists[key]:
                table.setdefault(lemma, act)
        transitive.update(dict.fromkeys(lists.get("transitive", ()), act))
        animate.update(dict.fromkeys(lists.get("animate", ()), act))
    stages = data["stages"]
    through = {*stages["verbs"], *stages["adjectives"], *data["light"]["verbs"]}
    return Vocabulary(
        verbs=verbs,
        nouns=nouns,
        transitive=transitive,
        animate=animate,
        stages=frozenset(through),
        stage_nouns=frozenset(stages["nouns"]),
        phrasal=frozenset(v.split()[0] for v in {*verbs, *through} if " " in v),
        soft=frozenset(data["soft"]["acts"]),
        asides=frozenset(stages["asides"]),
        moments=frozenset(stages["moments"]),
        when=frozenset(stages["when"]),
        contracts=frozenset(stages["contracts"]),
        sums=frozenset(stages["sums"]),
        dated=frozenset(data["delayed"]["dated"]),
    )


def act_of(token: Token, lang: str) -> str | None:
    """Return the canonical act that this very word names, or None."""
    words = vocabulary(lang)
    lemma = token.lemma_.lower()
    if token.pos_ in _NOMINAL:
        return None if _is_moment(token, lemma, words) else words.nouns.get(lemma)
    if token.pos_ not in _VERBAL or _is_quality(token, lemma):
        return None
    if _is_gerund(token) and token.lower_ in words.nouns:
        return words.nouns[token.lower_]
    if lemma in words.dated and _leads_to_date(token):
        return "delayed"
    phrasal = with_particle(token) if lemma in words.phrasal else None
    if phrasal is not None and phrasal in words.verbs:
        return words.verbs[phrasal]
    if lemma in words.transitive and _has_object(token):
        return words.transitive[lemma]
    if lemma in words.animate and _is_done_to_somebody(token):
        return words.animate[lemma]
    return words.verbs.get(lemma)


def _is_quality(token: Token, lemma: str) -> bool:
    """Say whether an adjective only looks like a verb: "close to", "open to"."""
    return token.pos_ == "ADJ" and token.lower_ == lemma and lemma.isascii()


def _is_gerund(token: Token) -> bool:
    """Say whether a form in -ing is a noun: "commissioning of the line"."""
    is_form = token.tag_ == "VBG"
    return is_form and any(
        c.dep_ == "prep" and c.lower_ == "of" for c in token.children
    )


def _leads_to_date(token: Token) -> bool:
    return any(
        thing.ent_type_ == "DATE"
        for child in token.children
        if child.dep_ == "prep" and child.lower_ in _TOWARDS
        for thing in child.children
    )


def is_stage(token: Token, lang: str) -> bool:
    """Say whether the word is a stage (plan, start, talks) or an empty verb."""
    words = vocabulary(lang)
    lemma = token.lemma_.lower()
    if token.pos_ in _NOMINAL:
        return lemma in words.stage_nouns
    if token.pos_ not in _VERBAL:
        return False
    phrasal = with_particle(token) if lemma in words.phrasal else None
    if phrasal is not None and phrasal in words.verbs:
        return False
    return lemma in words.stages or phrasal in words.stages


def content_act(token: Token, lang: str) -> tuple[str | None, Token]:
    """Return the act behind `token`, and the word that names it.

    Stages and empty verbs are looked through («ведёт переговоры о покупке» →
    ("bought", покупке)). A verb that no list knows gives (None, that verb).
    """
    return _content(token, lang, 0) or (act_of(token, lang), token)


def act_name(token: Token, lang: str) -> str:
    """Return the act behind `token`, or the lemma of the word that would name it."""
    act, word = content_act(token, lang)
    return act or word.lemma_.lower()


def _content(token: Token, lang: str, depth: int) -> tuple[str | None, Token] | None:
    """Return what `token` leads to, None where a stage leads nowhere."""
    act = act_of(token, lang)
    soft = act in vocabulary(lang).soft
    stage = is_stage(token, lang)
    if not stage and not soft:
        return (act, token) if act or _is_plain_verb(token) else None
    if depth < _MAX_DEPTH:
        found = _inside(token, lang, depth, act)
        if found is not None:
            return _contracted(token, lang, found)
        if act is None and (thing := _for_things(token, lang)) is not None:
            return "ordered", thing
    return (act, token) if act else None


def _contracted(
    token: Token, lang: str, found: tuple[str | None, Token]
) -> tuple[str | None, Token]:
    """Call what a contract is to supply ordered: nothing is delivered by signing."""
    is_contract = token.lemma_.lower() in vocabulary(lang).contracts
    return ("ordered", found[1]) if is_contract and found[0] in _SUPPLY else found


def _for_things(token: Token, lang: str) -> Token | None:
    """Return what a contract is for: "a contract for 18 jets", «на 18 самолётов»."""
    words = vocabulary(lang)
    if token.lemma_.lower() not in words.contracts:
        return None
    for child in token.children:
        is_for = child.dep_ == "prep" and child.lower_ == "for"
        things = [c for c in child.children if c.dep_ == "pobj"] if is_for else [child]
        for thing in things:
            cases = [c.lower_ for c in thing.children if c.dep_ == "case"]
            is_counted = any(c.dep_.startswith("nummod") for c in thing.children)
            is_sum = thing.lemma_.lower() in words.sums
            if is_counted and not is_sum and (is_for or "на" in cases):
                return thing
    return None


def _inside(
    token: Token, lang: str, depth: int, act: str | None
) -> tuple[str | None, Token] | None:
    """Search the complements of a stage; one that is an act yields to others alone."""
    weak = act is not None
    children = list(token.children)
    for deps in _INWARD:
        for child in _complements(children, deps, vocabulary(lang).asides):
            if weak and child.dep_ == "nsubj" and act not in _HAPPENING:
                continue
            found = _content(child, lang, depth + 1)
            if found is not None and (found[0] or not weak):
                return found
    return None


def _complements(
    children: list[Token], deps: set[str], asides: frozenset[str]
) -> Iterator[Token]:
    """Yield the children by one of `deps`, through English prepositions.

    What stands with "since" or «после» tells when or why, not what.
    """
    for child in children:
        if child.lower_ in asides:
            continue
        if child.dep_ in deps:
            if not any(c.dep_ == "case" and c.lower_ in asides for c in child.children):
                yield child
        elif child.dep_ in {"prep", "agent"} and "pobj" in deps:
            yield from (c for c in child.children if c.dep_ == "pobj")
        elif child.dep_ == "prep" and "pcomp" in deps:
            yield from (c for c in child.children if c.dep_ == "pcomp")


def _is_moment(token: Token, lemma: str, words: Vocabulary) -> bool:
    """Say whether a noun says when rather than what: "by the end", «в начале»."""
    if lemma not in words.moments:
        return False
    cases = [c.lower_ for c in token.children if c.dep_ == "case"]
    return token.head.lower_ in words.when or any(c in words.when for c in cases)


def _is_plain_verb(token: Token) -> bool:
    return token.pos_ == "VERB"


def _has_object(token: Token) -> bool:
    return any(child.dep_ in _OBJECTS for child in token.children)


def _is_done_to_somebody(token: Token) -> bool:
    """«Задержали директора»: the object, or the subject of a passive, is alive."""
    objects = (c for c in token.children if c.dep_ in {*_OBJECTS, "nsubj:pass"})
    return any("Anim" in c.morph.get("Animacy", []) for c in objects)


def with_particle(token: Token) -> str | None:
    """Return a verb with its particle ("set up"), None where it has none."""
    for child in token.children:
        if child.dep_ == "prt":
            return f"{token.lemma_.lower()} {child.lower_}"
    return None
