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

# What begins a choice of other goods than those that were understood.
_ADDS = re.compile(r"(?i)^\W*(?:and|also|plus|as\swell\sas|oh\sand)\b|\b(?:too|as\swell)\W*$")
_CHOOSES = re.compile(
    rf"(?i)^\W*(?:no|nope|sorry|i\smean|i\smeant|actually|only|just|it'?s\sthe|its\sthe)\b|{_ADDS.pattern[4:]}"
)


async def meant_pieces(turn: Turn, number: str, text: str, lines: list[LineView]) -> dict[str, int]:
    """The pieces a text means: all, or those of the products it names; the only line if there is one."""
    left = {line.id: line.left for line in lines if line.open}
    said = said_of_return(text)
    if len(left) == 1 and len(lines) == 1:
        return _counted(left, said.count)
    named = await named_ids(turn, number, text)
    if said.everything and not named:
        return left
    if not named and len(left) == 1:
        return _counted(left, said.count)
    return _counted({line: count for line, count in left.items() if line in named}, said.count)


async def named_ids(turn: Turn, number: str, text: str) -> set[str]:
    """The lines of an order whose products a text names, each part of a list for itself."""
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    order = [one for one in known if one.number == number]
    parts = (text, *_parts(text)) if text else ()
    return {line.id for part in parts for _, line in named_lines(order, part, turn.language)}


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
    lines = list(await draft.lines())
    chosen = turn.entity("return_line")
    if chosen is not None:
        left = {line.id: line.left for line in lines if line.open}
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
    if given is None and not turn.is_button and _CHOOSES.search(turn.text):
        return await add_or_replace(turn, draft)
    if given is None and _may_be_reason(turn):
        given = StatedReason.OTHER
    if given not in set(StatedReason):
        return False
    draft[REASON] = str(given)
    return True


def _may_be_reason(turn: Turn) -> bool:
    """Whether words that name no reason may tell one; another thing to send back is none."""
    return not turn.is_button and turn.intent != "start_return" and len(turn.text.split()) > 2


async def add_or_replace(turn: Turn, draft: Draft) -> bool:
    """Other goods than those chosen, or more, or fewer: "and the jar", "no, the mugs", "only one of them"."""
    lines, said = list(await draft.lines()), said_of_return(turn.text)
    meant: dict[str, int] = {}
    if said.everything or await named_ids(turn, draft[ORDER] or "", turn.text):
        meant = await meant_pieces(turn, draft[ORDER] or "", turn.text, lines)
    elif said.count is not None and len(draft.pieces) == 1:
        meant = _counted({line.id: line.left for line in lines if line.id in draft.pieces}, said.count)
    if meant:
        draft.take_pieces(draft.pieces | meant if _ADDS.search(turn.text) else meant)
    return bool(meant)


async def read_opened(turn: Turn, draft: Draft) -> bool:
    """Yes or no."""
    draft[OPENED] = said_of_return(turn.text).opened or _yes_or_no(turn)
    if draft[OPENED] == NO:
        draft[PACKAGING] = YES
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
