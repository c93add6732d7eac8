"""Sentences, predicates and the assertions a sentence is made of.

Works on both dependency schemes (UD of slovnet, ClearNLP of spaCy's English models)
and distrusts them: every cut needs a comma, a conjunction or a semicolon in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from nlp.context_rules import lexicon, normal
from nlp.extensions import heads_of, text_of
from nlp.headlines import headline_verb

#: Longer stretches without a full stop are tables or noise.
MAX_SENTENCE = 400
#: No parse of a real sentence is deeper; keeps odd input linear.
MAX_DEPTH = 40

_TERMINAL = frozenset(".!?…")
_CLOSERS = frozenset("\"'»”’)]")
_OPENERS = frozenset("\"'«“‘([-–—•*·")
_SUBJECTS = {"nsubj", "nsubjpass", "nsubj:pass", "csubj", "csubjpass", "expl"}
_CONTENT = {"ccomp", "csubj", "csubjpass", "csubj:pass"}
_OBJECTS = {"dobj", "obj", "nsubj", "nsubjpass", "nsubj:pass", "obl", "pobj", "nmod"}
_COMPLEMENTS = {"dobj", "obj", "attr", "acomp", "xcomp", "oprd"}
_THINGS = {"obj", "dobj", "nsubjpass", "nsubj:pass"}
_NOMINAL = {"NOUN", "PROPN", "NUM", "SYM"}
_DEEPER = frozenset("«“„([")
_SHALLOWER = frozenset("»”)]")
_DASHES = frozenset("—–")
_JOINTS = frozenset(",;:—–-")
_STOPS = frozenset(",;")
_SIDE = {"conj", "parataxis"}


@dataclass(frozen=True, slots=True)
class Assertion:
    """A stretch of tokens, its content predicate, and what governs that.

    `governors` are the verbs and nouns above the predicate ("said", "denied"), the
    outermost first; `sibling` is the coordinated predicate whose auxiliaries it shares.
    """

    start: int
    end: int
    head: int
    top: int
    governors: tuple[int, ...] = ()
    sibling: int | None = None


def sentences(doc: Doc) -> list[tuple[int, int]]:
    """Return the token ranges of `doc`'s sentences, in order.

    A line break ends a sentence; a parser's cut without end punctuation does not.
    What runs on for more than MAX_SENTENCE tokens is no prose and left out: the
    parser's tree over it makes every step linear in its length.
    """
    flags = doc.to_array(["SENT_START", "IS_SPACE"]).astype("int64").tolist()
    ranges: list[tuple[int, int]] = []
    start = 0
    for at, (begin, blank) in enumerate(flags):
        begins = begin == 1
        if not (begins or blank):
            continue
        broken = blank == 1 and "\n" in doc[at].text
        if not (broken or (begins and _ends(doc, start, at))):
            continue
        ranges.append((start, at))
        start = at + 1 if broken else at
    ranges.append((start, len(doc)))
    if ";" in text_of(doc):
        ranges = [part for a, b in ranges for part in _severed(doc, a, b)]
    trimmed = (_trim(doc, a, b) for a, b in ranges)
    return [(a, b) for a, b in trimmed if 0 < b - a <= MAX_SENTENCE]


def _severed(doc: Doc, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a range after each semicolon between two clauses outside of quotes."""
    parts: list[tuple[int, int]] = []
    begin, depth = start, 0
    for i in range(start, end):
        text = doc[i].text
        depth += (text in _DEEPER) - (text in _SHALLOWER)
        if text == ";" and depth <= 0 and _says(doc, begin, i) and _says(doc, i, end):
            parts.append((begin, i + 1))
            begin = i + 1
    return [*parts, (begin, end)]


def _says(doc: Doc, start: int, end: int) -> bool:
    """Say whether tokens `start`–`end` hold a finite verb or a dash for one."""
    for token in doc[start:end]:
        if token.text in _DASHES or "VerbForm=Fin" in str(token.morph):
            return True
        if "Variant=Short" in str(token.morph):
            return True
    return False


def _ends(doc: Doc, start: int, at: int) -> bool:
    """Say whether the tokens before `at` close a sentence."""
    first = doc[at].text[:1]
    for i in range(at - 1, start - 1, -1):
        text = doc[i].text
        if doc[i].is_space or text in _CLOSERS:
            continue
        if text == ";":
            return True
        return text[-1] in _TERMINAL and not first.islower()
    return True


def _trim(doc: Doc, start: int, end: int) -> tuple[int, int]:
    while start < end and doc[start].is_space:
        start += 1
    while end > start and doc[end - 1].is_space:
        end -= 1
    return start, end


def assertions(doc: Doc, start: int, end: int, lang: str) -> list[Assertion]:
    """Return the assertions of the sentence in tokens `start`–`end`, in text order.

    They cover the sentence; where it has no predicate the list is empty.
    """
    found = list(_heads(doc, start, end, lang))
    unique = {a.head: a for a in sorted(found, key=lambda a: len(a.governors))}
    heads = sorted(unique.values(), key=lambda a: a.head)
    return _cut(doc, heads, start, end, lang) if heads else []


def is_predicate(token: Token) -> bool:
    """Say whether a clause can stand on `token`."""
    if token.pos_ in {"VERB", "AUX"}:
        return token.dep_ not in {"aux", "auxpass", "aux:pass", "cop", "amod", "prep"}
    return any(
        c.dep_ in {"cop", "aux", "auxpass"} or c.dep_ in _SUBJECTS
        for c in token.children
    )


def is_finite(token: Token) -> bool:
    """Say whether `token` carries a tense of its own or through an auxiliary."""
    morph = str(token.morph)
    if "VerbForm=Fin" in morph or "Variant=Short" in morph:
        return True
    return any(
        c.dep_ in {"aux", "auxpass", "aux:pass", "cop"} and c.tag_ != "TO"
        for c in token.children
    )


def has_subject(token: Token) -> bool:
    """Say whether `token` has a subject of its own."""
    return any(c.dep_ in _SUBJECTS for c in token.children)


def _heads(doc: Doc, start: int, end: int, lang: str) -> Iterator[Assertion]:
    heads = heads_of(doc)
    tops = (
        doc[i]
        for i in range(start, end)
        if heads[i] == i or not start <= heads[i] < end
    )
    roots = [t for t in tops if _is_word(t)]
    firm = [t for t in roots if is_predicate(t)] or _after_colon(doc, start, end)
    visit = _Visit(start, end, lang)
    headline = headline_verb(doc, start, end, lang)
    if headline is not None:
        yield Assertion(start, end, headline.i, headline.i)
        return
    loose = [t for t in roots if t.pos_ != "ADP"] or _finite_verbs(doc, start, end)
    for root in firm or loose[:1]:
        yield from visit.read(root, root, ())


def _finite_verbs(doc: Doc, start: int, end: int) -> list[Token]:
    """Return the verbs of a sentence whose root the parser mistook."""
    return [t for t in doc[start:end] if t.pos_ == "VERB" and is_finite(t)]


def _after_colon(doc: Doc, start: int, end: int) -> list[Token]:
    """ "Maker: no talks on a merger": what is said has no verb."""
    marks = [i for i in range(start + 1, end - 1) if doc[i].text == ":"]
    if not marks:
        return []
    span = doc[marks[0] + 1 : end]
    verbs = [t for t in span if t.head.i <= marks[0] and is_predicate(t)]
    return verbs[:1] or [span.root]


def _is_word(token: Token) -> bool:
    return not token.is_punct and not token.is_space


class _Visit:
    """One walk from the root to every coordinated content predicate."""

    def __init__(self, start: int, end: int, lang: str) -> None:
        self.start, self.end = start, end
        self.words = lexicon(lang).words
        self.seen: set[int] = set()

    def read(
        self,
        token: Token,
        top: Token,
        governors: tuple[int, ...],
        sibling: int | None = None,
    ) -> Iterator[Assertion]:
        if token.i in self.seen or len(self.seen) > MAX_SENTENCE:
            return
        self.seen.add(token.i)
        contents = (
            self._contents(token)
            or self._through_infinitive(token)
            or self._mislaid(token)
            or self._before(token)
        )
        inner = (*governors, token.i)
        if contents and len(governors) < MAX_DEPTH:
            for content, via in contents:
                yield from self.read(content, top, (*inner, *via))
        else:
            yield Assertion(self.start, self.end, token.i, top.i, governors, sibling)
        for child in token.children:
            if child.dep_ == "prep":
                yield from self._absolute(child, governors)
            if self._is_beside(child, token):
                first = token if sibling is None else token.doc[sibling]
                shared = first.i if _shares_auxiliary(child, first) else None
                yield from self.read(child, child, governors, shared)
            elif child.dep_ == "xcomp":
                yield from self._beside_infinitive(child, token, inner)

    def _beside_infinitive(
        self, child: Token, token: Token, inner: tuple[int, ...]
    ) -> Iterator[Assertion]:
        """ "plans to build A and (to) hire B": the second infinitive shares "plans"."""
        for other in child.children:
            if other.dep_ == "conj" and other.pos_ == "VERB" and self._inside(other):
                yield from self.read(other, other, inner, token.i)

    def _absolute(self, prep: Token, governors: tuple[int, ...]) -> Iterator[Assertion]:
        """ ", with production expected to begin …": a claim of its own."""
        if normal(prep.text) not in self.words["absolute"] or prep.i == self.start:
            return
        if not self._inside(prep) or prep.nbor(-1).text != ",":
            return
        for noun in prep.children:
            for verb in noun.children if noun.dep_ == "pobj" else ():
                if verb.dep_ == "acl" and any(c.dep_ == "xcomp" for c in verb.children):
                    yield Assertion(self.start, self.end, verb.i, prep.i, governors)

    def _inside(self, token: Token) -> bool:
        return self.start <= token.i < self.end

    def _is_beside(self, child: Token, token: Token) -> bool:
        if not self._inside(child):
            return False
        if child.dep_ == "ccomp" and child.i < token.i:
            return is_predicate(child) and not self._is_content(child, token)
        if child.dep_ == "advcl":
            return self._is_contrast(child)
        if child.dep_ in _SUBJECTS:
            return child.i > token.i and is_gapped(child)
        if child.dep_ not in _SIDE or not is_predicate(child):
            return child.dep_ == "conj" and is_gapped(child)
        if child.dep_ == "conj":
            is_apart = _is_authors(child) or _is_inverted(child)
            return not (self._tells(child) and is_apart)
        return not self._is_aside(child)

    def _is_contrast(self, child: Token) -> bool:
        """ "while Borealis sold …" with its subject is a claim of its own."""
        if not has_subject(child):
            return False
        if any(c.dep_ == "cc" for c in child.children):
            return is_finite(child)  # «…, а к осени запасы вырастут»
        marks = {normal(c.text) for c in child.children if c.dep_ == "mark"}
        return bool(marks & self.words["contrast"])

    def _is_aside(self, child: Token) -> bool:
        """«…, сообщил Петров»: who says it, not what is said."""
        if _reports(child, self.words) or self._tells(child):
            return True
        if child.dep_ == "parataxis" and _has_mark(child):
            return True  # «…, как ожидается, …»
        return not has_subject(child) and not is_finite(child)

    def _tells(self, token: Token) -> bool:
        """«…, пообещал мэр»: a verb that speaks where what is said stands before it."""
        if _is_authors(token):
            return True
        if normal(token.lemma_) not in self.words["tell"]:
            return False
        return not any(c.dep_ in _COMPLEMENTS | {"ccomp"} for c in token.children)

    def _is_content(self, child: Token, token: Token) -> bool:
        """Say whether a complement is what the verb reports, not a clause beside it."""
        if child.dep_ != "ccomp":
            return is_finite(child)
        if child.i > token.i:
            return True
        if _is_severed(child, token):
            return False
        if normal(token.lemma_) in self.words["report"]:
            return True
        return not any(c.dep_ in _COMPLEMENTS and c.i > token.i for c in token.children)

    def _contents(self, token: Token) -> list[tuple[Token, tuple[int, ...]]]:
        found: list[tuple[Token, tuple[int, ...]]] = []
        reports = _reports(token, self.words)
        tells = reports or self._tells(token)
        for child in self._complements(token):
            if child.dep_ in _CONTENT and is_predicate(child):
                if self._is_content(child, token):
                    found.append((child, ()))
            elif self._opens(child, token):
                found.append((child, ()))
            elif child.dep_ == "xcomp" and reports and _is_passive(token):
                found.append((child, ()))  # "is said to plan a return"
            elif child.dep_ == "parataxis" and tells and is_predicate(child):
                is_report = _reports(child, self.words)
                if not is_report and not _is_severed(child, token):
                    found.append((child, ()))
            elif child.dep_ in _OBJECTS:
                found.extend(self._noun_content(child))
        lower = self._hung_lower(token) if reports and not found else ()
        return [*found, *((c, ()) for c in lower)][:2]

    def _hung_lower(self, token: Token) -> Iterator[Token]:
        """«сказал на условиях анонимности, что …»: hung on the wrong noun."""
        for noun in token.children:
            for _ in range(3):
                if noun.dep_ not in _OBJECTS or noun.i < token.i:
                    break
                for child in noun.children:
                    is_clause = child.dep_ == "acl" and is_finite(child)
                    if is_clause and self._is_marked(child) and self._inside(child):
                        yield child
                noun = next((c for c in noun.children if c.dep_ in _OBJECTS), token)

    def _is_marked(self, child: Token) -> bool:
        marks = (normal(c.text) for c in child.children if c.dep_ == "mark")
        return any(m in self.words["that"] for m in marks)

    def _complements(self, token: Token) -> Iterator[Token]:
        """Yield the children of `token`, each content clause at the verb before it.

        In "confirmed that A, but noted that B" parsers may hang A on "noted".
        """
        for child in token.children:
            strayed = token.dep_ == "conj" and token.head.i < child.i < token.i
            if self._inside(child) and not (strayed and self._is_strayed(child)):
                yield child
            if child.dep_ == "conj" and child.i > token.i:
                for other in child.lefts:
                    if other.i > token.i and self._is_strayed(other):
                        yield other

    def _is_strayed(self, child: Token) -> bool:
        marks = (normal(c.text) for c in child.children if c.dep_ == "mark")
        return child.dep_ == "ccomp" and any(m in self.words["that"] for m in marks)

    def _opens(self, child: Token, token: Token) -> bool:
        """Say whether a clause by another name is what `token` tells or asks."""
        if self._says_that(child, token) or _asks(child, token):
            return True
        return self._is_asked(child, token)

    def _is_asked(self, child: Token, token: Token) -> bool:
        """«Когда откроют порт, в компании не сообщают»: what is not told, not when."""
        if (
            child.dep_ != "advcl"
            or child.i > token.i
            or not _reports(token, self.words)
        ):
            return False
        is_negated = any(normal(c.text) in self.words["contrary"] for c in token.lefts)
        opens = {normal(c.text) for c in child.lefts}
        return is_negated and bool(opens & self.words["wh"])

    def _says_that(self, child: Token, token: Token) -> bool:
        """A clause opened by "that" is content, whatever the parser calls it."""
        if child.i < token.i or child.dep_ not in {"advcl", "parataxis", "dep"}:
            return False
        if not is_predicate(child):
            return False
        marks = [c for c in child.children if c.dep_ == "mark"]
        return any(normal(m.text) in self.words["that"] for m in marks)

    def _mislaid(self, token: Token) -> list[tuple[Token, tuple[int, ...]]]:
        """ "If A passes it, plants will close, he said.": parsed as a relative."""
        if normal(token.lemma_) not in self.words["report"]:
            return []
        for child in token.children:
            if child.dep_ != "advcl" or child.i > token.i or not _has_mark(child):
                continue
            for word in child.subtree:
                if word.dep_ == "relcl" and is_finite(word) and _starts_clause(word):
                    return [(word, ())]
        return []

    def _through_infinitive(self, token: Token) -> list[tuple[Token, tuple[int, ...]]]:
        """ "declined to say whether it would sell": the claim is the sale."""
        for child in token.children:
            if child.dep_ == "xcomp" and normal(child.lemma_) in self.words["report"]:
                return [(c, (child.i, *via)) for c, via in self._contents(child)]
        return []

    def _noun_content(self, noun: Token) -> Iterator[tuple[Token, tuple[int, ...]]]:
        """ "denied reports that it will close": the claim hangs on the noun."""
        if normal(noun.lemma_) not in self.words["content"]:
            return
        for child in noun.children:
            if not self._inside(child):
                continue
            if child.dep_ in {"acl", "ccomp"} and is_predicate(child):
                if is_finite(child) and (_has_mark(child) or self._wonders(child)):
                    yield child, (noun.i,)
            elif child.dep_ in {"nmod", "prep", "pobj"}:
                for content, via in self._noun_content(child):
                    yield content, (noun.i, *via)

    def _before(self, token: Token) -> list[tuple[Token, tuple[int, ...]]]:
        """«…, говорится в проекте»: what stands before, whatever it was hung on."""
        if token.dep_ != "ROOT" or not _reports(token, self.words):
            return []
        if token.i <= self.start or token.nbor(-1).text != ",":
            return []
        for verb in token.doc[self.start : token.i]:
            if verb.pos_ != "VERB" or not is_finite(verb):
                continue
            opens = (normal(c.lemma_) for c in verb.lefts)
            if not any(w in self.words["relative"] for w in opens):
                return [(verb, ())]
        return []

    def _wonders(self, child: Token) -> bool:
        """«задаётся вопросом, сможет ли …»."""
        return any(normal(c.text) in self.words["question"] for c in child.children)


def _is_authors(verb: Token) -> bool:
    """Say whether attribution found `verb` in the place of the author's words."""
    return verb.i in verb.doc.user_data.get("molva_asides", ())


def _is_inverted(verb: Token) -> bool:
    """«…, пообещал мэр»: right after a comma and before its subject."""
    follows = verb.i > 0 and verb.nbor(-1).text == ","
    return follows and any(c.dep_ in _SUBJECTS and c.i > verb.i for c in verb.children)


def _reports(token: Token, words: dict[str, frozenset[str]]) -> bool:
    """Say whether `token` is a verb of speech, none of deeds done to a thing."""
    lemma = normal(token.lemma_)
    if lemma not in words["report"]:
        return False
    is_last = any(c.dep_ == "parataxis" and c.i < token.i for c in token.children)
    if is_last or lemma not in words["deeds"]:
        return True  # «…, оценивает директор»
    return not does_something(token, words["content"])


def does_something(head: Token, content: frozenset[str]) -> bool:
    """Say whether something is done to a thing: "heard the appeal", no "the news"."""
    if any(c.dep_ == "oprd" for c in head.children):
        return True  # "was declared bankrupt"
    things = (c for c in head.children if c.dep_ in _THINGS)
    return any(
        t.pos_ in {"NOUN", "PROPN", "SYM", "NUM"} and normal(t.lemma_) not in content
        for t in things
    )


def _starts_clause(verb: Token) -> bool:
    """Say whether a comma and a subject of its own, no pronoun, open a clause."""
    subjects = [c for c in verb.children if c.dep_ in _SUBJECTS]
    if not subjects or subjects[0].tag_ in {"WDT", "WP"}:
        return False
    first = subjects[0].left_edge
    return first.i > 0 and first.nbor(-1).text == ","


def _is_passive(token: Token) -> bool:
    return any(c.dep_ in {"auxpass", "nsubjpass"} for c in token.children)


def _shares_auxiliary(child: Token, token: Token) -> bool:
    """ "will be 3.8 metres long, weigh 1,150 kg": one auxiliary for both verbs."""
    if not is_finite(child):
        return True
    if has_subject(child) or child.tag_ not in {"VB", "VBP"}:
        return False
    if any(c.dep_.startswith("aux") for c in child.children):
        return False
    return any(c.tag_ == "MD" for c in token.children)


def _is_severed(child: Token, token: Token) -> bool:
    """A semicolon or a conjunction parts a clause from the verb that follows it."""
    joined = any(c.dep_ == "cc" and c.i > child.i for c in token.lefts)
    return joined or any(t.text == ";" for t in token.doc[child.i : token.i])


def _has_mark(token: Token) -> bool:
    return any(c.dep_ == "mark" for c in token.children)


def _asks(child: Token, token: Token) -> bool:
    """ "it is unclear when …": the parser takes the indirect question for a time."""
    if child.dep_ != "advcl" or token.pos_ == "VERB" or child.i < token.i:
        return False
    return any(c.tag_ in {"WRB", "WP"} for c in child.children)


def is_gapped(token: Token) -> bool:
    """«…, а прибыль — на 5%»: a clause whose verb is left out."""
    return any(c.dep_ == "orphan" for c in token.children)


def _cut(
    doc: Doc, heads: list[Assertion], start: int, end: int, lang: str
) -> list[Assertion]:
    """Give each head its stretch; heads without a cut between them are one."""
    parts: list[Assertion] = []
    begin = start
    current = heads[0]
    for following in heads[1:]:
        cut = _boundary(doc, current, following, lang)
        if cut is None:
            continue
        stop, restart = cut
        if not begin <= current.head < stop:
            continue
        parts.append(_with_stretch(current, begin, stop))
        begin, current = restart, following
    parts.append(_with_stretch(current, begin, end))
    return parts


def _with_stretch(part: Assertion, start: int, end: int) -> Assertion:
    return Assertion(start, end, part.head, part.top, part.governors, part.sibling)


def _boundary(
    doc: Doc, left: Assertion, right: Assertion, lang: str
) -> tuple[int, int] | None:
    """Return (end of the left stretch, start of the right one), None for no cut."""
    node = doc[right.top if right.top > left.head else right.head]
    at = _joint(doc, left.head, node, right.head)
    if at is None:
        return None
    while at > left.head + 1 and _is_joint(doc[at - 1]):
        at -= 1
    restart = at
    while restart < right.head and (
        _is_joint(doc[restart]) or _is_opener(doc[restart], lang)
    ):
        restart += 1
    return at, restart


def _joint(doc: Doc, after: int, node: Token, head: int) -> int | None:
    """Return where a comma or conjunction opens the clause of `node`."""
    tied = [c.i for c in node.children if c.dep_ == "cc" and after < c.i < node.i]
    if tied:
        return tied[0]
    edge = _own_left(node, after)
    if _is_joint(doc[edge]) and edge < node.i:
        return edge
    if edge - 1 > after and _is_joint(doc[edge - 1]):
        return edge - 1
    subjects = [c.left_edge.i for c in node.children if c.dep_ in _SUBJECTS]
    before = max([i for i in subjects if after < i < node.i], default=head)
    for at in range(before, after, -1):
        if doc[at].text in _STOPS:
            return at
    return None


def _own_left(token: Token, after: int) -> int:
    """Return where the clause of `token` begins, right of token number `after`."""
    edges = [token.i]
    for child in token.children:
        if child.i > after and after < child.left_edge.i < token.i:
            edges.append(child.left_edge.i)
    return min(edges)


def _is_joint(token: Token) -> bool:
    return token.dep_ == "cc" or token.pos_ == "CCONJ" or token.text in _JOINTS


def _is_opener(token: Token, lang: str) -> bool:
    """Words that only tie a clause to the one before it ("that", "while")."""
    return token.dep_ == "mark" and (
        token.lower_ in lexicon(lang).words["contrast"]
        or token.lower_ in lexicon(lang).words["that"]
    )


def has_complement(doc: Doc, part: Assertion) -> bool:
    """Say whether the predicate has more beside it than its subject."""
    for token in doc[part.start : part.end]:
        nominal = token.pos_ in _NOMINAL and token.dep_ not in _SUBJECTS
        is_fronted = token.dep_ == "obj" and token.head.i == part.head
        if nominal and (token.i > part.head or token.pos_ == "NUM" or is_fronted):
            return True
    return False
