"""The embedded sample newsroom: six invented outlets over real HTTP on loopback."""

from molva.newsroom.content import outlets, sources, story, topics, write_sources
from molva.newsroom.server import Newsroom, serve

__all__ = [
    "Newsroom",
    "outlets",
    "serve",
    "sources",
    "story",
    "topics",
    "write_sources",
]
