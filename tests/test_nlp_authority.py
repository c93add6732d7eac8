"""Who may confirm what."""

from __future__ import annotations

import pytest

from molva.names import key
from nlp.authority import Affairs, Kind, Role, Speaker, judge


def speaker(kind: Kind, role: Role | None = None, body: str | None = None) -> Speaker:
    return Speaker(kind, "somebody", 0, 1, role, body)


@pytest.mark.parametrize(
    ("who", "about", "expected"),
    [
        # a company on itself, and on nobody in particular
        (speaker("body", None, "arbor"), Affairs("arbor"), ("official", "arbor")),
        (speaker("body", None, "arbor"), Affairs(), ("official", "arbor")),
        (
            speaker("person", "executives", "arbor"),
            Affairs("tellus", mentions_self=True),
            ("official", "arbor"),
        ),
        # a company on another
        (speaker("body", None, "arbor"), Affairs("tellus"), ("expert", None)),
        (
            speaker("person", "spokespeople", "arbor"),
            Affairs("tellus"),
            ("expert", None),
        ),
        # a subsidiary and its parent are one authority
        (
            speaker("body", None, key("Volkswagen")),
            Affairs(key("Audi")),
            ("official", key("Volkswagen")),
        ),
        # the state in its field
        (
            speaker("body", "bodies", "ministry"),
            Affairs("tellus"),
            ("official", "ministry"),
        ),
        (speaker("data", "statistics", "aeb"), Affairs("tellus"), ("official", "aeb")),
        # "the company said": the one the report is about
        (
            speaker("body", "companies"),
            Affairs(company="arbor"),
            ("official", "arbor"),
        ),
        # on record, without authority
        (speaker("person", "experts", "arbor"), Affairs("arbor"), ("expert", None)),
        (speaker("person"), Affairs("arbor", company="arbor"), ("expert", None)),
        (
            Speaker("person", "x", 0, 1, "executives", "arbor", is_former=True),
            Affairs("arbor"),
            ("expert", None),
        ),
        # papers
        (
            speaker("published", None, "arbor"),
            Affairs("arbor"),
            ("official", "arbor"),
        ),
        (speaker("leaked", None, "arbor"), Affairs("arbor"), ("document", None)),
        # nobody on record
        (speaker("anonymous"), Affairs("arbor"), ("anonymous", None)),
        (speaker("media"), Affairs("arbor"), ("media", None)),
        (speaker("none"), Affairs("arbor"), ("unattributed", None)),
    ],
)
def test_judge(who: Speaker, about: Affairs, expected: tuple[str, str | None]) -> None:
    assert judge(who, about) == expected
