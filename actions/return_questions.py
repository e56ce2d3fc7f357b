"""The questions of a return, with the answers there are as buttons."""

from decimal import Decimal

from rasa_sdk.events import SlotSet

from actions.base import ShopAction
from actions.confirming import remember_shown
from actions.history import Event
from actions.return_draft import (
    CHANGING,
    CONFIRMED,
    FORM,
    LINES,
    METHOD,
    OPENED,
    OUTCOME,
    PACKAGING,
    REASON,
    SHOWN,
    VARIANT,
    Draft,
    outcomes_of,
)
from actions.return_words import NO, YES
from actions.turn import Button, Turn, payload
from actions.values import listed, written
from bot.services.returns import ReturnView
from bot.shop.content.base import Money
from bot.shop.returns import ReturnKind, StatedReason

BUTTONS_AT_MOST = 8


def choice(title: str, **entities: str) -> Button:
    """A button that answers a question of the form."""
    return {"title": title, "payload": payload("inform", **entities)}


class AskItems(ShopAction):
    """Asks what is to go back."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{LINES}"

    async def answer(self, turn: Turn) -> list[Event]:
        """A button for each line that may come back, and one for all of them."""
        lines = [line for line in await Draft(turn).lines() if line.open]
        buttons = [
            choice(f"{count} × {line.name}" if line.left > 1 else line.name, return_line=line.id)
            | {"payload": payload("inform", return_line=line.id, return_count=str(count))}
            for line in lines
            for count in ({1, line.left} if line.left > 1 else {1})
        ]
        if len(lines) > 1:
            buttons.append(choice(turn.words("utter_return_choice_all"), return_line="*"))
        turn.ask_with("utter_return_ask_items", buttons[-BUTTONS_AT_MOST:])
        return []


class AskReason(ShopAction):
    """Asks why."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{REASON}"

    async def answer(self, turn: Turn) -> list[Event]:
        """All reasons."""
        view = await Draft(turn).view()
        items = listed(turn, item_names(view, Draft(turn)))
        buttons = [choice(reason_words(turn, reason), return_reason=reason) for reason in StatedReason]
        turn.ask_with("utter_return_ask_reason", buttons, items=items)
        return []


class AskOpened(ShopAction):
    """Asks whether the goods were opened."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{OPENED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Yes or no."""
        turn.ask_with("utter_return_ask_opened", yes_or_no(turn, "utter_return_choice_opened_"))
        return []


class AskPackaging(ShopAction):
    """Asks whether the packaging is still there."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{PACKAGING}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Yes or no."""
        turn.ask_with("utter_return_ask_packaging", yes_or_no(turn, "utter_return_choice_packaging_"))
        return []


class AskOutcome(ShopAction):
    """Asks what the customer wants for the goods."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{OUTCOME}"

    async def answer(self, turn: Turn) -> list[Event]:
        """What the rules leave to choose."""
        found = outcomes_of(await Draft(turn).view())
        buttons = [choice(turn.words(f"utter_return_outcome_{name}"), return_outcome=name) for name in found]
        turn.ask_with("utter_return_ask_outcome", buttons)
        return []


class AskVariant(ShopAction):
    """Asks which variant is wanted instead."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{VARIANT}"

    async def answer(self, turn: Turn) -> list[Event]:
        """Those in stock, each with what it costs on top."""
        view = await Draft(turn).view()
        buttons = [
            choice(
                f"{one.name} ({difference_words(turn, one.difference, view.currency)})",
                return_variant=one.sku,
            )
            for one in view.variants[:BUTTONS_AT_MOST]
        ]
        turn.ask_with("utter_return_ask_variant", buttons)
        return []


class AskMethod(ShopAction):
    """Asks how the goods come back."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{METHOD}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The ways that serve the country and all of the goods."""
        ways = (await Draft(turn).view()).offer.methods
        buttons = [choice(way.name.in_language(turn.language), return_method=way.id) for way in ways]
        turn.ask_with("utter_return_ask_method" if ways else "utter_return_no_shared_way", buttons)
        return []


class AskConfirmation(ShopAction):
    """Sums everything up, or asks what to change after a no."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The yes button carries what it confirms."""
        if turn.slot(CHANGING):
            turn.ask("utter_return_what_to_change")
            return [SlotSet(CHANGING, None)]
        draft = Draft(turn)
        view = await draft.view()
        turn.ask("utter_return_summary", summary=summary(turn, view, draft), digest=view.shown)
        return remember_shown(turn, SHOWN, view.shown)


def summary(turn: Turn, view: ReturnView, draft: Draft) -> str:
    """Everything that would be asked of the shop, one thing to a line."""
    offer, method = view.offer, view.offer.method
    money = offer.money
    lines = [
        turn.words("utter_return_line_order", number=view.number),
        turn.words("utter_return_line_items", items=listed(turn, item_names(view, draft))),
        turn.words("utter_return_line_reason", reason=reason_words(turn, draft.wanted().reason)),
    ]
    if offer.kind == ReturnKind.EXCHANGE:
        difference = difference_words(turn, offer.price_difference or Decimal(0), view.currency)
        lines.append(
            turn.words("utter_return_line_exchange", wanted=view.exchange_name or "", difference=difference)
        )
    else:
        amount = amount_words(turn, money.total, view.currency)
        lines.append(turn.words(f"utter_return_line_{offer.refund_to}", amount=amount))
        for name in ("shipping", "deducted", "fee"):
            part: Decimal = getattr(money, name)
            if part:
                lines.append(
                    turn.words(f"utter_return_line_{name}", amount=amount_words(turn, part, view.currency))
                )
    if method is not None:
        way = method.name.in_language(turn.language)
        lines.append(turn.words("utter_return_line_method", method=way))
    if offer.send_by:
        lines.append(turn.words("utter_return_line_send_by", day=written(turn, offer.send_by)))
    return "\n".join(lines)


def item_names(view: ReturnView, draft: Draft) -> list[str]:
    """What comes back, with how many where it is more than one."""
    pieces = draft.pieces
    return [f"{pieces[line.id]} × {line.name}" if pieces[line.id] > 1 else line.name for line in view.lines]


def reason_words(turn: Turn, reason: StatedReason) -> str:
    """A reason as customers read it."""
    return turn.words(f"utter_return_reason_{reason}")


def difference_words(turn: Turn, difference: Decimal, currency: str) -> str:
    """What another variant costs on top or gives back."""
    if not difference:
        return turn.words("utter_return_same_price")
    name = "utter_return_costs_more" if difference > 0 else "utter_return_costs_less"
    return turn.words(name, amount=amount_words(turn, abs(difference), currency))


def amount_words(turn: Turn, amount: Decimal, currency: str) -> str:
    """Money as people write it."""
    return written(turn, Money(amount=amount, currency=currency))


def yes_or_no(turn: Turn, titles: str) -> list[Button]:
    """Two buttons, with titles of their own."""
    return [choice(turn.words(f"{titles}{one}"), return_answer=one) for one in (YES, NO)]
