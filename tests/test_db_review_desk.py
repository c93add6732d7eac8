"""Decisions in the browser: only for whoever has signed in, only with a reason."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from db.datasette.review import Desk, safe_path
from db.datasette.serve import build, sign_in_address
from molva.model import Review, ReviewVerb
from molva.reviews import Reviewed, ReviewError
from tests.db_samples import RUMOR_SAID, filled
from tests.test_db_datasette import close

CLAIM = f"/molva/claim/{RUMOR_SAID.id}"


@dataclass
class Bench:
    """Keeps what it is asked to decide; refuses claims that it does not know."""

    asked: list[tuple[object, ...]] = field(default_factory=list)

    def __call__(
        self,
        verb: ReviewVerb,
        claim: str | None,
        arguments: Sequence[str] = (),
        *,
        actor: str,
        note: str | None = None,
    ) -> Reviewed:
        if claim == "none":
            raise ReviewError("no claim begins with none")
        self.asked.append((verb, claim, list(arguments), actor, note))
        made = Review(id="r", claim_id=claim, verb=verb, actor=actor, at="2022-08-01")
        return Reviewed(review=made, claim_id=claim)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def site(tmp_path: Path, bench: Bench) -> Iterator[Datasette]:
    datasette = build(filled(tmp_path), desk=Desk(bench, "anna"))
    yield datasette
    close(datasette)


Step = tuple[str, str, dict[str, str] | None]


def browse(site: Datasette, *steps: Step) -> list[str]:
    """Sign in and take the steps in one browser; return the page after each."""

    async def walk() -> list[str]:
        pages = []
        await site.invoke_startup()
        transport = httpx.ASGITransport(app=site.app())
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1", follow_redirects=True
        ) as client:
            await client.get(sign_in_address(site, "") or "/")
            for method, path, form in steps:
                page = await client.get(path)
                token = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
                if method == "POST":
                    sent = {"csrftoken": token[1] if token else "", **(form or {})}
                    page = await client.post("/-/review", data=sent)
                pages.append(page.text)
        return pages

    return asyncio.run(walk())


def decide(site: Datasette, **form: str) -> str:
    given = {"claim": RUMOR_SAID.id, "next": CLAIM, "note": "They said so.", **form}
    (page,) = browse(site, ("POST", CLAIM, given))
    return page


@pytest.mark.parametrize(
    ("form", "arguments"),
    [
        ({"verb": "confirm"}, []),
        ({"verb": "deny"}, []),
        ({"verb": "reopen"}, []),
        ({"verb": "dismiss"}, []),
        ({"verb": "undo"}, []),
        ({"verb": "merge", "other": "feed"}, ["feed"]),
        ({"verb": "split", "part_a1": "on", "part_b2": "on"}, ["a1", "b2"]),
        ({"verb": "set", "field": "figure", "value": "400"}, ["figure", "400"]),
        ({"verb": "set", "field": "apart", "value_apart": "f"}, ["apart", "f"]),
        ({"verb": "alias", "name": "Volna", "other": "Wave"}, ["Volna", "Wave"]),
    ],
)
def test_every_verb_reaches_who_decides(
    site: Datasette, bench: Bench, form: dict[str, str], arguments: list[str]
) -> None:
    page = decide(site, **form)
    verb = form["verb"]
    expected = (verb, RUMOR_SAID.id, arguments, "anna", "They said so.")
    assert bench.asked == [expected]
    assert f"Recorded: {verb}" in page
    assert "<h1 class=" in page  # back at the claim


@pytest.mark.parametrize("note", ["", "   "])
def test_a_decision_needs_a_reason(site: Datasette, bench: Bench, note: str) -> None:
    assert "a decision needs a note" in decide(site, verb="confirm", note=note)
    assert not bench.asked


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"verb": "deny", "claim": "none"}, "no claim begins with none"),
        ({"verb": "burn"}, "Choose what to decide"),
        ({"verb": "deny", "claim": ""}, "Choose a claim"),
    ],
)
def test_a_decision_that_makes_no_sense_is_told_in_its_words(
    site: Datasette, bench: Bench, form: dict[str, str], told: str
) -> None:
    assert told in decide(site, **form)
    assert not bench.asked


def test_visitors_read_only(site: Datasette, bench: Bench) -> None:
    form = {"verb": "confirm", "claim": RUMOR_SAID.id, "note": "x", "next": "/"}

    async def visit() -> tuple[str, int, int]:
        await site.invoke_startup()
        page = await site.client.get(CLAIM)
        queue = await site.client.get("/-/review")
        sent = await site.client.post("/-/review", data=form)
        return page.text, queue.status_code, sent.status_code

    text, queue, sent = asyncio.run(visit())
    assert 'id="desk"' not in text
    assert (queue, sent) == (403, 403)
    assert not bench.asked


def test_a_form_of_another_site_decides_nothing(site: Datasette, bench: Bench) -> None:
    async def forge() -> int:
        await site.invoke_startup()
        cookies = {"ds_actor": site.sign({"a": {"id": "root"}}, "actor")}
        form = {"verb": "confirm", "claim": RUMOR_SAID.id, "note": "x", "next": "/"}
        answer = await site.client.post("/-/review", data=form, cookies=cookies)
        return int(answer.status_code)

    assert asyncio.run(forge()) == 403
    assert not bench.asked


def test_the_editor_sees_the_desk_and_the_queue(site: Datasette) -> None:
    page, queue = browse(site, ("GET", CLAIM, None), ("GET", "/-/review", None))
    for verb in ("confirm", "deny", "reopen", "dismiss", "merge", "split", "set"):
        assert f'name="verb" value="{verb}"' in page, verb
    assert 'name="note" required' in page
    assert "What needs eyes" in queue


def test_nobody_decides_in_public(tmp_path: Path, bench: Bench) -> None:
    public = build(filled(tmp_path), public=True, desk=Desk(bench, "anna"))
    assert sign_in_address(public, "") is None

    async def send() -> int:
        await public.invoke_startup()
        cookies = {"ds_actor": public.sign({"a": {"id": "root"}}, "actor")}
        return int((await public.client.get("/-/review", cookies=cookies)).status_code)

    assert asyncio.run(send()) == 403
    close(public)


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/molva/claim/a?x=1#y", "/molva/claim/a?x=1#y"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_a_form_leads_back_to_this_site_only(path: str, leads: str) -> None:
    assert safe_path(path) == leads
