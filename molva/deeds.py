"""How the acts of acts.toml relate: which are one deed in two words, which exclude."""

from __future__ import annotations

#: Acts that texts call by each other's name. Anything else that differs is different.
_ALIKE = (
    {"bought", "merged", "owned"},
    {"bought", "ordered", "contracted"},
    {"shipped", "delivered", "transported"},
    {"launched", "opened", "presented"},
    {"built", "opened"},
    {"launched", "produced", "localized"},
    {"launched", "sold"},
    {"built", "produced"},
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
    {"built", "invested"},
    {"borrowed", "lent", "raised", "funded"},
    {"capacity", "produced"},
    {"issued", "launched"},
    {"partnered", "contracted"},
    {"killed", "died"},
    {"approved", "banned"},
    {"developed", "presented"},
    {"developed", "built", "produced"},
)
#: Acts that exclude each other, whatever else agrees.
_OPPOSED = (
    ({"raised", "grew"}, {"cut", "fell"}),
    ({"hired", "appointed"}, {"fired", "resigned"}),
    ({"opened", "launched", "built"}, {"closed", "suspended"}),
    ({"bought"}, {"sold"}),
    ({"exported"}, {"imported"}),
    ({"earned"}, {"lost"}),
    ({"suspended", "closed"}, {"resumed"}),
    ({"entered"}, {"left"}),
    ({"borrowed", "lent"}, {"paid"}),
    ({"produced"}, {"sold", "shipped", "exported", "imported", "bought"}),
    ({"died", "killed"}, {"injured"}),
    ({"ordered"}, {"delivered"}),
)


def alike(a: str, b: str) -> bool:
    """Say whether texts call two acts by each other's name."""
    return any(a in acts and b in acts for acts in _ALIKE)


def opposed(a: str, b: str) -> bool:
    """Say whether two acts exclude each other."""
    return any(
        (a in left and b in right) or (b in left and a in right)
        for left, right in _OPPOSED
    )
