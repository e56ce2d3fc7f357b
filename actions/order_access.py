"""Who is asking, and about which order: the part of the dialogue that all tasks on an order begin with.

A task calls `begin` with its purpose. Customers who are known are asked nothing; the others show number and
e-mail or postcode, and where the purpose needs it a code from that e-mail. Then the purpose goes on.
What is open to whom is read from the database each time; the slots only say what to ask next.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import tasks
from actions.history import Event
from actions.order_words import SaidOfOrder, said_of_order
from actions.turn import Turn
from bot.services import codes, order_access
from bot.services.attempts import TooManyAttempts
from bot.services.order_access import Access, NoMatch
from bot.services.order_choice import KnownOrder, known_orders, named_orders
from bot.services.order_reading import Need, name_order, reaches

FORM = "order_access_form"
PURPOSE, CURRENT = "order_purpose", "order_current"
NUMBER, PROOF, CODE = "order_number", "order_proof", "order_code"
CODE_SENT, EMAIL = "order_code_sent", "order_email"
GIVEN = "given"
# The product spoken of last; talk of another order ends that.
SKU = "product_sku"

GoOn = Callable[[Turn, str], Awaitable[list[Event]]]


@dataclass(frozen=True)
class Purpose:
    """What an order is opened for: how far, how it goes on, and which orders it is likely about."""

    need: Need
    go_on: GoOn
    likely: Callable[[KnownOrder], bool] = lambda _order: True


_PURPOSES: dict[str, Purpose] = {}


def register(name: str, purpose: Purpose) -> None:
    """Let a task use the identity dialogue under this name."""
    _PURPOSES[name] = purpose


def is_registered(name: str) -> bool:
    """Whether there is such a purpose."""
    return name in _PURPOSES


def purpose_of(turn: Turn) -> Purpose | None:
    """The purpose under way."""
    return _PURPOSES.get(turn.slot(PURPOSE) or "")


async def begin(turn: Turn, name: str, number: str | None = None) -> list[Event]:
    """Open an order for a purpose, as far as the message and what is known allow; ask for the rest."""
    purpose = _PURPOSES[name]
    said = said_of_order(turn)
    number = number or said.number or await _chosen(turn, purpose)
    step = Step(turn, purpose.need)
    events = await step.take(number, said)
    start = [SlotSet(PURPOSE, name), *step.emptied(), *events]
    if step.stopped:
        return [SlotSet(PURPOSE, None)]
    if step.done:
        known = turn.foresee([*step.remembered(said), SlotSet(PURPOSE, name), SlotSet(CURRENT, step.number)])
        return [*known, SlotSet(SKU, None), *_left(turn), *await purpose.go_on(turn, step.number or "")]
    return tasks.open_form(turn, FORM, start)


def _left(turn: Turn) -> list[Event]:
    """Questions for another order, if they are open, are left for the one that could be opened."""
    if turn.form != FORM:
        return []
    slots = (*turn.form_slots(), "requested_slot")
    return [ActiveLoop(None), *(SlotSet(slot, None) for slot in slots)]


async def _chosen(turn: Turn, purpose: Purpose) -> str | None:
    """The order meant without its number: by product or day, the last one spoken of, the likely one."""
    known = await known_orders(turn.runtime, turn.dialogue_id, turn.language)
    named = named_orders(turn.runtime, known, turn.text, turn.language)
    current = [order for order in known if order.number == turn.slot(CURRENT)]
    likely = [order for order in known if purpose.likely(order)]
    for candidates in (named, current, likely, known):
        fitting = [order for order in candidates if purpose.likely(order)] or candidates
        if fitting:
            return fitting[0].number if len(fitting) == 1 else None
    return None


class Step:
    """One message on the way to an order: what it gave, and what is still missing."""

    def __init__(self, turn: Turn, need: Need) -> None:
        self.turn, self.need = turn, need
        self.number: str | None = None
        self.access: Access | None = None
        # Nothing can be opened now: too many tries.
        self.stopped = False

    @property
    def done(self) -> bool:
        """Whether the order is open far enough."""
        return reaches(self.access, self.need)

    def emptied(self) -> list[Event]:
        """A new purpose begins with nothing."""
        kept = (CODE_SENT,) if self.turn.form == FORM else ()
        return [SlotSet(slot, None) for slot in (NUMBER, PROOF, CODE, CODE_SENT) if slot not in kept]

    def remembered(self, said: SaidOfOrder) -> list[Event]:
        """An address that was given counts for the next order too."""
        return [SlotSet(EMAIL, said.emails[0])] if said.emails else []

    async def take_as_number(self, said: SaidOfOrder) -> list[Event]:
        """Digits that may be a postcode may be the right number too: try them with the address given."""
        email = said.emails[0] if said.emails else self.turn.slot(EMAIL)
        if email is None or said.number or len(said.postcodes) != 1:
            return []
        try:
            self.access = await order_access.open_order(
                self.turn.runtime, self.turn.dialogue_id, said.postcodes[0], email
            )
        except (NoMatch, TooManyAttempts):
            return []
        return await self.take(self.access.order_number, said)

    async def take(self, number: str | None, said: SaidOfOrder) -> list[Event]:
        """Open what can be opened and say which slots that fills."""
        self.number = number
        remembered = self.remembered(said)
        if number is None:
            return [*remembered, *self._slots()]
        self.access = await name_order(self.turn.runtime, self.turn.dialogue_id, number)
        if not self.done:
            await self._try(number, said)
        if self.access is not None:
            self.number = self.access.order_number
        sent = await self._send_code() if self.access and not self.done and not self.stopped else []
        return [*remembered, *self._slots(), *sent]

    async def _try(self, number: str, said: SaidOfOrder) -> None:
        """Try what was given as proof; with a new number the address given before counts again."""
        earlier = self.turn.slot(EMAIL)
        proofs = said.proofs() or ((earlier,) if earlier and self.access is None else ())
        for proof in proofs if self.need != Need.WRITE or self.access is None else ():
            try:
                self.access = await order_access.open_order(
                    self.turn.runtime, self.turn.dialogue_id, number, proof
                )
            except NoMatch:
                continue
            except TooManyAttempts:
                self._stop("utter_orders_too_many_tries")
            return
        if proofs and self.access is None:
            self.turn.ask("utter_orders_no_match")

    async def _send_code(self) -> list[Event]:
        """A code to the order's e-mail, once for this purpose."""
        if self.turn.slot(CODE_SENT) == self.number and self.turn.form == FORM:
            return []
        try:
            await codes.send_order_code(self.turn.runtime, self.turn.dialogue_id, self.number or "")
        except TooManyAttempts:
            self._stop("utter_orders_too_many_codes")
            return []
        return [SlotSet(CODE_SENT, self.number)]

    def _stop(self, response: str) -> None:
        self.turn.ask(response, phone=self.turn.runtime.content.shop.contact.phone)
        self.stopped = True

    def _slots(self) -> list[Event]:
        filled = {
            NUMBER: self.number,
            PROOF: GIVEN if self.access else None,
            CODE: GIVEN if self.done else None,
        }
        return [SlotSet(slot, value) for slot, value in filled.items()]
