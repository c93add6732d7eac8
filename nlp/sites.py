"""Addresses of sites inside texts («пишет phys.org»)."""

from __future__ import annotations

import re

#: The domains that news and blogs are found under; others end sentences too often.
_DOMAINS = """com org net ru su kz ua by uz info biz io me tv news media online eu de fr
uk us рф"""
ADDRESS = re.compile(
    # no more and no longer labels than names of hosts have: linear on any text
    rf"(?<![\w-])\w[\w-]{{0,62}}(?:\.\w[\w-]{{0,62}}){{0,8}}\.(?:{'|'.join(_DOMAINS.split())})\b",
    re.IGNORECASE,
)
