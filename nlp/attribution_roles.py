"""Roles of speakers: which role word of a phrase is the speaker's own."""

from __future__ import annotations

from nlp.attribution_phrases import NounPhrases, Phrase
from nlp.attribution_words import Words
from nlp.authority import Role, Roles
from nlp.gazetteer import kind_of

Found = list[tuple[int, int, Role]]


class RoleReader:
    """Reads the role of a speaking phrase in one language."""

    def __init__(self, known: Roles, phrases: NounPhrases) -> None:
        self.roles = known
        self.phrases = phrases

    def role(self, words: Words, phrase: Phrase) -> Role | None:
        """Return the role in which a phrase speaks, None if it names none."""
        found = self.roles.find(words, phrase.start, phrase.end)
        if not found:
            name = words.names.get(phrase.head)
            if name is not None and kind_of(name.key) in ("state", "body"):
                return "bodies"
            return "experts" if self._is_learned(words, phrase) else None
        if any(role == "owners" for _, _, role in found):
            return "owners"
        role = self._own_role(words, phrase, found)
        if role in ("companies", "bodies") and self._is_learned(words, phrase):
            return "experts"
        return self._settled(words, phrase, found, role)

    def _own_role(self, words: Words, phrase: Phrase, found: Found) -> Role:
        """Return the role of the speaker, not of what he belongs to."""
        covering = [role for a, b, role in found if a <= phrase.head < b]
        if covering:
            return covering[0]
        stop = next(
            (
                i
                for i in range(phrase.start, phrase.end)
                if words.lower[i] == "," or (words.pos[i] == "ADP" and i > phrase.start)
            ),
            phrase.end,
        )
        near = [role for a, _, role in found if a < stop]
        if near:
            return near[0] if self.phrases.has_cases else near[-1]
        return found[0][2]

    def _settled(
        self,
        words: Words,
        phrase: Phrase,
        found: Found,
        role: Role,
    ) -> Role:
        """A spokesman or head of a state body speaks for the state."""
        if role not in ("spokespeople", "executives", "offices"):
            return role
        if any(words.lemma[a] in self.roles.unions for a, _, _ in found):
            return "experts"
        names = words.names_in(phrase.start, phrase.end)
        kinds = {kind_of(n.key) for n in names if n.label == "ORG"}
        if kinds & {"state", "body"}:
            return "bodies"
        company = any(n.label == "ORG" for n in names)
        others = [r for a, b, r in found if not a <= phrase.head < b or r != role]
        state = {"bodies", "offices"} & set(others)
        if role == "offices":
            is_both = any(
                words.lemma[a] in self.roles.nouns["executives"] for a, _, _ in found
            )
            return "executives" if company and is_both else role
        is_bare = not company and "companies" not in others
        if is_bare and words.lemma[phrase.head] in self.roles.bare_offices:
            return "offices"
        if any(r == "bodies" and self._in_org(words, a) for a, _, r in found):
            return "bodies"
        if company or "companies" in others:
            return role
        if state or any(n.label == "LOC" for n in names):
            return "bodies"
        return role

    def _is_learned(self, words: Words, phrase: Phrase) -> bool:
        """A profession («агроном», "agronomist") or a member of a university."""
        inside = range(phrase.start, phrase.end)
        has_profession = any(
            words.pos[i] == "NOUN" and words.lemma[i].endswith(self.roles.professions)
            for i in inside
        )
        is_person = any(
            (n := words.names.get(i)) is not None and n.label == "PER" for i in inside
        )
        return has_profession or (
            is_person and any(words.lemma[i] in self.roles.academia for i in inside)
        )

    def _in_org(self, words: Words, i: int) -> bool:
        name = words.names.get(i)
        return name is not None and name.label == "ORG"
