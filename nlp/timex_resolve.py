"""Count expressions out: a node, the publication day and the tense give a value.

The rules are those of DESIGN §5. Whatever cannot be known stays symbolic: X in place
of the digits of timex, no EDTF and no bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nlp import timex_calendar as cal
from nlp import timex_counted as timex_counted  # registers its nodes
from nlp.timex import (
    Approx,
    Bounded,
    Calendar,
    Duration,
    Node,
    Part,
    Range,
    Ref,
    Repeated,
    Rest,
    Running,
    Weekday,
)
from nlp.timex_calendar import Value
from nlp.timex_context import (
    Context,
    Tense,
    approx,
    open_interval,
    value_of,
)
from nlp.timex_dated import whole


def resolve(node: Node, context: Context) -> Value:
    """Return what `node` means; dates beyond the years 1 to 9999 stay unknown."""
    try:
        return value_of(node, context)
    except (ValueError, OverflowError):
        return Value(None)


@value_of.register
def _(node: Ref, context: Context) -> Value:
    if node.value == "TENSE_REF":
        return Value("FUTURE_REF" if context.tense() == "future" else "PAST_REF")
    return Value(node.value)


@value_of.register
def _(node: Repeated, context: Context) -> Value:
    return Value(node.value)


@value_of.register
def _(node: Part, context: Context) -> Value:
    if isinstance(node.of, Ref | Duration | Running):
        return value_of(node.of, context)
    value = cal.third(value_of(node.of, context), node.third)
    of = node.of
    if not isinstance(of, Calendar) or of.year is not None or of.day is not None:
        return value
    # the tense decides by the third, not by the whole period
    today, tense = context.today, context.bare()
    if today is None or value.earliest is None or value.latest is None:
        return value
    year = value.earliest.year
    if tense == "past" and value.earliest > today:
        return cal.third(whole(of, year - 1), node.third)
    if tense == "future" and value.latest < today:
        return cal.third(whole(of, year + 1), node.third)
    return value


@value_of.register
def _(node: Rest, context: Context) -> Value:
    own = replace(context, is_past=True) if _is_weekday_past(node) else context
    value = value_of(node.of, own)
    today = context.today
    if today is None or value.earliest is None or value.latest is None:
        return value
    if not value.earliest <= today <= value.latest or value.grain == "day":
        return value
    first, last = value.earliest, value.latest
    if node.direction > 0:
        first = today
    else:
        last = today
    return Value(value.timex, f"{first}/{last}", first, last, is_relative=True)


@value_of.register
def _(node: Bounded, context: Context) -> Value:
    is_until = node.bound in ("until", "lasting")
    own = replace(context, is_deadline=context.is_deadline or is_until)
    if node.bound in ("lasting", "not_before"):
        # "extended the ban until December": the verb is past, its end is not
        own = replace(own, tense=lambda: _no_past(context))
    value = value_of(node.of, own)
    if node.bound == "start":
        return value
    if isinstance(node.of, Ref) or (value.earliest is None and value.latest is None):
        return value
    if isinstance(node.of, Running):
        return value
    first, last, mod = None, None, value.mod
    if is_until:
        last = value.latest
    elif node.bound == "not_before":
        first = value.earliest
    else:
        first = value.latest + timedelta(days=1) if value.latest else None
        mod = "AFTER"
    if first is None and last is None:
        return replace(value, edtf=None)
    return Value(
        value.timex,
        open_interval(first, last),
        first,
        last,
        mod,
        value.grain,
        value.is_relative,
    )


def _is_weekday_past(node: Rest) -> bool:
    """ "Earlier on Wednesday" is over, whatever the verb says."""
    return node.direction < 0 and isinstance(node.of, Weekday)


def _no_past(context: Context) -> Tense | None:
    tense = context.tense()
    return None if tense == "past" else tense


@value_of.register
def _(node: Approx, context: Context) -> Value:
    return approx(value_of(node.of, context))


@value_of.register
def _(node: Range, context: Context) -> Value:
    first = _now_or(node.first, context)
    last = value_of(node.last, context)
    if first.earliest and _is_bare(node.last):
        # the first such period that ends behind the beginning
        for year in (first.earliest.year, first.earliest.year + 1):
            last = value_of(_in_year(node.last, year), context)
            if last.latest and last.latest >= first.earliest:
                break
    is_turned = first.earliest and last.latest and last.latest < first.earliest
    if is_turned and last.latest and isinstance(node.last, Weekday):
        last = cal.day(last.latest + timedelta(days=7))  # "from Monday to Friday"
    return cal.span(first, last)


def _is_bare(node: Node) -> bool:
    inner = node.of if isinstance(node, Part | Approx) else node
    return isinstance(inner, Calendar) and inner.year is None


def _in_year(node: Node, year: int) -> Node:
    if isinstance(node, Part | Approx):
        return replace(node, of=_in_year(node.of, year))
    return replace(node, year=year) if isinstance(node, Calendar) else node


def _now_or(node: Node, context: Context) -> Value:
    if isinstance(node, Ref):
        return cal.day(context.today) if context.today else Value("PRESENT_REF")
    return value_of(node, context)
