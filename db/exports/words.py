"""The words that exports and pages use, in English and Russian: `of("ru").day(…)`.

`lang/<lang>.toml` holds them; Babel knows plural forms and the names of months. To add
a language write its file with the same keys.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date

from molva.chronology import in_order
from molva.model import Claim, ClaimValue, EventDate, Evidence, Status
from molva.origins import roots
from molva.status import RULE_WORDS

#: Status → a sign that differs in shape.
SIGNS: Mapping[Status, str] = {
    "rumor": "○",
    "confirmed": "●",
    "denied": "✕",
    "disputed": "◐",
}
_FOLDER = Path(__file__).parent / "lang"
LANGUAGES: tuple[str, ...] = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
_SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}
#: Control signs, format marks, surrogates and what is no character.
_UNSEEN = ("Cc", "Cf", "Cs", "Cn")
_SPACES = re.compile(r"\s+")


def plain(text: str | None) -> str:
    """Return text on one line without control signs or signs that turn its direction.

    Marks such as U+202E would let scraped words change how the rest of a page reads.
    """
    text = _SPACES.sub(" ", text or "").strip()
    return "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)


def link(url: str | None) -> str | None:
    """Return an address that is safe to link: http or https, no spaces or quotes."""
    if not url or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return re.sub(r"[\s\"'<>`\\(){}|^\x00-\x20]", lambda m: f"%{ord(m[0]):02X}", url)


def origin_letters(evidence: Sequence[Evidence]) -> dict[str, tuple[str, str]]:
    """Name the roots of evidence A, B, C … in order; (letter, name) by statement."""
    root = roots(evidence)
    letters: dict[str, str] = {}
    for item in in_order(evidence):
        place = len(letters)
        letter = chr(ord("A") + place) if place < 26 else str(place + 1)
        letters.setdefault(root[item.statement.id], letter)
    return {
        statement: (letters[name], name.partition(":")[2])
        for statement, name in root.items()
    }


def capital(text: str) -> str:
    """Begin text with a capital letter."""
    return text[:1].upper() + text[1:]


@cache
def of(lang: str) -> Words:
    """Return the words of a language; those of English where there are none."""
    return Words(lang if lang in LANGUAGES else "en")


class Words:
    """The words of one language. Templates get it as `words`."""

    plain = staticmethod(plain)
    link = staticmethod(link)
    capital = staticmethod(capital)

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._locale = Locale(lang)
        text = (_FOLDER / f"{lang}.toml").read_text(encoding="utf-8")
        self._given: Mapping[str, Any] = tomllib.loads(text)
        #: Status → its sign and the word.
        self.STATUS: Mapping[Status, tuple[str, str]] = {
            status: (sign, self._given["status"][status])
            for status, sign in SIGNS.items()
        }
        self.OUTCOME: Mapping[str, str] = self._given["outcome"]
        self.VOICE: Mapping[str, str] = self._given["voice"]
        credibility = self._given["credibility"]
        self.CREDIBILITY = {int(grade): said for grade, said in credibility.items()}
        self.RULES: Mapping[str, str] = {**RULE_WORDS, **self._given["rule"]}

    def text(self, key: str, **fields: object) -> str:
        """Return the words for `key` with the fields filled in."""
        words: str = self._given["text"][key]
        return words.format(**fields)

    def count(self, key: str, n: int) -> str:
        """Return a number with its noun in the right form: `21 день`, `2 дня`."""
        forms = self._given["count"][key]
        words: str = forms.get(self._locale.plural_form(n), forms["other"])
        return words.format(n=n)

    def quote(self, text: str | None) -> str:
        """Return verbatim words in the quotation marks of the language.

        Where they begin or end with such a mark themselves, the inner pair is taken.
        """
        words = plain(text)
        outer, inner = self._given["quotes"]
        is_doubled = words[:1] == outer[0] or words.rstrip(".,!?…")[-1:] == outer[-1]
        marks: str = inner if is_doubled else outer
        return marks.format(words)

    def status(self, status: Status) -> str:
        """Return the word of a status as it stands within a sentence."""
        return self.STATUS[status][1].lower()

    def day(self, text: str | None, *, short: bool = False) -> str:
        """Return the day of an ISO instant, as the outlet wrote it: `20 July 2022`."""
        try:
            value = date.fromisoformat((text or "")[:10])
        except ValueError:
            return str(self._given["date"]["undated"])
        return self._format("day", value, short=short)

    def tick(self, value: date, unit: str) -> str:
        """Return the mark of a day on a time axis that counts days, months or years."""
        return self._format(f"tick_{unit}", value)

    def span(
        self, earliest: str | None, latest: str | None, *, short: bool = False
    ) -> str:
        """Say between which days: `by 31 December 2022`, `July 2022`, `2024`."""
        first = date.fromisoformat(earliest) if earliest else None
        last = date.fromisoformat(latest) if latest else None
        if first is None or last is None:
            end, key = (last, "by") if last is not None else (first, "from")
            if end is None:
                return ""
            return self._date(key, short=short, day=self._format("day", end, short))
        if first == last:
            return self._format("day", first, short)
        return self._period(first, last, short) or self._between(first, last, short)

    def _period(self, first: date, last: date, short: bool) -> str | None:
        """Name a whole year, half, season, quarter or month."""
        after = last + timedelta(days=1) if last < date.max else last
        if first.day != 1 or after.day != 1:
            return None
        months = (after.year - first.year) * 12 + after.month - first.month
        later = first.year + 1
        years: dict[str, Any] = {
            "year": first.year,
            "next": later,
            "next_short": f"{later % 100:02}",
        }
        if months == 1:
            return self._format("month", first, short)
        if months == 12 and first.month == 1:
            return self._date("year", short=short, **years)
        if months == 3 and first.month % 3 == 1:
            return self._date("quarter", first.month // 3, short=short, **years)
        if months == 3 and (name := _SEASONS.get(first.month)):
            return self._date(name, short=short, **years)
        if months == 6 and first.month in (1, 7):
            return self._date("half", first.month // 7, short=short, **years)
        return None

    def _between(self, first: date, last: date, short: bool) -> str:
        end = self._format("day", last, short)
        if (first.year, first.month) == (last.year, last.month):
            start = self._format("day_of_month", first)
            return self._date("same_month", first=start, last=end)
        form = "day_of_year" if first.year == last.year else "day"
        start = self._format(form, first, short)
        return self._date("range", short=short, first=start, last=end)

    def _format(self, form: str, value: date, short: bool = False) -> str:
        patterns = self._given["date"]
        pattern = patterns[f"{form}_short" if short else form]
        return str(format_date(value, pattern, locale=self._locale))

    def _date(
        self, key: str, place: int = 0, *, short: bool = False, **fields: object
    ) -> str:
        words = self._given["date"][f"{key}_short" if short else key]
        chosen: str = words if isinstance(words, str) else words[place]
        return chosen.format(**fields)

    def when(self, value: EventDate) -> str:
        """Return the verbatim date, with its days; those alone if it says no more."""
        days = self.span(value.earliest, value.latest)
        words = plain(value.text)
        if not days:
            return words
        said = {
            of(lang).span(value.earliest, value.latest, short=short).lower()
            for lang in LANGUAGES
            for short in (False, True)
        }
        return days if words.lower() in said else f"{words} ({days})"

    def value_words(self, given: ClaimValue) -> str:
        """Return a figure or date as it is shown."""
        if isinstance(given.value, EventDate):
            return self.when(given.value)
        return plain(given.value.text)

    def earlier_words(self, given: ClaimValue) -> str:
        """Return a value that no longer stands, with the word for why."""
        key = "but_also" if given.relation == "contradicted" else "was"
        return self.text(key, value=self.value_words(given))

    def language(self, code: str) -> str:
        """Return the name of a language: `английский`."""
        return str(self._locale.languages.get(code, code))

    def voice(self, item: Evidence) -> str:
        """Say in words what kind of speaker stands behind a piece of evidence."""
        said = item.statement.attribution
        words = self.VOICE[said.source_type]
        if said.source_type == "anonymous" and said.count:
            words += f", {self.count('people', said.count)}"
        return words

    def stance(self, item: Evidence) -> str:
        """Say how a piece of evidence bears on the claim."""
        is_question = item.statement.modality == "question"
        bearing = item.direction
        if bearing == "mentions" and is_question:
            return str(self._given["stance"]["asks"])
        return str(self._given["stance"][bearing])

    def rule_words(self, rule: str) -> str:
        """Return a rule's name in words."""
        return self.RULES.get(rule, rule.replace("-", " ").replace("_", " "))

    def badge(self, claim: Claim) -> str:
        """Return sign and word of a claim's status, and what became of it."""
        sign, word = self.STATUS[claim.status]
        outcome = self.OUTCOME.get(claim.outcome or "")
        return f"{sign} {word}" + (f", {outcome}" if outcome else "")


#: What the terminal speaks.
EN = of("en")
