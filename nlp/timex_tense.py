"""The direction in time of the clause around a date, from the parse."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from spacy.tokens import Doc, Token

from nlp.data import load
from nlp.timex_context import Tense

#: A date hangs at most so deep under its verb.
_MAX_CLIMB = 12
_HELPERS = frozenset({"aux", "aux:pass", "auxpass", "cop"})
#: A participle in these places says nothing of its own: "hold the markets closed".
_COMPLEMENTS = frozenset({"ccomp", "acomp", "oprd", "xcomp"})
_VERBS = frozenset({"VERB", "AUX"})


class Verbs(NamedTuple):
    """The lemmas that say where in time a date lies; see timex.toml."""

    future: frozenset[str]
    past: frozenset[str]
    modals: frozenset[str]
    announcing: frozenset[str]
    scheduled: frozenset[str]
    states: frozenset[str]
    #: nouns whose dates lie ahead, though the verb is past ("cut its 2026 forecast")
    foretold: frozenset[str]
    moving: frozenset[str]
    #: what stands between a moving verb and the new date
    to: frozenset[str]
    #: moving verbs with which "until" tells the end, not the new date
    lasting: frozenset[str]


@cache
def verbs(lang: str) -> Verbs:
    """Return the verbs of `lang`, read from its timex.toml once a process."""
    data = load(lang, "timex")
    tense, change = data["tense"], data["change"]
    return Verbs(
        **{kind: frozenset(words) for kind, words in tense.items()},
        moving=frozenset(change["verbs"]),
        to=frozenset(change["to"]),
        lasting=frozenset(change["lasting"]),
    )


def tense_at(doc: Doc, char: int, lang: str) -> Tense | None:
    """Return the tense of the clause that holds the character, None where unclear."""
    token = token_at(doc, char)
    if token is None:
        return None
    if _is_foretold(token, lang):
        return None
    for verb in _climb(token):
        if _is_announced(token, verb, lang) or _is_moved_to(token, verb, lang):
            return "future"
        found = _tense(verb, lang)
        if found:
            return found
        if verb.dep_ == "ROOT":
            break
    return None


def is_state_at(doc: Doc, char: int, lang: str) -> bool:
    """Tell whether the clause says how things are: "today it employs 500 people"."""
    token = token_at(doc, char)
    verb = next(iter(_climb(token)), None) if token is not None else None
    if verb is None or verb.lemma_.lower() not in verbs(lang).states:
        return False
    return _tense(verb, lang) == "present" and not any(
        child.dep_ in _HELPERS for child in verb.children
    )


def _is_announced(token: Token, verb: Token, lang: str) -> bool:
    """«Объявила о запуске в декабре»: a noun between verb and date lies ahead."""
    if verb.lemma_.lower() not in verbs(lang).announcing:
        return False
    line = _line(token)
    below = line[line.index(verb) - 1] if verb in line[1:] else token
    return verb.i < below.i < token.i and below.pos_ == "NOUN"


def _is_foretold(token: Token, lang: str) -> bool:
    """ "Cut its full-year forecast": the year is that of the forecast, not past."""
    nouns = verbs(lang).foretold
    for above in _line(token)[1:]:
        if above.pos_ in _VERBS:
            break
        if above.lemma_.lower() in nouns:
            return True
    # "its forecast for the third quarter", whatever the parser hangs it on
    before = [t for t in token.doc[max(token.i - 4, 0) : token.i] if t.pos_ != "DET"]
    after = next(
        (i for i in range(len(before), 0, -1) if before[i - 1].pos_ == "ADP"), 0
    )
    return after > 1 and before[after - 2].lemma_.lower() in nouns


def _is_moved_to(token: Token, verb: Token, lang: str) -> bool:
    """ "Slipped to March", "rescheduled for May": the new date lies ahead."""
    known = verbs(lang)
    if known.moving.isdisjoint((verb.lemma_.lower(), verb.lower_)):
        return False
    if token.lower_ in known.to:
        return True  # of the expression itself: "until March"
    before = [t for t in token.doc[max(token.i - 2, 0) : token.i] if t.pos_ != "DET"]
    return bool(before) and before[-1].lower_ in known.to


def moves_dates(doc: Doc, char: int, lang: str) -> bool:
    """Tell whether the clause's verb or noun moves a date (slip, delay, перенести)."""
    token = token_at(doc, char)
    change = verbs(lang).moving
    if token is None:
        return False
    if any(t.lemma_.lower() in change or t.lower_ in change for t in _line(token)):
        return True
    before = doc[max(token.i - 6, token.sent.start) : token.i]
    return any(t.lemma_.lower() in change for t in before)


def is_put_off(doc: Doc, char: int, lang: str) -> bool:
    """Tell whether "until June" is when it shall be: "delayed until June"."""
    token, known = token_at(doc, char), verbs(lang)
    line = _line(token) if token is not None else []
    words = {word for t in line for word in (t.lemma_.lower(), t.lower_)}
    return bool(words & known.moving) and not words & known.lasting


def token_at(doc: Doc, char: int) -> Token | None:
    """Return the token that holds a character."""
    span = doc.char_span(char, char + 1, alignment_mode="expand")
    return span[0] if span is not None and len(span) else None


def _line(token: Token) -> list[Token]:
    """Return the token and what it hangs on, up to the root."""
    line = [token]
    while (
        line[-1].head is not line[-1]
        and line[-1].head.i != line[-1].i
        and len(line) < _MAX_CLIMB
    ):
        line.append(line[-1].head)
    return line


def _climb(token: Token) -> list[Token]:
    """Return the predicates over a token, the nearest first."""
    return [
        t
        for t in _line(token)
        if t.pos_ in _VERBS or t.dep_ == "ROOT" or _has_copula(t)
    ]


def _has_copula(token: Token) -> bool:
    return any(child.dep_ in _HELPERS for child in token.children)


def _tense(verb: Token, lang: str) -> Tense | None:
    known = verbs(lang)
    helpers = [c for c in verb.children if c.dep_ in _HELPERS]
    words = [*helpers, verb]
    is_ahead = not known.future.isdisjoint((verb.lemma_.lower(), verb.lower_))
    if is_ahead or any(t.lower_ in known.modals for t in helpers):
        return "future"
    if any("Fut" in t.morph.get("Tense", []) for t in words):
        return "future"
    if _is_infinitive(verb, helpers):
        if any(h.lemma_ == "have" for h in helpers) and verb.tag_ == "VBN":
            return "past"  # "is said to have closed on May 3"
        return _of_infinitive(verb, known.past)
    is_present = "Pres" in verb.morph.get("Tense", [])
    if is_present and "Prog" in verb.morph.get("Aspect", []) and helpers:
        # "we are opening in January": an arrangement
        return "future" if _finite(helpers) == "present" else _finite(helpers)
    is_loose = verb.dep_ in _COMPLEMENTS or is_present
    if _form(verb) == "Part" and not helpers and is_loose:
        return None
    found = _finite(words)
    if found == "present" and not helpers and verb.lemma_.lower() in known.scheduled:
        return "future"  # "the board meets on Tuesday"
    return found


def _of_infinitive(verb: Token, past: frozenset[str]) -> Tense | None:
    """ "Plans to open" lies ahead; "managed to open" and "rose to close" do not."""
    governor = verb.head
    is_purpose = any(child.dep_ == "mark" for child in verb.children)
    has_happened = governor.lemma_.lower() in past or (
        verb.dep_ == "advcl" and not is_purpose
    )
    if governor.i != verb.i and has_happened:
        return _finite([governor])
    return "future"


def _is_infinitive(verb: Token, helpers: list[Token]) -> bool:
    """ "To be built": the helper is an infinitive, the verb a participle."""
    forms = {form for h in helpers for form in h.morph.get("VerbForm", [])}
    return "Fin" not in forms and ("Inf" in forms or _form(verb) == "Inf")


def _form(token: Token) -> str:
    forms: list[Any] = token.morph.get("VerbForm", [])
    return str(forms[0]) if forms else ""


def _finite(words: list[Token]) -> Tense | None:
    """Return past for any past form (also "has been built"), else present or None."""
    for token in words:
        tenses = token.morph.get("Tense", [])
        if "Past" in tenses:
            return "past"
        if "Fut" in tenses:
            return "future"
    if any("Pres" in t.morph.get("Tense", []) for t in words):
        return "present"
    return None
