"""One key for a state body, whoever speaks for it: mayor, city hall, the city."""

from __future__ import annotations

from typing import Any, get_args

from molva.bodies import Level, body_key
from molva.names import key as name_key
from nlp.attribution_phrases import Phrase
from nlp.attribution_words import Name, Phrases, Words, words_of
from nlp.data import load

#: A place stands at most so many words from the office that it belongs to.
_NEAR = 3
#: Letters in which «энергетики» and "energy" agree.
_STEM = 4
_MINISTRY = name_key("Ministry of")


class StateBodies:
    """The levels of government of one language, from `roles.toml`."""

    def __init__(self, lang: str) -> None:
        data: dict[str, Any] = load(lang, "roles")["levels"]
        self.nouns = {level: words_of(data[level]["nouns"]) for level in _LEVELS}
        self.phrases = {level: Phrases(data[level]["phrases"]) for level in _LEVELS}
        self.alone = {level: words_of(data["alone"][level]) for level in _LEVELS}
        self.ministers = words_of(data["ministers"])

    def key(self, words: Words, phrase: Phrase) -> str | None:
        """Return the body that a phrase speaks for, None if it names no such body."""
        level = self.level(words, phrase.start, phrase.end)
        if level is not None:
            named = words.names_in(phrase.start, phrase.end)
            here = [name.key for name in named if name.label == "LOC"]
            return body_key(level, here[0] if here else self._place(words, level))
        if any(
            words.lemma[i] in self.ministers for i in range(phrase.start, phrase.end)
        ):
            return self._ministry(words, phrase)
        return None

    def level(self, words: Words, start: int, end: int) -> Level | None:
        """Return the level of the body that a token range names, if it does."""
        for level in _LEVELS:
            is_named = any(
                words.lemma[i] in self.nouns[level]
                or words.lower[i] in self.nouns[level]
                for i in range(start, end)
            )
            is_alone = end - start == 1 and words.lemma[start] in self.alone[level]
            is_named |= is_alone
            if is_named or self.phrases[level].within(words, start, end):
                return level
        return None

    def _place(self, words: Words, level: Level) -> str | None:
        """Return the one place whose body of this level the report names."""
        found = {
            name.key
            for name in words.names.values()
            if name.label == "LOC" and self._is_beside(words, name, level)
        }
        return found.pop() if len(found) == 1 else None

    def _is_beside(self, words: Words, name: Name, level: Level) -> bool:
        sides = (
            (max(name.start - _NEAR, 0), name.start),
            (name.end, min(name.end + _NEAR, len(words))),
        )
        return any(self.level(words, *side) == level for side in sides)

    def _ministry(self, words: Words, phrase: Phrase) -> str | None:
        """Return the ministry of a minister: by field, of the sentence, the only."""
        known = list(dict.fromkeys(words.names.values()))
        ministries = [name for name in known if name.key.startswith(_MINISTRY)]
        fields = {
            name_key(words.lower[i])[:_STEM] for i in range(phrase.start, phrase.end)
        }
        sentence = words.number_of(phrase.head)
        for chosen in (
            {m.key for m in ministries if _field(m)[:_STEM] in fields},
            {m.key for m in ministries if words.number_of(m.start) == sentence},
            {m.key for m in ministries},
        ):
            if len(chosen) == 1:
                return chosen.pop()
        return None


_LEVELS: tuple[Level, ...] = get_args(Level)


def _field(ministry: Name) -> str:
    return ministry.key.removeprefix(_MINISTRY).strip()
