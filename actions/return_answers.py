"""The answers to the questions of a return, by button or in words; each says whether it was one."""

import re

from actions.return_draft import (
    LINES,
    METHOD,
    OPENED,
    ORDER,
    OUTCOME,
    PACKAGING,
    REASON,
    VARIANT,
    Draft,
    outcomes_of,
)
from actions.return_words import EXCHANGE, NO, YES, said_of_return
from actions.turn import Turn
from bot.services.order_choice import known_orders, named_lines
from bot.services.returns import LineView
from bot.shop.returns import StatedReason

# What joins things in a list.
JOINTS = re.compile(r"(?i)\band\b|,|&|\+|\bplus\b|\bja\b|\bat\b|;")


async def meant_pieces(turn: Turn, number: str, text: str, lines: list[LineView]) -> dict[str, int]:
    """The pieces a text means: all, or those of the products it names; the only line if there is one."""
    left = {line.id: line.left for line in lines}
    said = said_of_return(text)
    if len(lines) == 1:
        return _counted(left, said.count)
    if said.everything:
        return left
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    order = [one for one in known if one.number == number]
    named: dict[str, int] = {}
    for part in (text, *_parts(text)) if text else ():
        for _, line in named_lines(order, part, turn.language):
            if line.id in left:
                named[line.id] = left[line.id]
    return _counted(named, said.count)


def _parts(text: str) -> list[str]:
    return [part for part in JOINTS.split(text) if part.strip()]


def _counted(pieces: dict[str, int], count: int | None) -> dict[str, int]:
    """Of one line as many as the customer said."""
    if len(pieces) != 1 or count is None:
        return pieces
    ((line, left),) = pieces.items()
    return {line: min(count, left)}


async def read_lines(turn: Turn, draft: Draft) -> bool:
    """By button or by name."""
    lines = [line for line in await draft.lines() if line.open]
    chosen = turn.entity("return_line")
    if chosen is not None:
        left = {line.id: line.left for line in lines}
        count = turn.entity("return_count") or ""
        wanted = left if chosen == "*" else {chosen: left[chosen]} if chosen in left else {}
        if chosen in left and count.isdigit():
            wanted = {chosen: min(max(int(count), 1), left[chosen])}
        draft.take_pieces(wanted)
    else:
        draft.take_pieces(await meant_pieces(turn, draft[ORDER] or "", turn.text, lines))
    return bool(draft.pieces)


async def read_reason(turn: Turn, draft: Draft) -> bool:
    """One of the reasons; a longer answer that names none of them is a reason of its own."""
    given = turn.entity("return_reason") or said_of_return(turn.text).reason
    if given is None and not turn.is_button and len(turn.text.split()) > 2:
        given = StatedReason.OTHER
    if given not in set(StatedReason):
        return False
    draft[REASON] = str(given)
    return True


async def read_opened(turn: Turn, draft: Draft) -> bool:
    """Yes or no."""
    draft[OPENED] = said_of_return(turn.text).opened or _yes_or_no(turn)
    return draft[OPENED] is not None


async def read_packaging(turn: Turn, draft: Draft) -> bool:
    """Yes or no."""
    draft[PACKAGING] = _yes_or_no(turn) or said_of_return(turn.text).packaging
    return draft[PACKAGING] is not None


async def read_outcome(turn: Turn, draft: Draft) -> bool:
    """Money, credit or another variant, of those there are."""
    given = turn.entity("return_outcome") or said_of_return(turn.text).outcome
    known = given in outcomes_of(await draft.view())
    if known:
        draft[OUTCOME] = given
        draft[VARIANT] = None
        if given == EXCHANGE and not turn.is_button:
            await read_variant(turn, draft)
    return known


async def read_variant(turn: Turn, draft: Draft) -> bool:
    """By button, or by the words that tell it from the others."""
    view = await draft.view()
    variants = view.variants
    given = turn.entity("return_variant")
    bought = _words(view.lines[0].name)
    named = [one.sku for one in variants if (_words(one.name) - bought) & _words(turn.text)]
    if given is None and len(named) == 1:
        given = named[0]
    if given not in {one.sku for one in variants}:
        return False
    draft[VARIANT] = given
    return True


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


async def read_method(turn: Turn, draft: Draft) -> bool:
    """One of the ways that there are."""
    ways = (await draft.view()).offer.methods
    given, said = turn.entity("return_method"), said_of_return(turn.text).method
    if given is None and said == "label":
        given = next((way.id for way in ways if way.label), None)
    elif given is None and said:
        given = next((way.id for way in ways if said in way.id), None)
    if given not in {way.id for way in ways}:
        return False
    draft[METHOD] = given
    return True


def _yes_or_no(turn: Turn) -> str | None:
    given = turn.entity("return_answer")
    if given in (YES, NO):
        return given
    return {"affirm": YES, "deny": NO}.get(turn.intent)


READERS = {
    LINES: read_lines,
    REASON: read_reason,
    OPENED: read_opened,
    PACKAGING: read_packaging,
    OUTCOME: read_outcome,
    VARIANT: read_variant,
    METHOD: read_method,
}
