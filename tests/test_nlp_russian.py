"""What the Russian base pipeline mends in the tags of its models."""

from __future__ import annotations

import pytest

from nlp.russian import blank, finite, tag_of

PAST = "VERB|Aspect=Perf|Mood=Ind|Number=Plur|Tense=Past|VerbForm=Fin|Voice=Act"


@pytest.mark.parametrize(
    ("word", "tag", "tense"),
    [
        ("докапитализируют", "ADJ|Case=Nom|Number=Plur", "Fut"),
        ("горюет", "ADJ|Case=Nom|Number=Sing", "Pres"),
        ("законсервирует", PAST, "Fut"),
        ("сжалась", "ADJ|Case=Nom|Number=Sing", "Past"),
    ],
)
def test_a_word_that_can_only_be_a_verb_is_one(word: str, tag: str, tense: str) -> None:
    pos, feats = tag_of(finite(word, tag))
    assert pos == "VERB"
    assert f"Tense={tense}" in feats.split("|")
    assert "VerbForm=Fin" in feats


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("прибыли", "NOUN|Case=Gen|Number=Sing"),  # also «they arrived»
        ("крупные", "ADJ|Case=Nom|Number=Plur"),
        ("Заработает", "PROPN|Case=Nom|Number=Sing"),  # a name may look like a verb
        ("выросли", PAST),
    ],
)
def test_other_tags_are_left_alone(word: str, tag: str) -> None:
    assert finite(word, tag) == tag


@pytest.mark.parametrize(
    ("text", "pos"),
    [
        ("В депо прибыли первые трамваи.", "VERB"),
        ("16 июня в Тулу прибыли новые поезда.", "VERB"),
        ("Прибыли завода выросли на 3%.", "NOUN"),
    ],
)
def test_profits_that_arrive_are_a_verb(text: str, pos: str) -> None:
    word = next(t for t in blank()(text) if t.lower_ == "прибыли")
    assert word.pos_ == pos
