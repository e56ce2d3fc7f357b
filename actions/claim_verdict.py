"""What is said of a broken item: who puts it right and why, or why nobody does and what is left."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from actions import order_access, tasks
from actions.claim_draft import cleared, view_of
from actions.history import Event
from actions.recalls import say_recalls
from actions.turn import Turn, payload
from actions.values import writer, written
from bot.services.claim_views import CLAIM_ROUTES, ClaimView
from bot.shop.claim_status import ClaimBasis
from bot.shop.reasons import Condition, Reason
from bot.shop.verdicts import OtherWay

REQUEST = "claim_request"
REPAIR_STEP = "repair"
# Reasons with words of their own; the rest are told as "not covered".
REASONS = frozenset(
    {
        Reason.NOT_DELIVERED,
        Reason.DELIVERY_DAY_UNKNOWN,
        Reason.ALREADY_CANCELLED,
        Reason.WINDOW_OVER,
        Reason.FINAL_SALE,
        Reason.HYGIENE_SEAL_BROKEN,
        Reason.OPENED,
        Reason.PACKAGING_MISSING,
        Reason.DAMAGED_BY_CUSTOMER,
        Reason.ACCIDENT,
        Reason.WEAR,
        Reason.COMMERCIAL_USE,
        Reason.OTHER_REPAIR,
        Reason.CONTRACT_ENDED,
        Reason.CONTRACT_CANCELLED,
        Reason.CONTRACT_NOT_STARTED,
        Reason.WAITING_PERIOD,
        Reason.REPORTED_LATE,
        Reason.LIMIT_REACHED,
        Reason.CLAIM_OPEN,
    }
)
SILENT = frozenset({Reason.NO_SUCH_RIGHT, Reason.ALREADY_RETURNED, Reason.OTHER_ITEM})


async def judge(turn: Turn) -> list[Event]:
    """Say what the rules say, and go on with what is best."""
    view = await view_of(turn)
    await say_recalls(turn, [view.item.sku])
    if view.open_number is not None:
        turn.say(
            "utter_claims_already_open",
            buttons=[turn.button("utter_claims_button_status", "check_claim_status")],
            item=view.item.name,
            number=view.open_number,
        )
        return [*cleared(), *tasks.offer_rest(turn)]
    if view.sent_back:
        turn.say("utter_claims_sent_back", item=view.item.name)
        return [*cleared(), *tasks.offer_rest(turn)]
    if view.basis is None:
        return _refuse(turn, view) if view.coverage.best is None else _suggest_return(turn, view)
    if not view.offered:
        turn.say("utter_claims_no_option", item=view.item.name, ground=ground(turn, view))
        return [*cleared(), *tasks.offer_rest(turn)]
    turn.say("utter_claims_covered", ground=ground(turn, view), rows=_why_not(turn, view))
    return await order_access.begin(turn, REQUEST, view.number)


def _suggest_return(turn: Turn, view: ClaimView) -> list[Event]:
    """Money back is best; what was told stays, so that the other way is one button away."""
    number, verdict = view.number, view.coverage.verdict
    reduced = Condition.REDUCED_VALUE in verdict.conditions
    buttons = [
        {
            "title": turn.words("utter_claims_button_return"),
            "payload": payload("start_return", order_number=number),
        }
    ]
    if any(route.kind in CLAIM_ROUTES for route in view.coverage.verdict.routes):
        repair = payload("start_service_plan_claim", claim_step=REPAIR_STEP)
        buttons.append({"title": turn.words("utter_claims_button_repair"), "payload": repair})
    turn.say(
        "utter_claims_return_reduced" if reduced else "utter_claims_return_best",
        buttons=buttons,
        item=view.item.name,
        until=written(turn, verdict.last_day),
        rows="\n".join([*_rows(turn, view.coverage.ways), *_later(turn, view)]),
    )
    return tasks.offer_rest(turn)


def _refuse(turn: Turn, view: ClaimView) -> list[Event]:
    """The rules with their days, the next best way, a person."""
    turn.say(
        "utter_claims_refused",
        item=view.item.name,
        rows="\n".join(_rows(turn, view.coverage.ways)),
        next=_next_best(turn, view),
    )
    return [*cleared(), *tasks.offer_rest(turn)]


def _next_best(turn: Turn, view: ClaimView) -> str:
    """A plan that begins to count later, else a repair that is paid for."""
    later = list(_later(turn, view))
    if later:
        return "\n".join([*later, turn.words("utter_claims_next_after_waiting")])
    last = view.coverage.ways[-1][2]
    if last.reason in (Reason.NOT_DELIVERED, Reason.DELIVERY_DAY_UNKNOWN):
        return turn.words("utter_claims_next_delivery")
    return turn.words("utter_claims_next_paid_repair", phone=turn.runtime.content.shop.contact.phone)


def _later(turn: Turn, view: ClaimView) -> Iterator[str]:
    """From when a plan counts that is in its waiting time."""
    for _, contract, verdict in view.coverage.ways:
        if verdict.reason == Reason.WAITING_PERIOD and verdict.last_day:
            start = written(turn, verdict.last_day + timedelta(days=1))
            yield turn.words("utter_claims_counts_from", start=start, contract=contract or "")


def ground(turn: Turn, view: ClaimView) -> str:
    """Who answers for it, until when, and what it costs."""
    until = "_until" if view.ground.last_day else ""
    text = turn.words(
        f"utter_claims_ground_{view.basis}{until}",
        item=view.item.name,
        until=written(turn, view.ground.last_day),
        plan=writer(turn).write(view.plan.name) if view.plan else "",
        contract=view.contract.id if view.contract else "",
    )
    if view.basis != ClaimBasis.PLAN:
        return text
    fee = view.deductible
    cost = turn.words("utter_claims_fee" if fee else "utter_claims_no_fee", fee=written(turn, fee))
    return f"{text} {cost}"


def _why_not(turn: Turn, view: ClaimView) -> str:
    """Why the ways that cost the customer less are not taken."""
    before = []
    for way in view.coverage.ways:
        if way[2].allowed:
            break
        before.append(way)
    rows = list(_rows(turn, before))
    return "\n".join(["", *rows]) if rows else ""


def _rows(turn: Turn, ways: Iterable[OtherWay]) -> Iterator[str]:
    """Each way that is not open, with its rule's reason and day."""
    for kind, detail, verdict in ways:
        if verdict.allowed or verdict.reason in SILENT:
            continue
        reason = verdict.reason if verdict.reason in REASONS else Reason.NOT_COVERED
        last = verdict.last_day
        yield turn.words(
            "utter_claims_row",
            way=turn.words(f"utter_claims_way_{kind}", contract=detail or ""),
            because=turn.words(f"utter_claims_because_{reason}", until=written(turn, last)),
        )
