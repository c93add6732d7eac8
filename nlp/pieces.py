"""Long texts pass through spaCy's models in pieces, or memory grows with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.batchers import minibatch_by_words

from nlp.russian import chunks

#: The English models take some 20 KB a token while they run.
MAX_TOKENS = 4_000
#: A piece ends behind a sentence if one ends so near to its end.
_REACH = 400
_ENDS = {".", "!", "?", "…", "\n"}


def in_pieces(base: Language) -> Language:
    """Return a pipeline that runs `base` on pieces of at most `MAX_TOKENS` tokens.

    Tokens and vocabulary are those of `base`; short texts come out as from it.
    """
    nlp = spacy.blank(base.meta["lang"], vocab=base.vocab)
    nlp.tokenizer = base.tokenizer
    nlp.add_pipe("molva_models").base = base  # type: ignore[attr-defined]
    return nlp


@Language.factory("molva_models")
class Models:
    """All components of the pipeline `base`, over pieces that bound their memory."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.base = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Return `doc` with the annotations of the models."""
        return next(self.pipe([doc]))

    def pipe(self, docs: Iterable[Doc], batch_size: int = 16) -> Iterator[Doc]:
        """Yield each of `docs`, annotated; a long one as a new Doc of its tokens."""
        for batch in chunks(docs, batch_size):
            cut = [_pieces(doc) for doc in batch]
            read = self._read(chain.from_iterable(cut))
            for doc, pieces in zip(batch, cut, strict=True):
                yield _joined(doc, [next(read) for _ in pieces])

    def _read(self, pieces: Iterable[Doc]) -> Iterator[Doc]:
        for batch in minibatch_by_words(pieces, MAX_TOKENS, tolerance=0):
            yield from self.base.pipe(batch, batch_size=len(batch))


def _pieces(doc: Doc) -> list[Doc]:
    if len(doc) <= MAX_TOKENS:
        return [doc]
    cuts = [0]
    while cuts[-1] < len(doc):
        cuts.append(_cut(doc, cuts[-1] + MAX_TOKENS))
    return [doc[a:b].as_doc() for a, b in pairwise(cuts)]


def _cut(doc: Doc, at: int) -> int:
    """Return the end of a sentence shortly before `at`, or `at`."""
    if at >= len(doc):
        return len(doc)
    near = range(at, at - _REACH, -1)
    return next((i for i in near if doc[i - 1].text in _ENDS), at)


def _joined(doc: Doc, pieces: list[Doc]) -> Doc:
    if len(pieces) == 1:
        return pieces[0]
    # the stubs do not know `exclude`
    joined = Doc.from_docs(pieces, ensure_whitespace=False, exclude=["tensor"])  # type: ignore[call-arg]
    assert joined is not None
    joined.user_data = doc.user_data
    return joined
