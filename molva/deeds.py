"""How the acts of acts.toml relate: which are one deed in two words, which exclude."""

from __future__ import annotations

from functools import cache

#: Acts that turn an old value into a new one: they say which way a measure goes.
CHANGES = frozenset({"grew", "fell", "raised", "cut"})
#: Acts that texts call by each other's name. Anything else that differs is different.
_ALIKE = (
    {"bought", "merged", "owned"},
    {"bought", "ordered", "contracted"},
    {"shipped", "delivered", "transported", "arrived"},
    {"delivered", "transferred", "arrived"},
    {"ended", "closed", "cancelled", "cut", "suspended"},
    {"ended", "left", "resigned"},
    {"moved", "left", "closed"},
    {"moved", "transferred"},
    {"capacity", "produced", "transported", "processed", "stored"},
    {"fired", "lost", "cut"},
    {"paid", "raised"},
    {"priced", "spent", "invested", "paid", "budget"},
    {"approved", "rejected"},
    {"died", "killed", "crashed"},
    {"injured", "crashed"},
    {"opened", "founded"},
    {"opened", "launched", "resumed"},
    {"resumed", "suspended"},
    {"lent", "borrowed"},
    {"appointed", "led"},
    {"licensed", "approved"},
    {"arrested", "charged"},
    {"charged", "sued"},
    {"won", "contracted", "ordered"},
    {"grew", "raised", "priced", "recalled"},
    {"protested", "suspended"},
    {"attacked", "killed", "injured"},
    {"launched", "opened", "presented"},
    {"built", "opened"},
    {"launched", "produced", "localized"},
    {"launched", "sold"},
    {"cut", "fired"},
    {"closed", "left", "suspended"},
    {"left", "resigned", "fired"},
    {"hired", "appointed"},
    {"raised", "grew", "priced"},
    {"cut", "fell", "priced"},
    {"earned", "grew"},
    {"earned", "fell"},
    {"lost", "grew"},
    {"invested", "spent", "funded"},
    {"borrowed", "lent", "raised", "funded"},
    {"issued", "launched"},
    {"partnered", "contracted"},
    {"approved", "banned"},
    {"developed", "presented"},
    {"developed", "built"},
    {"developed", "produced"},
    {"installed", "built"},
    {"harvested", "produced", "collected"},
    {"collected", "recalled", "received"},
    {"collected", "raised", "earned", "produced"},
    {"received", "delivered", "arrived", "transferred", "shipped", "bought"},
    {"received", "funded", "paid", "borrowed", "raised", "awarded"},
    {"awarded", "paid", "funded", "won"},
    {"awarded", "contracted", "ordered"},
    {"recovered", "paid", "seized", "produced"},
    {"scrapped", "ended", "demolished", "processed"},
    {"filmed", "produced"},
    {"connected", "launched"},
    {"issued", "borrowed"},
)
#: Measures that are one where things are counted: a maker builds cars, but a plant that
#: somebody builds is not what it makes.
_COUNTED = ({"built", "produced"},)
#: Acts that exclude each other, whatever else agrees.
_OPPOSED = (
    ({"raised", "grew"}, {"cut", "fell"}),
    ({"hired", "appointed"}, {"fired", "resigned"}),
    ({"opened", "launched", "built"}, {"closed", "suspended"}),
    ({"bought"}, {"sold"}),
    ({"exported"}, {"imported"}),
    ({"earned"}, {"lost"}),
    ({"entered"}, {"left"}),
    ({"borrowed", "lent"}, {"paid"}),
    ({"produced"}, {"sold", "shipped", "exported", "imported", "bought"}),
    ({"died", "killed"}, {"injured"}),
    ({"ordered"}, {"delivered", "arrived"}),
)


@cache
def alike(a: str, b: str) -> bool:
    """Say whether texts call two acts by each other's name."""
    return any(a in acts and b in acts for acts in _ALIKE)


@cache
def alike_counts(a: str, b: str) -> bool:
    """Say whether texts call two measures by each other's name."""
    return alike(a, b) or any(a in acts and b in acts for acts in _COUNTED)


@cache
def opposed(a: str, b: str) -> bool:
    """Say whether two acts exclude each other."""
    return any(
        (a in left and b in right) or (b in left and a in right)
        for left, right in _OPPOSED
    )
