"""An order's report in sentences."""

from collections.abc import Iterator

from actions.turn import Turn
from actions.values import listed, written
from bot.services.order_status import ParcelReport, ParcelState, StatusReport
from bot.services.shop_requests import OpenRequest
from bot.shop.deadlines import local_day
from bot.shop.orders import OrderStatus
from bot.shop.requests import DeliveryCaseStatus, RequestStatus

# Requests that were refused long ago are no news; open and done ones are told.
UNSENT = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSED})


def say_status(turn: Turn, report: StatusReport) -> None:
    """Everything that is open to the customer, one thing to a line."""
    lines = "\n".join([_head(turn, report), *_parcels(turn, report), *_under_way(turn, report)])
    turn.say(_response(report), report=lines)


def _response(report: StatusReport) -> str:
    """The response whose buttons fit: a lost parcel is reported, a pending order may be cancelled."""
    states = {parcel.state for parcel in report.parcels}
    if report.status_only:
        return "utter_orders_status"
    if states & {ParcelState.LATE, ParcelState.LOST}:
        return "utter_orders_status_late"
    is_pending = report.status == OrderStatus.PENDING and not report.requests
    return "utter_orders_status_pending" if is_pending else "utter_orders_status"


def _head(turn: Turn, report: StatusReport) -> str:
    values = {
        "number": report.number,
        "placed": written(turn, report.placed),
        "items": listed(turn, report.items),
        "expected": written(turn, report.expected),
    }
    brief = "_brief" if report.status_only else ""
    if report.status in UNSENT and not report.parcels:
        return turn.words(f"utter_orders_head_{report.status}{brief}", **values)
    if report.status == OrderStatus.CANCELLED or not report.parcels:
        return turn.words(f"utter_orders_head_{report.status}{brief}", **values)
    return turn.words("utter_orders_head_parcels", **values)


def _parcels(turn: Turn, report: StatusReport) -> Iterator[str]:
    if report.status == OrderStatus.CANCELLED:
        return
    for parcel in report.parcels:
        yield _parcel(turn, parcel, status_only=report.status_only)
    if report.unsent:
        yield turn.words(
            "utter_orders_parcel_unsent",
            items=listed(turn, report.unsent),
            expected=written(turn, report.expected),
        )


def _parcel(turn: Turn, parcel: ParcelReport, *, status_only: bool) -> str:
    way = parcel.carrier
    if parcel.tracking:
        way = turn.words("utter_orders_carrier", carrier=parcel.carrier, tracking=parcel.tracking)
    return turn.words(
        f"utter_orders_parcel_{parcel.state}{'_brief' if status_only else ''}",
        items=listed(turn, parcel.items),
        carrier=way,
        expected=written(turn, parcel.expected),
        lost=written(turn, parcel.lost_after),
        delivered=written(turn, parcel.delivered),
    )


def _under_way(turn: Turn, report: StatusReport) -> Iterator[str]:
    for request in report.requests:
        if request.status != RequestStatus.DONE or report.status != OrderStatus.CANCELLED:
            yield request_line(turn, request)
    for case in report.cases:
        if case.status == DeliveryCaseStatus.WATCHING:
            yield turn.words("utter_orders_case_watching", until=written(turn, case.watch_until))


def request_line(turn: Turn, request: OpenRequest) -> str:
    """How far a request has come."""
    zone = turn.zone
    return turn.words(
        f"utter_orders_request_{request.status}",
        what=turn.words(f"utter_orders_kind_{request.kind}"),
        on=written(turn, local_day(request.requested_at, zone)),
    )
