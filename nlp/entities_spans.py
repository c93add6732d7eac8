"""Where the names are: the statistical model's spans, cleaned, under what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from molva import names
from nlp.acts import act_of
from nlp.entities_rules import CLOSE, KNOWN, MODEL, OPEN, RULE, Mention, NameRules
from nlp.gazetteer import QUOTES, Entry, Gazetteer, Match

#: Labels of the base models → ours; what is missing here is no entity.
_LABELS = {
    "PER": "PER",
    "PERSON": "PER",
    "ORG": "ORG",
    "LOC": "LOC",
    "GPE": "LOC",
    "FAC": "LOC",
    "PRODUCT": "PRODUCT",
    "EVENT": "EVENT",
    "LAW": "LAW",
}
_CUTS = frozenset("()[]•·*|/;:") | {"--", "—"}
_TRIM = frozenset("-–—,.:;!?'’`") | QUOTES
_ADULT = range(16, 100)
_LONGEST_PERSON = 3
_PLACES = frozenset(("city", "region", "country"))
_NOT_NAMES = frozenset(
    ("VERB", "AUX", "ADJ", "PRON", "DET", "SCONJ", "CCONJ", "ADV", "PART", "ADP")
)
_NOT_IN_NAMES = frozenset(("VERB", "AUX", "PRON", "PUNCT"))


class SpanFinder:
    """Find the mentions of a document; one object per language."""

    def __init__(
        self, gazetteer: Gazetteer, known_words: frozenset[str] = frozenset()
    ) -> None:
        self.gazetteer = gazetteer
        self.rules = NameRules(gazetteer, known_words)
        self.nouns = gazetteer.labels_of("class_nouns")
        self.suffixes = gazetteer.labels_of("suffixes")
        self.titles = gazetteer.words("titles")
        self.given = gazetteer.words("given")
        self.generic = gazetteer.words("generic")
        self.tails = gazetteer.words("generic", "tails")
        self.people = tuple(gazetteer.words("generic", "people_endings"))
        self.lang = gazetteer.lang

    def find(self, doc: Doc) -> list[Mention]:
        """Return the mentions of `doc` in text order; none overlap."""
        known = _apart(self.rules.with_model(doc, m) for m in self._known(doc))
        rules = self.rules.find(doc)
        model = [
            self._relabelled(doc, piece)
            for span in doc.ents
            if span.label_ in _LABELS
            for piece in self._pieces(doc, span)
        ]
        merged = self._merged(doc, known, [*rules, *model])
        kept = (self._cleaned(doc, m) for m in merged)
        return [m for m in kept if m is not None and m.label]

    def _known(self, doc: Doc) -> Iterator[Mention]:
        for match in self.gazetteer.find(doc):
            entry, last = match.entry, doc[match.end - 1]
            if entry.kind in _PLACES and self._is_in_quotes(
                doc, match.start, match.end
            ):
                yield self._namesake(doc, match)
                continue
            counting = entry.kind == "model" and last.is_digit
            if counting and match.end - match.start > 1 and self.rules.counts(last):
                # «Москвич 3 тысячи»: the number counts, the rest is the maker
                yield Mention(match.start, match.end - 1, "ORG", RULE)
                continue
            quoted = match.start > 0 and doc[match.start - 1].text in OPEN
            yield Mention(
                match.start, match.end, entry.label, KNOWN, entry, match.alias, quoted
            )

    def _namesake(self, doc: Doc, match: Match) -> Mention:
        """Take «Краснодар» in quotes for a club, «Россия» for an airline."""
        label = self.rules.class_before(doc, match.start - 1) or "ORG"
        name = match.entry.name
        entry = Entry(f"{match.entry.key} namesake", name, label, "")
        return Mention(match.start, match.end, label, KNOWN, entry, name, True)

    def _is_in_quotes(self, doc: Doc, start: int, end: int) -> bool:
        if self.lang != "ru" or not 0 < start < end < len(doc):
            return False
        return doc[start - 1].text in OPEN and doc[end].text in CLOSE

    def _pieces(self, doc: Doc, span: Span) -> Iterator[Mention]:
        """Cut a span at line breaks, brackets and bullets."""
        label = _LABELS[span.label_]
        start = span.start
        for i in range(span.start, span.end + 1):
            comma = label == "PER" and i < span.end and doc[i].text == ","
            if i == span.end or doc[i].text in _CUTS or "\n" in doc[i].text or comma:
                yield from self._piece(doc, start, i, label)
                start = i + 1
            elif i > start and doc[i].lower_ in self.tails:
                yield from self._piece(doc, start, i, label)
                break

    def _piece(self, doc: Doc, start: int, end: int, label: str) -> Iterator[Mention]:
        start, end = _trimmed(doc, start, end)
        if start >= end:
            return
        # «Концерн „Бета“»: the name is what is quoted
        if self.lang == "ru" and label == "ORG":
            for i in range(end - 1, start, -1):
                if doc[i].text in OPEN:
                    closing = self.rules.closing(doc, i)
                    if closing is not None and closing >= end:
                        start, end = i + 1, closing
                    break
        if start > 0 and doc[start - 1].text in OPEN and label in ("ORG", "PRODUCT"):
            closing = self.rules.closing(doc, start - 1)
            if closing is not None and closing > end:
                rest = doc[end:closing]
                if all(t.pos_ not in _NOT_IN_NAMES for t in rest):
                    end = closing
        yield Mention(start, end, label, MODEL)

    def _relabelled(self, doc: Doc, mention: Mention) -> Mention:
        """Correct the model's label by the words around the span."""
        label = self._label_by_context(doc, mention)
        return replace(mention, label=label) if label else mention

    def _label_by_context(self, doc: Doc, m: Mention) -> str | None:
        last = doc[m.end - 1].lower_
        start = m.start
        while start < m.end - 1 and doc[start].lower_ in self.titles:
            start += 1
        size = m.end - start
        if size > 1 and last in self.suffixes:
            return self.suffixes[last]
        if size > 1 and doc[start].lower_ in self.given:
            return "PER"
        before = doc[m.start - 1] if m.start else None
        if self._is_aged(doc, m.end):
            return "PER"
        short = m.label != "PER" and size <= _LONGEST_PERSON
        if short and before and self._has_title(before, doc[start], doc[m.end - 1]):
            return "PER"
        noun = self.nouns.get(before.lemma_.lower()) if before is not None else None
        if self.lang == "ru":
            return noun if m.label == "PER" and self._is_fixed(before, m, doc) else None
        after = self.rules.noun_at(doc, m.end)
        if m.label == "PER" and after in ("ORG", "PRODUCT"):
            return after
        return "ORG" if noun == "ORG" and m.label == "PER" else None

    def _has_title(self, title: Token, first: Token, last: Token) -> bool:
        """Say whether a person's title stands before: "CEO Ann Lee", not "CEO of"."""
        if not first.is_title or last.text.isupper():
            return False
        if self.lang == "en":
            return title.lower_ in self.titles and title.head.i >= first.i
        # «мэр Москвы» governs the genitive, «архиепископ Лонгин» agrees
        case = title.morph.get("Case", [])
        return (
            title.lemma_.lower() in self.titles
            and case == last.morph.get("Case", [])
            and case not in ([], ["Gen"], ["Acc"])
        )

    def _is_fixed(self, noun: Token | None, m: Mention, doc: Doc) -> bool:
        """Say whether a lone name after its noun stays in the nominative."""
        if noun is None or m.end - m.start > 1:
            return False
        cases = noun.morph.get("Case", []), doc[m.start].morph.get("Case", [])
        return cases[1] == ["Nom"] and cases[0] not in ([], ["Nom"])

    def _is_aged(self, doc: Doc, at: int) -> bool:
        """Say whether ", 49," follows: only people have an age there."""
        if at + 2 >= len(doc) or doc[at].text != ",":
            return False
        age, after = doc[at + 1].text, doc[at + 2].text
        return age.isdigit() and int(age) in _ADULT and len(age) == 2 and after == ","

    def _merged(
        self, doc: Doc, known: list[Mention], others: list[Mention]
    ) -> list[Mention]:
        owner: dict[int, Mention] = {i: k for k in known for i in range(k.start, k.end)}
        dropped: set[Mention] = set()
        kept: list[Mention] = []
        for other in sorted(others, key=lambda m: (-m.rank, m.start)):
            inside = {owner[i] for i in range(other.start, other.end) if i in owner}
            if len(inside) == 1 and (model := self._model_of(doc, other, inside)):
                dropped |= inside
                kept.append(model)
                _claim(owner, model)
                continue
            if not inside:
                kept.append(other)
                _claim(owner, other)
            elif self._outranks(doc, other, inside):
                dropped |= inside
                kept.append(other)
                _claim(owner, other)
            else:
                kept.extend(self._rest(doc, other, owner))
        kept.extend(k for k in known if k not in dropped)
        return sorted(set(kept) - dropped, key=lambda m: m.start)

    def _model_of(
        self, doc: Doc, other: Mention, inside: set[Mention]
    ) -> Mention | None:
        """Return a maker and the one proper noun after it as a product."""
        maker = next(iter(inside))
        if maker.rank != KNOWN or not maker.entry or maker.entry.kind != "maker":
            return None
        tail = doc[maker.end : other.end]
        if other.start != maker.start or len(tail) != 1 or other.label == "PER":
            return None
        word = tail[0]
        if not (word.is_title and word.is_alpha) or word.lower_ in self.suffixes:
            return None
        if word.lower_ in self.nouns or word.ent_type_ in ("GPE", "LOC"):
            return None
        return Mention(other.start, other.end, "PRODUCT", KNOWN)

    def _outranks(self, doc: Doc, other: Mention, inside: set[Mention]) -> bool:
        """Say whether a longer span is a name of its own around known ones."""
        # a region that closes a company's name is part of it: "EADS North America"
        anchors = [k for k in inside if k.label != "LOC"] or list(inside)
        start, end = min(k.start for k in anchors), max(k.end for k in anchors)
        if any(k.rank != KNOWN for k in inside):
            return False
        if other.is_quoted and other.start <= start and end < other.end:
            return True  # «Яндекс Такси», «Россия 24»
        if not (other.start <= start and end <= other.end):
            return False
        core = [t for t in doc[other.start : other.end] if not t.is_stop]
        if core and core[0].i >= start and core[-1].i < end:
            return other.rank == RULE and len(inside) > 1
        if any(not k.label or k.label in ("PRODUCT", "INDEX") for k in inside):
            return False
        places = all(k.label == "LOC" for k in inside)
        if other.label == "PER" and all(k.label == "PER" for k in inside):
            given = doc[other.start : start]
            return any(t.text[0].isupper() and not self._is_title(t) for t in given)
        if other.label == "PER":
            named = doc[other.start].lower_ in self.given and start > other.start
            return (places or named) and other.end - other.start > 1
        if places:
            return len(inside) == 1 or other.label == "ORG"
        tail = [t for t in doc[end : other.end] if not t.is_punct]
        head = [t for t in doc[other.start : start] if t.text[0].isupper()]
        named = any(t.lower_ in self.suffixes or t.lower_ in self.nouns for t in tail)
        if tail and all(t.is_alpha and t.is_lower for t in tail) and not head:
            # «Министерство сельского хозяйства и пищевой промышленности»
            return start == other.start and tail[-1].pos_ in ("NOUN", "PROPN")
        proper = len(tail) > 1 and all(t.is_alpha and t.text[0].isupper() for t in tail)
        return other.label == "ORG" and (named or bool(head) or proper)

    def _rest(
        self, doc: Doc, other: Mention, owner: dict[int, Mention]
    ) -> Iterator[Mention]:
        """Yield what a known name leaves of a span, where it is a name by itself."""
        run: list[int] = []
        for i in range(other.start, other.end + 1):
            if i < other.end and i not in owner:
                run.append(i)
                continue
            if run:
                start, end = _trimmed(doc, run[0], run[-1] + 1)
                capital = start < end and doc[start].text[0].isupper()
                if capital and (end - start > 1 and other.label == "PER"):
                    piece = replace(other, start=start, end=end)
                    _claim(owner, piece)
                    yield piece
            run = []

    def _cleaned(self, doc: Doc, mention: Mention) -> Mention | None:
        """Cut titles, articles and legal forms; drop what is no name."""
        if mention.rank == KNOWN:
            return mention if mention.label else None
        start, end = _trimmed(doc, mention.start, mention.end)
        while start < end and self._is_prefix(doc, start, end, mention):
            start += 1
        start, end = _trimmed(doc, start, end)
        if start >= end:
            return None
        words = [doc[i] for i in range(start, end)]
        if mention.rank == MODEL and not any(_is_namelike(t) for t in words):
            return None
        if mention.rank == MODEL and self._is_opening(*words):
            return None
        if all(w.is_digit or self._is_generic(w, mention.label) for w in words):
            return None
        return replace(mention, start=start, end=end)

    def _is_prefix(self, doc: Doc, at: int, end: int, mention: Mention) -> bool:
        token = doc[at]
        if at + 1 >= end:
            return False
        if mention.label == "PER":
            return self._is_title(token)
        if self.lang != "ru":
            return token.lower_ in ("the", "a", "an")
        after = token.nbor()
        # «Компания Вектор» is called Вектор, but «Фонд Сороса» is its whole name
        noun = token.lemma_.lower() in self.nouns and after.text[0].isupper()
        bare = after.is_ascii or after.morph.get("Case", []) == ["Nom"]
        return names.is_legal_form(token.text) or (
            noun and bare and mention.label == "ORG"
        )

    def _is_opening(self, token: Token, *others: Token) -> bool:
        """Say whether the only capital is that of a sentence's first word.

        «Открытие завода намечено на май» names no company.
        """
        if not token.is_sent_start or any(map(_is_namelike, others)):
            return False
        if act_of(token, self.lang):
            return True
        common = token.lemma_.lower() in self.nouns or token.lower_ in self.nouns
        return not others and (token.pos_ in _NOT_NAMES or common)

    def _is_title(self, token: Token) -> bool:
        return token.lower_ in self.titles or token.lemma_.lower() in self.titles

    def _is_generic(self, token: Token, label: str) -> bool:
        if token.lower_ in self.generic or token.lemma_.lower() in self.generic:
            return True
        if names.is_legal_form(token.text) and label == "ORG":
            return True
        return (
            label == "LOC"
            and bool(self.people)
            and token.morph.get("Number", []) == ["Plur"]
            and token.morph.get("Animacy", []) == ["Anim"]
            and token.lower_.endswith(self.people)
        )


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """Drop what lies inside the mention before it: "737 MAX" in "Boeing 737 MAX"."""
    kept: list[Mention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _claim(owner: dict[int, Mention], mention: Mention) -> None:
    owner.update((i, mention) for i in range(mention.start, mention.end))


def _is_namelike(token: Token) -> bool:
    return any(c.isupper() for c in token.text)


def _trimmed(doc: Doc, start: int, end: int) -> tuple[int, int]:
    """Move the edges inward over punctuation, blanks, possessives and articles."""

    def loose(token: Token) -> bool:
        return token.is_space or token.text in _TRIM or token.text in ("'s", "’s")

    while start < end and loose(doc[start]):
        start += 1
    while start < end and loose(doc[end - 1]):
        # a name may end in a dot: "Inc.", «В. Л.»
        end -= 1
    return start, end
