"""Roles of speakers: which role word of a phrase is the speaker's own."""

from __future__ import annotations

from nlp.attribution_phrases import NounPhrases, Phrase
from nlp.attribution_words import QUOTES, Words, attribution_data, words_of
from nlp.authority import Role, Roles
from nlp.gazetteer import kind_of

Found = list[tuple[int, int, Role]]


class RoleReader:
    """Reads the role of a speaking phrase in one language."""

    def __init__(self, lang: str, known: Roles, phrases: NounPhrases) -> None:
        self.roles = known
        self.phrases = phrases
        self.crowd = words_of(attribution_data(lang)["anonymous"]["groups"])

    def role(self, words: Words, phrase: Phrase) -> Role | None:
        """Return the role in which a phrase speaks, None if it names none."""
        found = self.roles.find(words, phrase.start, phrase.end)
        if not found:
            return self._unnamed_role(words, phrase)
        if any(role == "owners" for _, _, role in found):
            is_dealer = any(words.lemma[a] in self.roles.market for a, _, _ in found)
            return "experts" if is_dealer else "owners"
        role = self._own_role(words, phrase, found)
        if role in ("companies", "bodies") and self._is_learned(words, phrase):
            return "experts"
        if role == "bodies" and self._is_private(words, phrase):
            return "experts"
        if self._is_outsider(words, phrase, found, role):
            return "experts"
        return self._settled(words, phrase, found, role)

    def _is_private(self, words: Words, phrase: Phrase) -> bool:
        """«агентство „Скоп“»: a name in quotation marks is a firm's."""
        if words.lemma[phrase.head] not in self.roles.private:
            return False
        after = phrase.head + 1
        is_quoted = after < len(words) and words.lower[after] in QUOTES
        name = words.names.get(after + 1) if is_quoted else None
        return is_quoted and (name is None or kind_of(name.key) is None)

    def _unnamed_role(self, words: Words, phrase: Phrase) -> Role | None:
        """Judge a phrase without role words by its name or by a title unknown to us."""
        name = words.names.get(phrase.head)
        if name is not None and kind_of(name.key) in ("state", "body"):
            return "bodies"
        if self._is_learned(words, phrase) or self._is_analytic(words, phrase):
            return "experts"
        inside = range(phrase.start, phrase.end)
        names = words.names_in(*_range(phrase))
        has_title = any(
            words.pos[i] == "NOUN"
            and words.names.get(i) is None
            and words.doc[i].text[:1].islower()
            and words.lemma[i] not in self.crowd
            for i in inside
        )
        if not has_title or not any(n.label == "PER" for n in names):
            return None
        # a title unknown to us is a post where there is somebody to hold it with
        return "executives" if any(n.label == "ORG" for n in names) else "experts"

    def _is_outsider(
        self, words: Words, phrase: Phrase, found: Found, role: Role
    ) -> bool:
        """The head of a dealer, a rival, a union or a research firm is an expert."""
        if role not in ("executives", "spokespeople", "offices", "companies"):
            return False
        if any(r == "statistics" for _, _, r in found):
            return False
        if role == "companies" and self._stands_alone(words, phrase):
            return False
        market = self.roles.unions | self.roles.market
        inside = range(phrase.start, phrase.end)
        if any(words.lemma[i] in market for i in inside):
            return True
        if any(r == "experts" and b - a > 1 for a, b, r in found):
            return True
        return role != "spokespeople" and self._is_analytic(words, phrase)

    def _stands_alone(self, words: Words, phrase: Phrase) -> bool:
        """ "The dealer group": a company named before, which speaks of itself."""
        is_definite = words.lower[max(phrase.start - 1, 0)] in self.phrases.articles
        return is_definite and not words.names_in(phrase.start, phrase.end)

    def _is_analytic(self, words: Words, phrase: Phrase) -> bool:
        """A firm that studies, advises or invests, by its name or its class noun."""
        return any(
            words.lower[i].startswith(self.roles.analytic)
            for i in range(phrase.start, phrase.end)
        )

    def _own_role(self, words: Words, phrase: Phrase, found: Found) -> Role:
        """Return the role of the speaker, not of what he belongs to."""
        covering = [role for a, b, role in found if a <= phrase.head < b]
        if covering and words.lemma[phrase.head] in self.roles.vague:
            posts = (r for _, _, r in found if r in ("offices", "executives"))
            return next(posts, covering[0])
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
        if self.phrases.has_cases:
            return found[0][2]
        # "Jo Doe, chief market strategist at …": the last of the title's nouns
        at = next(
            (i for i in range(stop + 1, phrase.end) if words.pos[i] == "ADP"),
            phrase.end,
        )
        return [r for a, _, r in found if a < at or a == found[0][0]][-1]

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


def _range(phrase: Phrase) -> tuple[int, int]:
    return phrase.start, phrase.end
