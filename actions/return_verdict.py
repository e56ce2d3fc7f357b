"""The answer to "can I still send this back?" for something the customer bought."""

import re
from collections.abc import Iterable

from actions import order_access, tasks
from actions.history import Event
from actions.order_access import Purpose, register
from actions.order_words import said_of_order
from actions.recalls import say_recalls
from actions.turn import Turn
from actions.values import written
from bot.services.order_choice import KnownLine, KnownOrder, known_orders, named_lines
from bot.services.order_reading import Need
from bot.services.return_verdicts import NamedRoute, ReturnVerdict, SaidOfGoods, return_verdict
from bot.shop.reasons import Reason
from bot.shop.verdicts import RouteKind

LINES_AT_MOST = 6
_OWN = re.compile(r"(?i)\b(?:my|mine|still|bought|ordered|got|vielä|tilasin|ostin|pa|ko)\b")
_OPENED = re.compile(r"(?i)\b(?:opened|unsealed|used|worn|avattu\w*|käytet\w*|nabuksan|gamit)\b")
_SEALED = re.compile(r"(?i)\b(?:unopened|sealed|unused|avaamaton\w*)\b")
_NO_PACKAGING = re.compile(r"(?i)\b(?:without|no|lost|threw)\b[^.?!]{0,30}\b(?:box|packag\w*|carton)\b")
# Reasons that other facts than the day decide, each with words of its own.
REASONS = frozenset(
    {
        Reason.NOT_DELIVERED,
        Reason.DELIVERY_DAY_UNKNOWN,
        Reason.ALREADY_CANCELLED,
        Reason.ALREADY_RETURNED,
        Reason.FINAL_SALE,
        Reason.HYGIENE_SEAL_BROKEN,
        Reason.OPENED,
        Reason.PACKAGING_MISSING,
        Reason.WINDOW_OVER,
    }
)


async def asks_about_own(turn: Turn) -> bool:
    """Whether the question is about something this customer bought; a general one stays the policy's."""
    if said_of_order(turn).number:
        return True
    if turn.is_button or not _OWN.search(turn.text):
        return False
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    return bool(named_lines(known, turn.text, turn.language))


async def begin_verdict(turn: Turn) -> list[Event]:
    """Open the order, then answer."""
    return await order_access.begin(turn, "return_verdict")


async def tell_verdict(turn: Turn, number: str) -> list[Event]:
    """One product in full, several in one line each."""
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    order = next((found for found in known if found.number == number), None)
    if order is None:
        turn.say("utter_orders_no_match")
        return []
    lines = _meant(turn, order)
    await say_recalls(turn, [line.sku for line in lines])
    verdicts = [await _verdict(turn, number, line) for line in lines[:LINES_AT_MOST]]
    if len(verdicts) == 1:
        say_verdict(turn, verdicts[0])
    else:
        rows = "\n".join(_sentence(turn, verdict) for verdict in verdicts)
        turn.say("utter_returns_verdict_several", number=number, rows=rows)
    return tasks.offer_rest(turn)


def _meant(turn: Turn, order: KnownOrder) -> list[KnownLine]:
    """The lines the customer named, looked for in all they wrote of it lately, else all."""
    texts = [turn.text, *_earlier_texts(turn)]
    for text in texts:
        named = [line for _, line in named_lines([order], text, turn.language)]
        if named:
            return named
    return list(order.lines)


def _earlier_texts(turn: Turn) -> Iterable[str]:
    """The question that led here, when number, proof and code came in messages of their own."""
    asked = (
        event
        for event in reversed(turn.events())
        if event.get("event") == "user"
        and ((event.get("parse_data") or {}).get("intent") or {}).get("name") == "ask_return_policy"
    )
    return [str(event.get("text") or "") for event in asked][:1]


async def _verdict(turn: Turn, number: str, line: KnownLine) -> ReturnVerdict:
    said = " ".join([turn.text, *_earlier_texts(turn)])
    opened = True if _OPENED.search(said) else False if _SEALED.search(said) else None
    packaging = False if _NO_PACKAGING.search(said) else None
    goods = SaidOfGoods(opened=opened, packaging=packaging)
    return await return_verdict(turn.runtime, turn.dialogue_id, number, line.id, goods, turn.language)


def say_verdict(turn: Turn, found: ReturnVerdict) -> None:
    """Yes or no with the rule and the day, what it depends on, and every other way."""
    conditions = [turn.words(f"utter_returns_depends_{name}") for name in found.verdict.conditions]
    routes = [_route(turn, route) for route in _shown_routes(found)]
    parts = [_sentence(turn, found), *conditions]
    if routes:
        parts.append(turn.words("utter_returns_verdict_routes", rows="\n".join(routes)))
    response = "utter_returns_verdict_yes" if found.verdict.allowed else "utter_returns_verdict_no"
    turn.say(response, answer="\n".join(parts))


def _shown_routes(found: ReturnVerdict) -> list[NamedRoute]:
    """Each once: of several ways of one kind with one name the first."""
    seen = {(route.route.kind, route.name): route for route in reversed(found.routes)}
    return list(reversed(seen.values()))


def _sentence(turn: Turn, found: ReturnVerdict) -> str:
    verdict = found.verdict
    values = {
        "product": found.product,
        "number": found.number,
        "until": written(turn, verdict.last_day),
        "delivered": written(turn, found.delivered),
        "rule": turn.words(_rule_name(found)),
    }
    if verdict.allowed:
        open_end = "" if verdict.last_day else "_open"
        return turn.words(f"utter_returns_verdict_allowed{open_end}", **values)
    reason = verdict.reason if verdict.reason in REASONS else Reason.WINDOW_OVER
    return turn.words(f"utter_returns_verdict_{reason}", **values)


def _rule_name(found: ReturnVerdict) -> str:
    """The words of the rule that decided."""
    return "utter_returns_rule_" + found.verdict.rule_id.replace(".", "_")


def _route(turn: Turn, named: NamedRoute) -> str:
    route = named.route
    until = "" if route.last_day is None else "_until"
    if route.kind == RouteKind.CANCEL:
        until = ""
    return turn.words(
        f"utter_returns_route_{route.kind}{until}", until=written(turn, route.last_day), name=named.name
    )


register("return_verdict", Purpose(Need.READ, tell_verdict, lambda order: bool(order.lines)))
