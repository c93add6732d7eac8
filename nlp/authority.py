"""Authority: who may confirm what (DESIGN §2), from roles and bodies.

A company speaks with authority about itself, a state body or office holder in its
field, whoever produces a statistic about that statistic; a signed filing or decree
stands for its author. Everybody else who is named is an expert.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from molva.model import SourceType
from molva.names import key as name_key
from nlp.attribution_words import Phrases, Words, words_of
from nlp.data import load
from nlp.gazetteer import parent_of

#: What makes somebody speak, in the order in which a tie is settled.
Role = Literal[
    "experts",
    "spokespeople",
    "owners",
    "executives",
    "offices",
    "statistics",
    "bodies",
    "companies",
]
ROLES: tuple[Role, ...] = (
    "experts",
    "spokespeople",
    "owners",
    "executives",
    "offices",
    "statistics",
    "bodies",
    "companies",
)
#: Roles that speak for a state body or a producer of statistics.
STATE: frozenset[Role] = frozenset(("offices", "bodies", "statistics"))
#: How a speaker presents himself: a person, a body, an unnamed person, a paper …
Kind = Literal[
    "person",
    "body",
    "anonymous",
    "media",
    "leaked",
    "published",
    "data",
    "crowd",
    "none",
]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A described source phrase. `body` is the key of the organisation behind it."""

    kind: Kind
    text: str
    start: int
    end: int
    role: Role | None = None
    body: str | None = None
    count: int | None = None
    closeness: str | None = None
    outlet: str | None = None
    outlet_key: str | None = None
    is_former: bool = False
    is_union: bool = False


@dataclass(frozen=True, slots=True)
class Affairs:
    """What is said: the organisation it is about, all those named, and who "we" is."""

    subject: str | None = None
    keys: frozenset[str] = frozenset()
    mentions_self: bool = False
    company: str | None = None
    #: the subject is a named organisation or a state body
    is_of_others: bool = False
    #: the subject is the economy, which no company decides
    is_economy: bool = False
    #: who speaks does it: «отрицает, что продаёт»
    is_own_deed: bool = False
    is_union_matter: bool = False
    is_deal: bool = False


class Roles:
    """The roles and bodies of one language, from `roles.toml`."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = load(lang, "roles")
        self.nouns = {role: words_of(data[role]["nouns"]) for role in ROLES}
        self.phrases = {role: Phrases(data[role].get("phrases", ())) for role in ROLES}
        self.names = {role: words_of(data[role].get("names", ())) for role in ROLES}
        #: office holders who are named without their office, by the body they speak for
        self.people = {
            name_key(name): name_key(body)
            for body, people in data["people"].items()
            for name in people
        }
        self.vague = words_of(data["experts"]["vague"])
        self.professions = tuple(data["experts"]["suffixes"].split())
        self.analytic = tuple(data["experts"]["firms"].split())
        self.market = words_of(data["experts"]["market"])
        self.deals = words_of(data["deals"]["words"])
        self.academia = words_of(data["experts"]["academia"])
        self.private = words_of(data["experts"]["private"])
        self.bare_offices = words_of(data["offices"]["bare"])
        self.former = words_of(data["owners"]["minority"])
        #: «экс-директор», "ex-chief"
        self.former_prefixes = tuple(f"{word}-" for word in self.former)
        self.unions = words_of(data["unions"]["nouns"])
        self.union_matters = words_of(data["unions"]["matters"])
        self.economy = words_of(data["economy"]["nouns"])
        self.market_forecasts = self.economy | words_of(data["economy"]["forecasts"])
        self.we = words_of(data["we"]["words"])
        self.we_subjects = words_of(data["we"]["subjects"])
        self.we_owned = words_of(data["we"]["owned"])
        self.all_nouns = frozenset().union(*self.nouns.values())

    def find(self, words: Words, start: int, end: int) -> list[tuple[int, int, Role]]:
        """Return role words in a token range as (start, end, role), longest first."""
        found: list[tuple[int, int, Role]] = []
        at = start
        while at < end:
            best: tuple[int, Role] | None = None
            for role in ROLES:
                stop = self.phrases[role].end(words, at, end)
                if stop and (best is None or stop > best[0]):
                    best = stop, role
            if best is None and (role_here := self.of(words, at)):
                best = at + 1, role_here
            if best is None:
                at += 1
                continue
            found.append((at, *best))
            at = best[0]
        return found

    def of(self, words: Words, i: int) -> Role | None:
        """Return the role that one word names, None if it is no role word."""
        lemma, lower = words.lemma[i], words.lower[i]
        for role in ROLES:
            nouns = self.nouns[role]
            if lemma in nouns or lower in nouns:
                return role
            if lower.endswith("s") and lower[:-1] in nouns:
                return role
            if lower in self.names[role] or lemma in self.names[role]:
                return role
        return None


@cache
def roles(lang: str) -> Roles:
    """Return the roles of a language, read once."""
    return Roles(lang)


def judge(speaker: Speaker, affairs: Affairs) -> tuple[SourceType, str | None]:
    """Return the source type and, where a body speaks on record, its entity key."""
    if speaker.kind in ("anonymous", "crowd"):
        return "anonymous", None
    if speaker.kind == "media":
        return "media", None
    if speaker.kind == "none":
        return "unattributed", None
    if speaker.kind == "leaked":
        return "document", None
    if speaker.kind in ("published", "data"):
        return _paper(speaker, affairs)
    if speaker.is_union and affairs.is_union_matter:
        return "official", speaker.body
    is_own = affairs.is_own_deed or (
        speaker.body is not None and speaker.body in affairs.keys
    )
    if speaker.role == "experts" and speaker.kind == "body" and is_own:
        return "official", speaker.body
    if speaker.role == "experts" or speaker.is_former:
        return "expert", None
    if speaker.role in STATE or speaker.role == "owners":
        return "official", speaker.body or affairs.company
    return _company(speaker, affairs)


def _paper(speaker: Speaker, affairs: Affairs) -> tuple[SourceType, str | None]:
    """Judge a published paper or a statistic by whoever stands behind it."""
    if speaker.role == "experts":
        return "expert", None
    if speaker.kind == "published":
        return "official", speaker.body or affairs.company
    if speaker.body is None and speaker.role is None:
        return "unattributed", None
    return "official", speaker.body or affairs.company


def _company(speaker: Speaker, affairs: Affairs) -> tuple[SourceType, str | None]:
    """A company and its people are official on their own affairs, else experts."""
    body = speaker.body
    is_own = affairs.mentions_self or body in affairs.keys
    if affairs.is_economy and not is_own:
        return "expert", None
    if body is None:
        if speaker.role is None and speaker.kind == "person":
            return "expert", None
        return "official", affairs.company
    if is_own or affairs.subject is None:
        return "official", body
    if affairs.is_deal:
        # who speaks of a deal is a party to it, as a rule
        return "official", body
    if _related(body, affairs.subject):
        return "official", body
    return "expert", None


def _related(body: str, other: str) -> bool:
    """Tell whether two bodies are one or parent and child."""
    return body == other or parent_of(other) == body or parent_of(body) == other
