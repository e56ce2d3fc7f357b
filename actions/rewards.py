"""What a customer has in points: the balance, and why it is what it is."""

from collections.abc import Iterator

from actions import account_access
from actions.base import ShopAction
from actions.history import Event
from actions.reward_words import day, last_day, points
from actions.turn import Button, Turn
from actions.values import writer
from bot.services import rewards
from bot.services.rewards import RewardsView
from bot.shop.balance import Change, Movement
from bot.shop.rewards import EntryKind

BALANCE, HISTORY = "reward_balance", "reward_history"
HISTORY_VIEW = "history"
CHANGES_SHOWN = 3
MOVEMENTS_SHOWN = 8

MOVED = {
    EntryKind.EARN: "utter_rewards_moved_earn",
    EntryKind.REDEEM: "utter_rewards_moved_redeem",
    EntryKind.EXPIRE: "utter_rewards_moved_expire",
    EntryKind.REVERSE: "utter_rewards_moved_reverse",
    EntryKind.ADJUST: "utter_rewards_moved_adjust",
}
WHY = frozenset({"why", "history", "transactions", "statement", "entries", "miksi", "historia", "bakit"})


class AskRewardBalance(ShopAction):
    """Tells the balance, or how it came to be; only to whom it belongs."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_reward_balance"

    async def answer(self, turn: Turn) -> list[Event]:
        """Who is not known shows by a code who they are, then this goes on."""
        return await account_access.begin(turn, HISTORY if wants_history(turn) else BALANCE)


def wants_history(turn: Turn) -> bool:
    """Whether the question is how the balance came about."""
    if turn.is_button:
        return turn.entity("rewards_view") == HISTORY_VIEW
    said = {word.strip("?!.,'\"") for word in turn.text.casefold().split()}
    return bool(said & WHY)


async def tell_balance(turn: Turn) -> list[Event]:
    """Available, pending, expiring, tier and card, from one look at the account."""
    view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
    rows = "\n".join(f"• {row}" for row in _rows(turn, view))
    turn.say(
        "utter_rewards_balance",
        buttons=_next(turn, view),
        points=points(turn, view.balance.available),
        rows=rows,
    )
    return []


def _next(turn: Turn, view: RewardsView) -> list[Button]:
    redeem = [turn.button("utter_rewards_button_redeem", "redeem_rewards")] if view.affordable else []
    return [
        *redeem,
        turn.button("utter_rewards_button_history", "ask_reward_balance", rewards_view=HISTORY_VIEW),
        turn.button("utter_rewards_button_offers", "ask_offers"),
    ]


def _rows(turn: Turn, view: RewardsView) -> Iterator[str]:
    balance, zone = view.balance, view.zone
    for change in balance.becoming_available[:CHANGES_SHOWN]:
        yield _change(turn, "utter_rewards_row_pending", change, day(turn, change.at, zone))
    for change in balance.expiring[:CHANGES_SHOWN]:
        yield _change(turn, "utter_rewards_row_expiring", change, last_day(turn, change.at, zone))
    if balance.debt:
        yield turn.words("utter_rewards_row_debt", points=points(turn, balance.debt))
    yield from _tier(turn, view)
    yield from _card(turn, view)


def _change(turn: Turn, response: str, change: Change, when: str) -> str:
    return turn.words(response, points=points(turn, change.points), day=when)


def _tier(turn: Turn, view: RewardsView) -> Iterator[str]:
    standing, write = view.standing, writer(turn).write
    tier = write(standing.tier.name)
    if standing.next_tier:
        missing = points(turn, standing.missing)
        yield turn.words(
            "utter_rewards_row_tier", tier=tier, missing=missing, next_tier=write(standing.next_tier.name)
        )
    else:
        yield turn.words("utter_rewards_row_top_tier", tier=tier)
    if standing.flips_at and standing.falls_to:
        until = last_day(turn, standing.flips_at, view.zone)
        lower = write(standing.falls_to.name)
        yield turn.words("utter_rewards_row_tier_until", tier=tier, day=until, lower=lower)


def _card(turn: Turn, view: RewardsView) -> Iterator[str]:
    terms, card = turn.runtime.content.rewards.punch_card, view.punches
    if terms is None or card is None:
        return
    yield turn.words("utter_rewards_row_card", count=card.on_card, buy=terms.buy, missing=card.missing)
    if card.pending:
        yield turn.words("utter_rewards_row_card_pending", count=card.pending)


async def tell_history(turn: Turn) -> list[Event]:
    """The movements that make up the balance, and their sum."""
    view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
    movements = view.explanation.movements
    if not movements:
        turn.say("utter_rewards_no_history")
        return []
    shown = "\n".join(f"• {_moved(turn, view, one)}" for one in movements[-MOVEMENTS_SHOWN:])
    buttons = [turn.button("utter_rewards_button_balance", "ask_reward_balance")]
    turn.say(
        "utter_rewards_history" if len(movements) <= MOVEMENTS_SHOWN else "utter_rewards_history_latest",
        buttons=buttons,
        rows=shown,
        total=points(turn, view.balance.total),
        available=points(turn, view.balance.available),
        pending=points(turn, view.balance.pending),
        earlier=len(movements) - MOVEMENTS_SHOWN,
    )
    return []


def _moved(turn: Turn, view: RewardsView, movement: Movement) -> str:
    entry = movement.entry
    order = turn.words("utter_rewards_moved_order", order=entry.order_number) if entry.order_number else ""
    return turn.words(
        MOVED[entry.kind],
        day=day(turn, entry.at, view.zone),
        points=points(turn, abs(entry.points)),
        sign="−" if entry.points < 0 else "+",
        balance=points(turn, movement.balance),
        order=order,
    )


account_access.register(BALANCE, tell_balance)
account_access.register(HISTORY, tell_history)
