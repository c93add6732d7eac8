"""Chains: outlet → speaker, across citations, sentences, pronouns and quotations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from molva.model import Attribution, Report, SourceType
from molva.names import key as name_key
from nlp.attribution_cues import Hit
from nlp.attribution_frame import Frame
from nlp.attribution_phrases import Phrase
from nlp.attribution_sources import Sources
from nlp.attribution_words import QUOTES, Name, Words, attribution_data, words_of
from nlp.authority import STATE, Affairs, Role, Roles, Speaker, judge
from nlp.gazetteer import kind_of

Range = tuple[int, int]
#: Classes of cues whose subject speaks.
_SPOKEN = ("say", "announce", "confirm", "deny", "promise", "estimate")
#: A body is named again within so many words.
_NEAR = 200
_NO_COMPANY = ("outlet", "agency", "state", "body")


@dataclass(slots=True)
class Told:
    """A cue that was understood: who speaks and the token ranges governed."""

    frame: Frame
    speaker: Speaker | None
    contents: list[Range] = field(default_factory=list)
    cited: Speaker | None = None
    cited_by: Frame | None = None


@dataclass(slots=True)
class Memory:
    """Who spoke so far in this report."""

    person: Speaker | None = None
    body: Speaker | None = None
    unnamed: Speaker | None = None
    outlet: Speaker | None = None
    last: Speaker | None = None
    people: dict[str, Speaker] = field(default_factory=dict)

    def keep(self, speaker: Speaker, surname: str | None) -> None:
        """Remember a speaker under what later sentences may call him."""
        if speaker.kind == "person":
            self.person = speaker
            if surname:
                self.people[surname] = speaker
        elif speaker.kind == "body":
            self.body = speaker
        elif speaker.kind == "anonymous":
            self.unnamed = speaker
        elif speaker.kind == "media":
            self.outlet = speaker
        if speaker.kind not in ("media", "none"):
            self.last = speaker


class Chains:
    """Turns the frames of a doc into attributions."""

    def __init__(self, lang: str, sources: Sources) -> None:
        data: dict[str, Any] = attribution_data(lang)["continued"]
        self.lang = lang
        self.sources = sources
        self.pronouns = words_of(data["pronouns"])
        self.personal = words_of(data["person_pronouns"])
        self.own = words_of(data["own_pronouns"])
        self.many = words_of(data["many_pronouns"])
        self.company = words_of(data["company"])
        self.weak = words_of(attribution_data(lang)["weak"]["verbs"])
        self.writing = words_of(attribution_data(lang)["media"]["verbs"])
        self.closing = words_of(attribution_data(lang)["media"]["last"])
        self.outlet_nouns = words_of(data["outlet"])
        self.outlet_papers = words_of(data["outlet_papers"])
        self.another = words_of(data["another"])
        self.definite = words_of(data["definite"])

    def speaker(self, words: Words, frame: Frame, memory: Memory) -> Speaker | None:
        """Describe a frame's source, with what the report said of him before."""
        phrase = frame.source
        if phrase is None:
            return None
        found = self._again(words, phrase, memory)
        if found is not None:
            start, end = phrase.start, phrase.end
            return replace(found, start=start, end=end)
        speaker = self.sources.describe(words, phrase, frame.clause)
        speaker = self._known(words, phrase, speaker, memory)
        speaker = self._writing(words, frame, speaker)
        if speaker.kind == "none" and self._says(words, frame):
            speaker = self._somebody(words, frame, phrase, speaker)
        if speaker.kind == "none" and frame.hit.kind == "impersonal":
            speaker = self._paper(words, frame, speaker)
        told = frame.told
        if told is not None and speaker.kind == "anonymous" and speaker.outlet is None:
            speaker = replace(speaker, outlet=told.name, outlet_key=told.key)
        memory.keep(speaker, self._surname(words, phrase))
        return speaker

    def _writing(self, words: Words, frame: Frame, speaker: Speaker) -> Speaker:
        """A body of no known kind that writes is an outlet."""
        if speaker.kind != "body" or speaker.role is not None or not speaker.body:
            return speaker
        lemma = words.lemma[frame.hit.start]
        is_last = frame.clause[1] >= frame.sentence.end - 1
        writes = lemma in self.writing or (lemma in self.closing and is_last)
        if not writes or kind_of(speaker.body):
            return speaker
        return replace(
            speaker, kind="media", outlet=speaker.text, outlet_key=speaker.body
        )

    def _says(self, words: Words, frame: Frame) -> bool:
        """Say whether the cue is one that only people and bodies can be subject of."""
        head = words.lemma[frame.source.head] if frame.source else ""
        return (
            frame.hit.kind == "verb"
            and frame.hit.group in _SPOKEN
            and words.lemma[frame.hit.start] not in self.weak
            and head not in self.sources.hearsay
        )

    def _somebody(
        self, words: Words, frame: Frame, phrase: Phrase, speaker: Speaker
    ) -> Speaker:
        """Take an unknown noun that speaks for a body ("the carrier") or a crowd."""
        head = phrase.head
        if words.pos[head] not in ("NOUN", "PROPN"):
            return speaker
        before = words.lower[max(phrase.start - 1, 0)]
        if self.sources.phrases.has_cases:
            is_body = words.feature(head, "Animacy") == "Inan"
        else:
            is_body = (
                before in self.definite or words.lower[phrase.start] in self.pronouns
            )
        is_body = is_body and words.feature(head, "Number") != "Plur"
        if is_body:
            is_estimate = frame.hit.group == "estimate"
            role: Role = "experts" if is_estimate else "companies"
            return replace(speaker, kind="body", role=role)
        return (
            speaker if frame.hit.group == "estimate" else replace(speaker, kind="crowd")
        )

    def _paper(self, words: Words, frame: Frame, speaker: Speaker) -> Speaker:
        """What something follows from is a paper; of unknown kind it proves little."""
        phrase = frame.source
        is_thing = phrase is not None and words.pos[phrase.head] == "NOUN"
        is_shown = frame.hit.group == "show"
        return replace(speaker, kind="leaked") if is_thing and is_shown else speaker

    def credited(self, words: Words, frame: Frame) -> Speaker | None:
        """Return who made a picture: a name that asserts nothing."""
        phrase = frame.source
        if phrase is None:
            return None
        text = words.text(phrase.start, phrase.end)
        return Speaker("none", text, phrase.start, phrase.end)

    def is_own_voice(self, words: Words, frame: Frame) -> bool:
        """ "I think", «рассчитываем»: whoever writes or is quoted."""
        is_verb = frame.hit.kind == "verb"
        if is_verb and words.feature(frame.hit.start, "Person") == "1":
            return True
        if frame.source is None:
            return False
        return words.lower[frame.source.head] in self.own

    def _again(self, words: Words, phrase: Phrase, memory: Memory) -> Speaker | None:
        """Return the earlier speaker whom a pronoun or a repeated noun names."""
        head = phrase.head
        lower, lemma = words.lower[head], words.lemma[head]
        own = [
            i
            for i in range(phrase.start, phrase.end)
            if words.lower[i] in self.pronouns
        ]
        part = self._one_of_them(words, phrase, len(own), memory)
        if part is not None:
            return part
        if lower in self.pronouns or (
            own and own[0] == phrase.start and len(own) == phrase.end - phrase.start
        ):
            return self._referent(words, head, lower in self.personal, memory)
        is_bare = phrase.end - phrase.start <= 2 and not any(
            words.names.get(i) for i in range(phrase.start, phrase.end)
        )
        if not is_bare:
            return None
        if lemma in self.sources.always_unnamed and memory.unnamed is not None:
            before = words.lower[max(phrase.start - 1, 0)]
            if phrase.end - phrase.start == 1 and (
                before in self.definite or self.sources.phrases.has_cases
            ):
                return memory.unnamed
        if memory.outlet is None:
            return None
        is_its = lemma in self.outlet_nouns
        is_its = is_its or self._is_its_report(words, phrase, memory)
        return memory.outlet if is_its else None

    def _is_its_report(self, words: Words, phrase: Phrase, memory: Memory) -> bool:
        """ "The report" right after an outlet, and nobody else, is what that wrote.

        Not so where a paper of that name came up before.
        """
        noun = words.lemma[phrase.head]
        others = (words.lower[i] for i in range(phrase.start, phrase.end - 1))
        is_bare = all(word in self.definite for word in others)
        if noun not in self.outlet_papers or not is_bare:
            return False
        cited, last = memory.outlet, memory.last
        at = words.number_of(cited.start) if cited else -2
        is_next = words.number_of(phrase.head) - at <= 1
        is_alone = last is None or words.number_of(last.start) < at
        return (is_next and is_alone) and not any(
            words.lemma[i] == noun and words.pos[i] == "NOUN"
            for i in range(phrase.start)
        )

    def _one_of_them(
        self, words: Words, phrase: Phrase, pronouns: int, memory: Memory
    ) -> Speaker | None:
        """ "Two of them", "another": some of the unnamed sources before."""
        lemma = words.lemma[phrase.head]
        if memory.unnamed is None:
            return self._some_of_them(words, phrase) if pronouns == 1 else None
        if pronouns == 1 and lemma in self.sources.counts:
            return replace(memory.unnamed, count=self.sources.counts[lemma])
        if lemma in self.another and phrase.end - phrase.start == 1:
            return replace(memory.unnamed, count=1)
        return None

    def _some_of_them(self, words: Words, phrase: Phrase) -> Speaker | None:
        """ "Several of them": unnamed people, though nobody spoke before."""
        lemma = words.lemma[phrase.head]
        count = self.sources.counts.get(lemma)
        if count is None and lemma not in self.sources.vague:
            return None
        text = words.text(phrase.start, phrase.end)
        return Speaker("anonymous", text, phrase.start, phrase.end, count=count)

    def _referent(
        self, words: Words, at: int, is_person: bool, memory: Memory
    ) -> Speaker | None:
        """Return whom a pronoun names: the last subject that fits, else who spoke."""
        begin = words.sentences[max(words.number_of(at) - 1, 0)].start
        near = self._last_subject(words, begin, at, is_person)
        if near is not None:
            return near
        if is_person:
            return memory.person or memory.last
        return memory.last

    def _last_subject(
        self, words: Words, begin: int, at: int, is_person: bool
    ) -> Speaker | None:
        for i in range(at - 1, begin - 1, -1):
            if words.dep[i] not in ("nsubj", "nsubjpass", "nsubj:pass"):
                continue
            if words.lower[i] in self.pronouns or words.lower[i] in self.own:
                continue
            if not (words.names.get(i) or self._is_role(words, i)):
                continue  # "Output will fall, it says": not output
            numbers = words.feature(i, "Number"), words.feature(at, "Number")
            is_joined = any(words.dep[k] == "conj" for k in words.kids[i])
            is_many = numbers[0] == "Plur" or is_joined
            if is_person and is_many and numbers[1] == "Sing":
                continue
            if not is_many and words.lower[at] in self.many:
                continue
            phrase = self.sources.phrases.of(words, i, words.head[i])
            speaker = self.sources.describe(words, phrase, (phrase.start, phrase.end))
            if (speaker.kind == "person") == is_person and speaker.kind != "none":
                return self._known(words, phrase, speaker, Memory())
        return None

    def _is_role(self, words: Words, i: int) -> bool:
        nouns = self.sources.roles.all_nouns | self.company | self.outlet_nouns
        return words.lemma[i] in nouns

    def _known(
        self, words: Words, phrase: Phrase, speaker: Speaker, memory: Memory
    ) -> Speaker:
        """Give a surname its role, and a bare "the company" its name."""
        if speaker.kind == "person" and speaker.role is None:
            surname = self._surname(words, phrase)
            earlier = memory.people.get(surname or "")
            if earlier is None and surname:
                earlier = self._introduced(words, phrase, surname)
            if earlier is not None:
                return replace(earlier, start=speaker.start, end=speaker.end)
            return self._well_known(speaker)
        if speaker.role == "companies" and speaker.body is None:
            speaker = replace(speaker, body=self._institution(words, phrase))
        if speaker.kind == "body" and speaker.body is None and memory.body is not None:
            is_company = words.lemma[phrase.head] in self.company
            if is_company and memory.body.role not in STATE:
                return replace(speaker, body=memory.body.body)
        if speaker.role in STATE and not any(
            words.names.get(i) for i in range(phrase.start, phrase.end)
        ):
            return replace(speaker, body=self._state(words, phrase) or speaker.body)
        if speaker.kind == "anonymous" and speaker.outlet is None:
            return self._of_outlet(words, phrase, speaker, memory)
        return speaker

    def _well_known(self, speaker: Speaker) -> Speaker:
        """Give an office holder whom everybody knows his office."""
        body = self.sources.roles.people.get(name_key(speaker.text))
        return replace(speaker, role="offices", body=body) if body else speaker

    def _state(self, words: Words, phrase: Phrase) -> str | None:
        """Return the state body named last before "the ministry", «ведомство»."""
        if not any(
            words.lemma[i] in self.sources.roles.nouns["bodies"]
            for i in range(phrase.start, phrase.end)
        ):
            return None
        for i in range(phrase.start - 1, max(phrase.start - _NEAR, -1), -1):
            name = words.names.get(i)
            if name is not None and kind_of(name.key) in ("state", "body"):
                return name.key
        return None

    def _institution(self, words: Words, phrase: Phrase) -> str | None:
        """«В аэропорту …» after «аэропорт „Заречье“»: the one named before."""
        lemma = words.lemma[phrase.head]
        # «в порту»: not every lemma is free of this case's ending
        lemmas = {lemma, lemma.removesuffix("у")}
        for i in range(phrase.start - 1, max(phrase.start - _NEAR, -1), -1):
            if words.lemma[i] not in lemmas:
                continue
            is_quoted = words.lower[i + 1] in QUOTES
            for k in (i, i - 1, i + 1 + is_quoted):
                name = words.names.get(k)
                # a place named beside it is where it stands
                is_its = k == i or (k > i and is_quoted)
                if name is not None and (is_its or name.label == "ORG"):
                    return name.key
        return None

    def _of_outlet(
        self, words: Words, phrase: Phrase, speaker: Speaker, memory: Memory
    ) -> Speaker:
        """«собеседник издания»: the outlet cited before."""
        before = memory.outlet or memory.unnamed
        nouns = {words.lemma[i] for i in range(phrase.start, phrase.end)}
        if before is None or not nouns & self.outlet_nouns:
            return speaker
        return replace(speaker, outlet=before.outlet, outlet_key=before.outlet_key)

    def _surname(self, words: Words, phrase: Phrase) -> str | None:
        for i in range(phrase.start, phrase.end):
            name = words.names.get(i)
            if name is not None and name.label == "PER":
                return name_key(name.name).split(" ")[-1]
        return None

    def _introduced(self, words: Words, phrase: Phrase, surname: str) -> Speaker | None:
        """Look for the person's full name with a role elsewhere in the report."""
        for name in words.people.get(surname, ()):
            if phrase.start <= name.start < phrase.end:
                continue
            head = words.doc[name.start : name.end].root.i
            top = (
                words.head[head] if words.dep[head] in ("appos", "flat:name") else head
            )
            found = self.sources.phrases.of(words, top, max(name.end, top) + 8)
            found = replace(found, start=self._title(words, name, found.start))
            speaker = self.sources.describe(words, found, (found.start, found.end))
            if speaker.role is not None:
                return speaker
        return None

    def _title(self, words: Words, name: Name, start: int) -> int:
        """Return where the title before a name begins ("Vice President, Jo Doe")."""
        at = name.start - 1
        if at < 1 or words.lower[at] != ",":
            return start
        roles = self.sources.roles.find(words, max(at - 3, 0), at)
        return roles[-1][0] if roles and roles[-1][1] == at else start


def salient(words: Words) -> str | None:
    """Return the key of the organisation named most, the earliest of equals."""
    seen = [
        n
        for i, n in words.names.items()
        if n.label == "ORG" and n.start == i and kind_of(n.key) not in _NO_COMPANY
    ]
    counts = Counter(n.key for n in seen)
    return max(counts, key=lambda k: counts[k]) if counts else None


def affairs(
    words: Words, contents: list[Range], company: str | None, known: Roles
) -> Affairs:
    """Describe what the contents are about."""
    subject: str | None = None
    keys: set[str] = set()
    used: set[str] = set()
    is_self = False
    state = known.nouns["bodies"] | known.nouns["offices"]
    is_other = False
    for start, end in contents:
        used.update(words.lower[start:end], words.lemma[start:end])
        for i in range(start, end):
            name = words.names.get(i)
            if subject is None and words.lower[i] in known.we_subjects:
                is_self = is_self or words.dep[i].startswith("nsubj")
            if subject is None and words.lower[i] in known.we_owned:
                # "its Dunes farm": the speaker's own thing
                is_self = is_self or words.dep[words.head[i]].startswith("nsubj")
            if words.dep[i].startswith("nsubj") and (
                words.lemma[i] in state or _is_indefinite(words, i)
            ):
                is_other = True
            if name is None or name.label != "ORG" or name.start != i:
                continue
            keys.add(name.key)
            if subject is None and _is_subject(words, name, start, end):
                subject = name.key
    return Affairs(
        subject=subject,
        keys=frozenset(keys),
        mentions_self=is_self or bool(used & known.we),
        company=company,
        is_of_others=is_other or subject is not None,
        is_economy=_is_of_economy(words, contents, known),
        is_union_matter=bool(used & known.union_matters),
        is_deal=bool(used & known.deals),
    )


def _is_of_economy(words: Words, contents: list[Range], known: Roles) -> bool:
    """Say whether the first subject is inflation, the market, a currency."""
    subjects = (
        i
        for start, end in contents
        for i in range(start, end)
        if words.dep[i].startswith("nsubj") and words.dep[words.head[i]] != "advcl"
    )
    first = next(subjects, None)
    if first is None:
        return False
    # "insurers will pay": a whole trade
    is_trade = words.feature(first, "Number") == "Plur" and not any(
        words.dep[k] in ("det", "poss") for k in words.kids[first]
    )
    is_many = is_trade and words.lemma[first] in known.nouns["companies"]
    return is_many or words.lemma[first] in known.economy


def _is_own_deed(words: Words, frame: Frame) -> bool:
    """«отрицает, что продаёт»: a clause without a subject shares the speaker."""
    deeds = [k for k in words.kids[frame.hit.start] if words.dep[k] == "ccomp"]
    return any(
        words.is_finite(i)
        and words.feature(i, "Number") == "Sing"
        and words.feature(i, "Voice") != "Pass"
        and not any(words.dep[k].startswith(("nsubj", "csubj")) for k in words.kids[i])
        for i in deeds
    )


def _is_market_forecast(words: Words, frame: Frame, known: Roles) -> bool:
    """ "Raised its oil price forecast": not of the speaker's own business."""
    inside = words.lemma[frame.hit.start + 1 : frame.hit.end]
    return frame.hit.kind == "verb" and not known.market_forecasts.isdisjoint(inside)


def _is_indefinite(words: Words, i: int) -> bool:
    """ "A consortium": somebody else than who speaks."""
    return any(
        words.dep[k] == "det" and words.lower[k] in ("a", "an") for k in words.kids[i]
    )


def _is_subject(words: Words, name: Name, start: int, end: int) -> bool:
    root = words.doc[name.start : name.end].root.i
    for _ in range(3):
        if words.dep[root].startswith("nsubj"):
            return True
        if words.dep[root] not in (
            "appos",
            "compound",
            "nmod",
            "poss",
            "flat",
            "flat:name",
        ):
            return False
        root = words.head[root]
    return False


def attribution(
    words: Words,
    told: Told,
    company: str | None,
    known: Roles,
    report: Report | None,
) -> Attribution:
    """Build the record of one understood cue."""
    frame, speaker = told.frame, told.speaker
    hit = (told.cited_by or frame).hit
    cue_start, cue_end, cue = _cue(words, hit)
    outlet, outlet_key = _outlet(told)
    if (
        outlet_key is not None
        and report is not None
        and is_same_outlet(outlet_key, report)
    ):
        outlet = None
    inner = told.cited or speaker
    if inner is None:
        kind: SourceType = "media" if outlet is not None else "unattributed"
        place = frame.told if outlet is not None else None
        where = words.chars(place.start, place.end) if place else (None, None)
        return Attribution(
            source_type=kind,
            source=words.raw[where[0] : where[1]] if place else None,
            source_start=where[0],
            source_end=where[1],
            cue=cue,
            outlet=outlet,
            cue_start=cue_start,
            cue_end=cue_end,
        )
    about = affairs(words, told.contents, company, known)
    about = replace(
        about,
        is_own_deed=_is_own_deed(words, frame),
        is_economy=about.is_economy or _is_market_forecast(words, frame, known),
    )
    inner = _of_clause(words, inner, about.subject)
    if told.cited is None and is_reporter(words, frame, inner, about):
        outlet = inner.text
        inner = replace(inner, kind="media")
    source_type, authority = judge(inner, about)
    start, end = words.chars(inner.start, inner.end)
    return Attribution(
        source_type=source_type,
        source=inner.text,
        count=inner.count,
        cue=cue,
        outlet=outlet,
        source_start=start,
        source_end=end,
        cue_start=cue_start,
        cue_end=cue_end,
        authority=authority,
        closeness=inner.closeness,
    )


def _of_clause(words: Words, speaker: Speaker, subject: str | None) -> Speaker:
    """ "Osmund will build a smelter, the company said": the firm just named speaks.

    So does its press service or director where no other body is known.
    """
    if subject is None or kind_of(subject) in _NO_COMPANY:
        return speaker
    named = words.names_in(speaker.start, speaker.end)
    is_bare = all(name.label == "PER" for name in named)
    is_firm = speaker.kind == "body" and speaker.role == "companies"
    is_staff = speaker.role in ("spokespeople", "executives") and speaker.body is None
    if is_bare and (is_firm or is_staff):
        return replace(speaker, body=subject)
    return speaker


def is_reporter(words: Words, frame: Frame, speaker: Speaker, about: Affairs) -> bool:
    """ "X has opened an inquiry, FoodWeek reported": only an outlet tells of others."""
    lemma = words.lemma[frame.hit.start]
    if lemma not in words_of(attribution_data(words.lang)["media"]["others"]):
        return False
    if speaker.kind not in ("body", "person") or speaker.role is not None:
        return False
    if any(words.dep[k] == "dobj" for k in words.kids[frame.hit.start]):
        return False  # "Fitbit reported revenue"
    is_concerned = about.mentions_self or speaker.body in about.keys
    is_known = speaker.body is not None and kind_of(speaker.body) is not None
    return about.is_of_others and not is_concerned and not is_known


def _cue(words: Words, hit: Hit) -> tuple[int | None, int | None, str | None]:
    """Return where the words of a cue are; a headline's colon is no word."""
    if hit.kind == "headline":
        return None, None, None
    start, end = words.chars(hit.start - hit.lead, hit.end)
    return start, end, words.raw[start:end]


def _outlet(told: Told) -> tuple[str | None, str | None]:
    """Return the outlet nearest to the speaker: who was told, who is cited."""
    for speaker in (told.cited, told.speaker):
        if speaker is not None and speaker.outlet is not None:
            return speaker.outlet, speaker.outlet_key
    if told.frame.told is not None:
        return told.frame.told.name, told.frame.told.key
    return None, None


def is_same_outlet(key: str, report: Report) -> bool:
    """Tell whether the cited outlet is the one that publishes the report."""
    own = name_key(report.source)
    return key == own or key.replace(" ", "") == own.replace(" ", "")
