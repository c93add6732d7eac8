"""Rules for names: in quotes, beside a noun, with a company's suffix, model codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.strings import StringStore
from spacy.tokens import Doc, Token

from molva import names
from nlp.extensions import texts_of
from nlp.gazetteer import Entry, Gazetteer

MODEL, RULE, KNOWN = 1, 2, 3
OPEN, CLOSE = frozenset('«„“"‹'), frozenset('»“”"›')
_CODE = re.compile(r"\A(?=.*\d)(?=.*[^\W\d_])[^\W_]{1,12}(?:-[^\W_]{1,6}){0,2}")
_DASHED_CODE = re.compile(r"[A-ZА-ЯЁ][^\W\d_]{0,11}-\d{1,4}[A-Za-zА-Яа-я]{0,3}")
_NUMBER = re.compile(r"\d{1,4}s?|\d{3}-\d{1,4}s?")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: What the model knows to be a place, a time, a people or a full person's name.
_OTHER_KINDS = frozenset(("GPE", "LOC", "NORP", "DATE", "TIME", "LANGUAGE", "FAC"))
_PEOPLE = ("PER", "PERSON")
_MAX_RUN = 4
_NAME_DEPS = ("appos", "flat", "flat:name", "flat:foreign", "nmod")
_SHORTEST = 3
_OPENER_DEPS = ("nsubj", "nsubjpass", "poss")
_MAX_QUOTED = 8
_ENDS = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens `start` to `end` name something; the higher rank wins an overlap."""

    start: int
    end: int
    label: str
    rank: int
    entry: Entry | None = None
    alias: str | None = None
    is_quoted: bool = False


class NameRules:
    """The rules for one language; the words are the gazetteer's."""

    def __init__(
        self, gazetteer: Gazetteer, known_words: frozenset[str] = frozenset()
    ) -> None:
        self.lang = gazetteer.lang
        self.known_words = known_words
        self.nouns = gazetteer.labels_of("class_nouns")
        self.suffixes = gazetteer.labels_of("suffixes")
        self.owned = gazetteer.labels_of("owned_nouns")
        self.titles = gazetteer.words("titles")
        self._noun_ids = frozenset(StringStore().add(noun) for noun in self.nouns)
        self.generic = gazetteer.words("generic")
        self.given = gazetteer.words("given")
        self.strong = gazetteer.words("suffixes", "strong")
        self.posts = gazetteer.words("posts")

    def find(self, doc: Doc) -> list[Mention]:
        """Return the mentions that the rules find; they may overlap."""
        texts = texts_of(doc)
        quoted = [*self._quoted(doc, texts), *self._codes(doc, texts)]
        named = [*self._suffixed(doc, texts), *self._people(doc, texts)]
        named.extend(self._before_posts(doc, texts))
        return [*quoted, *named, *self._beside_noun(doc), *self._openers(doc)]

    def with_model(self, doc: Doc, mention: Mention) -> Mention:
        """Join a maker and the model after it: «Москвич 3», "BMW X5", "Boeing 737"."""
        if mention.entry is None or mention.entry.kind != "maker":
            return mention
        end = self._model_end(doc, mention.end)
        if end == mention.end:
            return mention
        return Mention(mention.start, end, "PRODUCT", KNOWN)

    def _model_end(self, doc: Doc, at: int) -> int:
        if at >= len(doc):
            return at
        if self._is_model_word(doc[at]) or self._is_model_name(doc[at]):
            at += 1
        elif self._is_series(doc, at):
            at += 2
        else:
            return at
        last = min(len(doc), at + _MAX_RUN)
        while at < last:
            if self._continues_model(doc[at]):
                at += 1
            elif self._is_variant(doc, at):
                at += 2
            else:
                break
        return at

    def _is_variant(self, doc: Doc, at: int) -> bool:
        """Say whether a dash and a number stick to a model: "737-9", "A350-900s"."""
        if at + 1 >= len(doc) or doc[at].text != "-" or doc[at].whitespace_:
            return False
        number = doc[at + 1].text
        sticks = not doc[at - 1].whitespace_
        return sticks and bool(_NUMBER.fullmatch(number) or _CODE.fullmatch(number))

    def _is_model_word(self, token: Token) -> bool:
        text = token.text
        if _YEAR.fullmatch(text) or "%" in text:
            return False
        if _NUMBER.fullmatch(text):
            return not self.counts(token)
        if _CODE.fullmatch(text) and text[0].isalnum():
            return text.lower() not in self.generic
        # a Latin word after a maker in Russian text: «Lada Iskra», «Chery Tiggo»
        return (
            self.lang == "ru"
            and text[0].isupper()
            and text.isascii()
            and text.isalpha()
            and not names.is_legal_form(text)
            and text.lower() not in self.suffixes
        )

    def _is_model_name(self, token: Token) -> bool:
        """Say whether a proper noun after its maker names a model: "Toyota Camry"."""
        if self.lang != "en" or token.pos_ != "PROPN" or not token.is_title:
            return False
        maker, doc = token.nbor(-1), token.doc
        after = doc[token.i + 1] if token.i + 1 < len(doc) else None
        if maker.head.i < token.i or (after is not None and after.is_title):
            return False
        other = token.lower_ in self.suffixes or token.lower_ in self.titles
        other = other or token.lower_ in self.nouns or token.lower_ in self.owned
        return not other and token.ent_type_ not in ("GPE", "LOC", "PERSON")

    def _is_series(self, doc: Doc, at: int) -> bool:
        """Say whether a named series and a number stand here: "Trent 900"."""
        if at + 1 >= len(doc):
            return False
        word, number = doc[at], doc[at + 1].text
        named = word.is_title and word.is_alpha and word.lower_ not in self.suffixes
        numbered = _CODE.fullmatch(number) or _NUMBER.fullmatch(number)
        return named and bool(numbered) and not _YEAR.fullmatch(number)

    def counts(self, token: Token) -> bool:
        """Say whether a bare number counts what follows: «Москвич 3 тысячи машин»."""
        if token.i and not token.nbor(-1).whitespace_ and token.nbor(-1).is_alpha:
            return False
        if token.i + 1 >= len(token.doc):
            return False
        after = token.nbor()
        if after.text[0] in "%$€₽£":
            return True
        if after.pos_ == "NUM" or after.like_num:
            return not (after.text[0].isalpha() and after.text[0].isupper())
        counted = token.dep_.startswith("nummod") and token.head.i > token.i
        known = len(token.text) == 3 and not token.text.endswith("00")
        return counted and not known and after.pos_ in ("NOUN", "ADJ")

    def _continues_model(self, token: Token) -> bool:
        text = token.text
        if _YEAR.fullmatch(text):
            return False
        if _CODE.fullmatch(text) and text[0].isupper():
            return True
        if _NUMBER.fullmatch(text):
            return not self.counts(token)
        word = text[0].isupper() and text.isascii() and text.isalpha()
        return word and len(text) > 1 and text.lower() not in self.suffixes

    def _quoted(self, doc: Doc, texts: list[str]) -> Iterator[Mention]:
        """Yield the names in quotes after (or before) a noun that says their class."""
        after = 0
        for at in [i for i, text in enumerate(texts[:-1]) if text in OPEN]:
            end = self.closing(doc, at) if at >= after else None
            if end is None or not _starts_name(doc[at + 1]):
                continue
            label = self.class_before(doc, at) or self._class_after(doc, end + 1)
            if label:
                yield Mention(at + 1, end, label, RULE, is_quoted=True)
            elif self._is_owner(doc, at) and self._is_title(doc, at + 1, end):
                # no noun of its class before it: it is inflected
                yield Mention(at + 1, end, "ORG", RULE)
            elif end - at > 2 and self._is_proper_title(doc, at + 1, end):
                yield Mention(at + 1, end, "ORG", MODEL, is_quoted=True)
            after = end + 1

    def closing(self, doc: Doc, opening: int) -> int | None:
        """Return where the quotation that opens at `opening` ends, None if too far."""
        last = min(len(doc), opening + _MAX_QUOTED + 2)
        for i in range(opening + 2, last):
            if doc[i].text in CLOSE:
                return i
            if "\n" in doc[i].text or (doc[i].text in _ENDS and doc[i].whitespace_):
                return None
        return None

    def class_before(self, doc: Doc, at: int) -> str | None:
        """Return the class of what is quoted from `at` on, by the noun before."""
        i = at - 1
        if i >= 0 and names.is_legal_form(doc[i].text):
            return "ORG"
        if i < 0 or not doc[i].text[-1].isalnum():
            return None
        return self.nouns.get(doc[i].lemma_.lower())

    def _is_owner(self, doc: Doc, at: int) -> bool:
        """Say whether what a company has stands before: «выручка „Полюса“»."""
        noun = doc[at - 1] if self.lang == "ru" and at else None
        return noun is not None and noun.lemma_.lower() in self.owned

    def _is_title(self, doc: Doc, start: int, end: int) -> bool:
        return end - start <= _MAX_RUN and all(
            doc[i].pos_ not in ("VERB", "AUX", "PRON", "PUNCT", "SCONJ")
            for i in range(start, end)
        )

    def _is_proper_title(self, doc: Doc, start: int, end: int) -> bool:
        """Say whether all words in quotes have capitals: «Яндекс Такси»."""
        return end - start <= _MAX_RUN and all(
            doc[i].text[0].isupper() or doc[i].is_digit for i in range(start, end)
        )

    def _class_after(self, doc: Doc, at: int) -> str | None:
        if self.lang == "ru" or at >= len(doc):
            return None
        return self.noun_at(doc, at)

    def noun_at(self, doc: Doc, at: int) -> str | None:
        """Return the class of the noun at `at`, also "electric car" by two words."""
        for i in (at, at + 1):
            if i >= len(doc) or not doc[i].is_alpha:
                return None
            label = self.nouns.get(doc[i].lower_) or self.nouns.get(doc[i].lemma_)
            if label:
                return label
            if doc[i].pos_ not in ("ADJ", "NOUN") or doc[i].text[0].isupper():
                return None
        return None

    def _beside_noun(self, doc: Doc) -> Iterator[Mention]:
        """Yield unquoted names beside the noun of their class: "the Zarya plant"."""
        for i, (lemma, lower) in enumerate(doc.to_array(["LEMMA", "LOWER"]).tolist()):
            if lemma not in self._noun_ids and lower not in self._noun_ids:
                continue
            label = self._class_of(doc[i])
            span = self._named_by(doc, doc[i], label) if label else None
            if label and span:
                yield Mention(*span, label, RULE)

    def _class_of(self, token: Token) -> str | None:
        if token.pos_ not in ("NOUN", "ADJ") or token.text.isupper():
            return None
        if token.text[0].isupper() and not token.is_sent_start:
            return None
        return self.nouns.get(token.lemma_.lower()) or self.nouns.get(token.lower_)

    def _named_by(self, doc: Doc, noun: Token, label: str) -> tuple[int, int] | None:
        """Return the tokens of the name that `noun` says the class of."""
        after, head = noun.i + 1, noun.head
        if noun.dep_ == "appos" and head.i < noun.i and self._is_proper(head):
            # "Lumo, a startup"
            alone = head.left_edge.i == head.i and head.ent_type_ not in _PEOPLE
            return (head.i, head.i + 1) if alone else None
        if after < len(doc) and self._is_named_by(noun, doc[after]):
            end = self._run(doc, after, 1)
            return after, self._model_end(doc, end) if label == "PRODUCT" else end
        if self.lang == "en" and noun.i:
            start = self._run(doc, noun.i - 1, -1) + 1
            if start < noun.i and self._is_determined(doc, start):
                return start, noun.i
        return None

    def _is_named_by(self, noun: Token, name: Token) -> bool:
        if not self._is_proper(name) or name.ent_type_ == "PER":
            return False
        if self.lang == "en":
            return noun.dep_ in ("compound", "nmod", "amod") or name.dep_ == "appos"
        # «компания Вектор», but «завод Иванова» and «завод Москвы»
        case, noun_case = name.morph.get("Case", []), noun.morph.get("Case", [])
        same = case == noun_case and name.dep_ == "appos"
        if case not in ([], ["Nom"]) and not name.is_ascii and not same:
            return False
        return name.head == noun and (noun_case != ["Nom"] or name.dep_ in _NAME_DEPS)

    def _openers(self, doc: Doc) -> Iterator[Mention]:
        """Yield sentence openers that the model has no word for: they are names.

        English only: any first word has a capital, so its model leaves them out.
        """
        if not self.known_words or not doc.has_annotation("SENT_START"):
            return
        for sentence in doc.sents:
            first = next((t for t in sentence if t.is_alpha), None)
            if first is None or not first.text.istitle() or len(first) < _SHORTEST:
                continue
            is_noun = first.dep_ in _OPENER_DEPS and first.tag_ != "NNS"
            if is_noun and not first.ent_type_ and first.lower_ not in self.known_words:
                yield Mention(first.i, first.i + 1, "ORG", MODEL)

    def _run(self, doc: Doc, at: int, step: int) -> int:
        """Return the first place from `at` on that is no part of a name."""
        count = 0
        while 0 <= at < len(doc) and self._is_proper(doc[at]) and count < _MAX_RUN:
            at += step
            count += 1
        return at

    def _is_proper(self, token: Token) -> bool:
        return (
            token.text[0].isupper()
            and token.is_alpha
            and token.pos_ in ("PROPN", "X", "NOUN")
            and token.ent_type_ not in (_OTHER_KINDS if self.lang == "en" else ())
            and token.lower_ not in self.titles
            and token.lemma_.lower() not in self.generic
            and not (token.text.isupper() and len(token) < _SHORTEST)
        )

    def _is_determined(self, doc: Doc, start: int) -> bool:
        """Say whether an article or owner stands before, as before a name's noun."""
        if start == 0:
            return False
        before = doc[start - 1]
        if before.pos_ in ("DET", "PRON", "PART"):
            return True
        return before.pos_ == "ADJ" and not before.is_title

    def _people(self, doc: Doc, texts: list[str]) -> Iterator[Mention]:
        """Yield a given name with the surname after it: "Pavel Korin"."""
        end = 0
        for at, text in enumerate(texts[:-1]):
            if at < end or not text.istitle() or text.lower() not in self.given:
                continue
            end = self._run(doc, at + 1, 1)
            # "Douglas Aircraft" and "Henry Vance Foundation" are no people
            body = any(t.lower() in self.suffixes for t in texts[at + 1 : end + 1])
            if 1 < end - at < _MAX_RUN and not body:
                yield Mention(at, end, "PER", RULE)

    def _before_posts(self, doc: Doc, texts: list[str]) -> Iterator[Mention]:
        """Yield the names before a post in a company: "Arctos chief executive"."""
        if not self.posts:
            return
        for at, text in enumerate(texts[1:], 1):
            pair = f"{text} {texts[at + 1]}" if at + 1 < len(texts) else text
            if text not in self.posts and pair not in self.posts:
                continue
            start = self._run(doc, at - 1, -1) + 1
            if start < at:
                yield Mention(start, at, "ORG", RULE)

    def _codes(self, doc: Doc, texts: list[str]) -> Iterator[Mention]:
        """Yield the codes that are models wherever they stand: «Ту-214», "F-16"."""
        for i, text in enumerate(texts):
            if (
                "-" in text
                and _DASHED_CODE.fullmatch(text)
                and text.lower() not in self.generic
                and doc[i].ent_type_ != "EVENT"
            ):
                stem = text.partition("-")[0].lower()  # «ТЭЦ-4»
                yield Mention(i, i + 1, self.nouns.get(stem, "PRODUCT"), RULE)
            elif (
                i
                and texts[i - 1].istitle()
                and (end := _code_end(texts, doc, i))
                and self._is_series_name(doc[i - 1])
            ):
                end = max(end, self._model_end(doc, end))
                yield Mention(i - 1, end, "PRODUCT", RULE)

    def _is_series_name(self, token: Token) -> bool:
        """Say whether the word before a code names a series: "Bayraktar TB2"."""
        return (
            token.is_ascii
            and token.is_alpha
            and token.is_title
            and len(token) >= _SHORTEST
            and bool(token.whitespace_)
            and token.pos_ in ("PROPN", "X", "NOUN")
            and token.lower_ not in self.nouns
            and token.lower_ not in self.titles
            and token.lower_ not in self.generic
            and self.suffixes.get(token.lower_) is None
        )

    def _suffixed(self, doc: Doc, texts: list[str]) -> Iterator[Mention]:
        """Yield capitalised words up to a suffix of companies: "AirTran Airways"."""
        for at, text in enumerate(texts):
            if not text[0].isupper() or text.lower() not in self.strong:
                continue
            start, end = at, at + 1
            first, last = max(0, start - _MAX_RUN), min(len(doc), end + _MAX_RUN)
            while start > first and self._is_name_part(doc[start - 1]):
                start -= 1
            while end < last and self._is_suffix(doc[end]):
                end += 1
            # the model may know more words of the name
            while start < at and end < last and doc[end].ent_iob_ == "I":
                end += 1
            if start < at:
                yield Mention(start, end, "ORG", RULE)

    def _is_suffix(self, token: Token) -> bool:
        return token.text[0].isupper() and self.suffixes.get(token.lower_) == "ORG"

    def _is_name_part(self, token: Token) -> bool:
        return (
            token.text[0].isupper()
            and token.is_alpha
            and token.pos_ in ("PROPN", "NOUN", "ADJ")
            and not (token.is_stop and token.is_sent_start)
            and token.lower_ not in self.titles
        )


def _code_end(texts: list[str], doc: Doc, at: int) -> int:
    """Return the token behind a code of letters and digits, "TB2", 0 if none is there.

    Some tokenizers cut it in two.
    """
    text = texts[at]
    if not text[0].isupper() or not text.isascii() or "-" in text:
        return 0
    if _CODE.fullmatch(text):
        return at + 1
    parts = text.isupper() and at + 1 < len(texts) and texts[at + 1].isdigit()
    return at + 2 if parts and len(text) <= _SHORTEST and not doc[at].whitespace_ else 0


def _starts_name(token: Token) -> bool:
    return token.text[0].isupper() or token.text[0].isdigit()
