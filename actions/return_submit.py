"""The end of a return's form: asked of the shop, refused, or left."""

from rasa_sdk.events import FollowupAction, SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.confirming import YES
from actions.history import Event
from actions.return_draft import (
    ASKED,
    BESIDE,
    CONFIRMED,
    FORM,
    KEY,
    ORDER,
    REFUSED,
    SHOWN,
    Draft,
)
from actions.return_verdict import say_verdict
from actions.turn import Card, Turn
from actions.values import written
from bot.services.order_reading import ProofNeeded
from bot.services.return_requests import (
    RequestedReturn,
    ReturnChanged,
    ReturnOrder,
    ReturnRefused,
    request_return,
)

DONE = "order_confirmed_last"


class SubmitReturn(ShopAction):
    """Asks the shop to take the goods back."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_start_return"

    async def answer(self, turn: Turn) -> list[Event]:
        """A form that was ended early says why; a yes is carried out by the rules of this moment."""
        draft = Draft(turn)
        if turn.slot(CONFIRMED) != YES:
            return await self._ended(turn, draft)
        shown = (turn.slot(SHOWN) or "").partition(" ")[0]
        order = ReturnOrder(
            number=turn.slot(ORDER) or "",
            wanted=draft.wanted(),
            shown=shown,
            key=turn.slot(KEY) or "",
            language=turn.language,
        )
        try:
            requested = await request_return(turn.runtime, turn.dialogue_id, order)
        except ReturnRefused:
            return await refuse_return(turn, draft)
        except ReturnChanged:
            turn.say("utter_return_changed")
            return [SlotSet(CONFIRMED, None), FollowupAction(FORM)]
        except ProofNeeded:
            return await order_access.begin(turn, "return_goods", order.number)
        _say_requested(turn, requested)
        return [*emptied(), SlotSet(DONE, shown), *tasks.offer_rest(turn)]

    async def _ended(self, turn: Turn, draft: Draft) -> list[Event]:
        if turn.slot(REFUSED) and draft.pieces:
            return await refuse_return(turn, draft)
        return [*emptied(), *tasks.offer_rest(turn)]


async def refuse_return(turn: Turn, draft: Draft) -> list[Event]:
    """Say the verdict on each line that cannot come back, the other ways, and offer staff."""
    view = await draft.view()
    refused = [line for line in view.lines if not line.told.verdict.allowed]
    for line in refused:
        say_verdict(turn, line.told)
    if not refused:
        turn.say("utter_return_variant_gone")
    if refused and len(refused) < len(view.lines):
        turn.say("utter_return_rest_possible")
    return [*emptied(), *tasks.offer_rest(turn)]


def emptied() -> list[Event]:
    """Nothing of a return is kept in slots."""
    return [SlotSet(slot, None) for slot in (*ASKED, *BESIDE)]


def _say_requested(turn: Turn, requested: RequestedReturn) -> None:
    day = written(turn, requested.send_by) if requested.send_by else ""
    response = "utter_return_requested" if requested.send_by else "utter_return_requested_open"
    if not requested.new:
        response = "utter_return_requested_before"
    turn.say(
        response, cards=label_cards(turn, requested.number, requested.label), number=requested.number, day=day
    )


def label_cards(turn: Turn, number: str, label: str | None) -> list[Card]:
    """The link to the label."""
    return [{"title": turn.words("utter_return_label_title", number=number), "url": label}] if label else []
