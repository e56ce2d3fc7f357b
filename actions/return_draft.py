"""A return as far as it has been said, kept in slots, and what follows from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from rasa_sdk.events import SlotSet

from actions.history import Event
from actions.return_words import EXCHANGE, NO, YES, SaidOfReturn
from actions.turn import Turn
from bot.services.returns import LineView, ReturnView, look_at_lines, look_at_return
from bot.shop.content.returns import RefundTarget
from bot.shop.return_offers import Wanted
from bot.shop.returns import StatedReason

FORM = "start_return_form"
ORDER, KEY, SAID = "return_order", "return_key", "return_said"
LINES, REASON, OPENED, PACKAGING = "return_items", "return_reason", "return_opened", "return_packaging"
OUTCOME, VARIANT, METHOD, CONFIRMED = "return_outcome", "return_variant", "return_method", "return_confirmed"
SHOWN, CHANGING, REFUSED = "return_shown", "return_changing", "return_refused"
BESIDE = (ORDER, KEY, SAID, SHOWN, CHANGING, REFUSED)
ASKED = (LINES, REASON, OPENED, PACKAGING, OUTCOME, VARIANT, METHOD, CONFIRMED)
# Stands in a slot whose question does not matter for this return.
UNASKED = "-"

Values = dict[str, str | None]


@dataclass
class Draft:
    """The slots of a return with what the message changes; nothing is written here."""

    turn: Turn
    changes: Values = field(default_factory=dict)
    # Set when an exchange was wished for that there is not.
    no_exchange: bool = False

    def __getitem__(self, slot: str) -> str | None:
        return self.changes[slot] if slot in self.changes else self.turn.slot(slot)

    def __setitem__(self, slot: str, value: str | None) -> None:
        if self[slot] != value:
            self.changes[slot] = value
            if slot != CONFIRMED:
                self.changes[CONFIRMED] = None

    @property
    def pieces(self) -> dict[str, int]:
        """How many of each line; a slot may hold anything, so what does not fit is nothing."""
        try:
            kept: Any = json.loads(self[LINES] or "{}")
        except ValueError:
            return {}
        found = kept.items() if isinstance(kept, dict) else ()
        return {line: count for line, count in found if isinstance(count, int) and count > 0}

    def take_pieces(self, pieces: Mapping[str, int]) -> None:
        """These lines are to come back."""
        self[LINES] = json.dumps(dict(sorted(pieces.items()))) if pieces else None

    def wanted(self) -> Wanted:
        """For the rules: what has not been said is the usual."""
        reason, outcome = self[REASON], self[OUTCOME]
        exchange = self[VARIANT] if outcome == EXCHANGE else None
        return Wanted(
            pieces=self.pieces,
            reason=StatedReason(reason) if reason in set(StatedReason) else StatedReason.CHANGE_OF_MIND,
            opened=_said(self[OPENED]),
            packaging=_said(self[PACKAGING]),
            method=self[METHOD],
            refund_to=cast("RefundTarget", outcome) if outcome in ("original", "store_credit") else None,
            exchange_sku=exchange if exchange != UNASKED else None,
        )

    async def lines(self) -> tuple[LineView, ...]:
        """All lines of the order."""
        turn = self.turn
        return await look_at_lines(turn.runtime, turn.dialogue_id, self[ORDER] or "", turn.language)

    async def view(self) -> ReturnView:
        """What the return comes to as it stands."""
        turn = self.turn
        return await look_at_return(
            turn.runtime, turn.dialogue_id, self[ORDER] or "", self.wanted(), turn.language
        )

    def take(self, said: SaidOfReturn, *, again: bool = False) -> None:
        """What a message says beside its answer; what was answered before changes only with `again`."""
        facts: Values = {
            REASON: said.reason,
            OPENED: said.opened,
            PACKAGING: said.packaging,
            OUTCOME: said.outcome,
        }
        for slot, value in facts.items():
            if value is not None and (again or self[slot] in (None, UNASKED)):
                self[slot] = value
                if slot == OUTCOME:
                    self[VARIANT] = None
                if slot == REASON:
                    self._forget(OPENED, PACKAGING)
        if self[OPENED] == NO and self[PACKAGING] is None:
            self[PACKAGING] = YES

    def _forget(self, *slots: str) -> None:
        """What did not matter for the old answer may matter for the new one."""
        for slot in slots:
            if self[slot] == UNASKED:
                self[slot] = None

    async def settle(self) -> bool:
        """Fill what need not be asked; gives whether the rules refuse what is wanted."""
        if not self.pieces or self[REASON] is None:
            return False
        view = await self.view()
        for slot, asks in ((OPENED, view.asks_opened), (PACKAGING, view.asks_packaging)):
            if not asks:
                self[slot] = UNASKED
            elif self[slot] == UNASKED:
                self[slot] = None
        view = await self.view()
        if not view.offer.allowed and self.wanted().exchange_sku:
            self[VARIANT] = None
            view = await self.view()
        if not view.offer.allowed:
            return True
        if self[OUTCOME] == EXCHANGE and not view.variants:
            self.no_exchange, self[OUTCOME] = True, None
        if self[OPENED] is not None and self[PACKAGING] is not None:
            self._settle_ways(view)
        return False

    def _settle_ways(self, view: ReturnView) -> None:
        outcomes = outcomes_of(view)
        if self[OUTCOME] not in outcomes:
            self[OUTCOME] = outcomes[0] if len(outcomes) == 1 else None
        if self[OUTCOME] != EXCHANGE:
            self[VARIANT] = UNASKED if self[OUTCOME] else None
        elif self[VARIANT] not in {variant.sku for variant in view.variants}:
            self[VARIANT] = None
        ways = [method.id for method in view.offer.methods]
        if self[METHOD] not in ways:
            self[METHOD] = ways[0] if len(ways) == 1 else None

    def events(self) -> list[Event]:
        """What the message changes."""
        return [SlotSet(slot, value) for slot, value in self.changes.items()]


def outcomes_of(view: ReturnView) -> list[str]:
    """What the customer can get for the goods."""
    return [*view.offer.targets, *([EXCHANGE] if view.variants else [])]


def _said(value: str | None) -> bool | None:
    return {YES: True, NO: False}.get(value or "")
