"""Points turned into a coupon: which reward, a summary, one yes, one coupon."""

import uuid
from collections.abc import Mapping
from typing import ClassVar

from rasa_sdk.events import SlotSet

from actions import account_access, tasks
from actions.base import ShopAction
from actions.confirming import YES, is_yes_to, remember_shown
from actions.forms import FormReader
from actions.history import Event
from actions.reward_choice import largest, offered, wants_all
from actions.reward_words import last_day, points, worth
from actions.turn import Button, Turn, payload
from actions.values import writer
from bot.services import rewards
from bot.services.fingerprints import fingerprint
from bot.services.rewards import BalanceChanged, Redeeming, RewardRefused, RewardsView
from bot.shop.content.rewards import Redemption

PURPOSE = "redeem_rewards"
FORM = "redeem_rewards_form"
KEY, SAID, WANTED = "reward_key", "reward_said", "reward_wanted"
SHOWN, TERMS, CONFIRMED, DONE = "reward_shown", "reward_terms", "reward_confirmed", "reward_done"


class RedeemRewards(ShopAction):
    """Begins to turn points into a coupon; only for whom they belong to."""

    def name(self) -> str:
        """In the domain."""
        return "action_redeem_rewards"

    async def answer(self, turn: Turn) -> list[Event]:
        """What the message says of the reward is kept while the customer shows who they are."""
        chosen = turn.entity("reward")
        said = turn.foresee([SlotSet(SAID, chosen or (None if turn.is_button else turn.text))])
        return [*said, *await account_access.begin(turn, PURPOSE)]


async def begin(turn: Turn) -> list[Event]:
    """Ask which reward, unless it was said; with too few points say what is missing."""
    view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
    programme = turn.runtime.content.rewards
    if not view.affordable:
        cheapest = min((one.points for one in programme.redemptions), default=0)
        _say_too_few(turn, view, cheapest)
        return []
    meant = _meant(turn, view, turn.slot(SAID) or "")
    kept = {KEY: uuid.uuid4().hex, SAID: None, WANTED: meant.id if meant else None}
    emptied = dict.fromkeys((SHOWN, TERMS, CONFIRMED, DONE))
    return tasks.open_form(turn, FORM, [SlotSet(slot, value) for slot, value in {**emptied, **kept}.items()])


def _say_too_few(turn: Turn, view: RewardsView, needed: int) -> None:
    available, missing = view.balance.available, max(needed - view.balance.available, 0)
    pending = view.balance.pending
    response = "utter_rewards_too_few_pending" if pending else "utter_rewards_too_few"
    turn.say(
        response,
        points=points(turn, available),
        missing=points(turn, missing),
        needed=points(turn, needed),
        pending=points(turn, pending),
    )


def _meant(turn: Turn, view: RewardsView, said: str) -> Redemption | None:
    """The one reward that is meant and paid for; a button carries its id."""
    programme = turn.runtime.content.rewards
    by_id = programme.redemption(said)
    found = [by_id] if by_id else offered(programme.redemptions, said)
    if not found and wants_all(said):
        return largest(view)
    return found[0] if len(found) == 1 and found[0] in view.affordable else None


class ReadRedemption(FormReader):
    """Reads which reward, and the yes to the summary."""

    fields: ClassVar[Mapping[str, str]] = {"reward": WANTED}
    confirmation: ClassVar[str] = CONFIRMED

    def name(self) -> str:
        """As Rasa calls what reads this form's answers."""
        return f"validate_{FORM}"

    def is_interrupted(self, turn: Turn, slot: str) -> bool:
        """Saying once more what is wanted is an answer."""
        again = turn.intent == PURPOSE and not turn.is_button
        return not again and super().is_interrupted(turn, slot)

    async def read(self, turn: Turn, slot: str) -> list[Event]:
        """A reward is taken at both questions."""
        view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
        said = turn.entity("reward") or turn.text
        meant = _meant(turn, view, said)
        if meant:
            return self.filled(WANTED, meant.id)
        if slot == WANTED:
            return self._not_offered(turn, view, said)
        return self._confirmed(turn, view)

    def _not_offered(self, turn: Turn, view: RewardsView, said: str) -> list[Event]:
        known = turn.runtime.content.rewards
        named = known.redemption(said)
        dear = [named] if named else offered(known.redemptions, said)
        if dear:
            turn.ask(
                "utter_rewards_too_dear",
                needed=points(turn, min(one.points for one in dear)),
                points=points(turn, view.balance.available),
            )
            return [SlotSet(WANTED, None)]
        return self.wrong(turn, WANTED, "utter_rewards_choice_wrong", "utter_rewards_choice_help")

    def _confirmed(self, turn: Turn, view: RewardsView) -> list[Event]:
        if turn.intent == "deny":
            return self.filled(WANTED, None)
        if is_yes_to(turn, SHOWN, _digest(turn, view)):
            return self.filled(CONFIRMED, YES)
        if turn.intent == "affirm":
            turn.ask("utter_rewards_look_again")
            return self.filled(CONFIRMED, None)
        return self.wrong(turn, CONFIRMED, "utter_rewards_confirm_wrong", "utter_rewards_confirm_help")


def _terms(turn: Turn, view: RewardsView) -> str:
    """The price and the balance as they are now."""
    wanted = turn.runtime.content.rewards.redemption(turn.slot(WANTED) or "")
    return f"{wanted.points if wanted else 0} {view.balance.available}"


def _digest(turn: Turn, view: RewardsView) -> str:
    return fingerprint(turn.slot(KEY), turn.slot(WANTED), _terms(turn, view))


class AskReward(ShopAction):
    """Asks which reward, with those the points pay for as buttons."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{WANTED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The dearest last."""
        view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
        buttons = [_button(turn, one) for one in view.affordable]
        turn.ask_with("utter_rewards_ask_reward", buttons, points=points(turn, view.balance.available))
        return []


def _button(turn: Turn, offer: Redemption) -> Button:
    name = writer(turn).write(offer.name)
    title = turn.words("utter_rewards_button_reward", name=name, points=points(turn, offer.points))
    return {"title": title, "payload": payload("inform", reward=offer.id)}


class AskConfirmation(ShopAction):
    """Shows what it costs, what is left and what the coupon is."""

    def name(self) -> str:
        """As Rasa calls what asks for a slot of a form."""
        return f"action_ask_{FORM}_{CONFIRMED}"

    async def answer(self, turn: Turn) -> list[Event]:
        """The buttons carry the digest of what they confirm."""
        view = await rewards.view_rewards(turn.runtime, turn.dialogue_id)
        wanted = turn.runtime.content.rewards.redemption(turn.slot(WANTED) or "")
        if wanted is None:
            turn.ask("utter_rewards_choice_wrong")
            return [SlotSet(WANTED, None)]
        shown = _digest(turn, view)
        turn.ask(
            "utter_rewards_summary",
            worth=worth(turn, wanted.coupon),
            cost=points(turn, wanted.points),
            points=points(turn, view.balance.available),
            left=points(turn, max(view.balance.available - wanted.points, 0)),
            days=wanted.valid_days,
            digest=shown,
        )
        return [*remember_shown(turn, SHOWN, shown), SlotSet(TERMS, _terms(turn, view))]


class SubmitRedemption(ShopAction):
    """Takes the points and gives the coupon, once."""

    def name(self) -> str:
        """In the domain."""
        return "action_submit_redeem_rewards"

    async def answer(self, turn: Turn) -> list[Event]:
        """What was shown is what is written, or nothing is."""
        if turn.slot(CONFIRMED) != YES:
            return _over()
        try:
            done = await rewards.redeem_points(turn.runtime, turn.dialogue_id, _redeeming(turn))
        except BalanceChanged:
            turn.say("utter_rewards_changed")
            return tasks.open_form(turn, FORM, [SlotSet(CONFIRMED, None), SlotSet(SHOWN, None)])
        except RewardRefused:
            turn.say("utter_rewards_not_enough_now")
            return [*_over(), *tasks.offer_rest(turn)]
        until = last_day(turn, done.valid_until, done.zone)
        turn.say(
            "utter_rewards_redeemed",
            code=done.code,
            worth=worth(turn, done.redemption.coupon),
            day=until,
            left=points(turn, done.left),
        )
        shown, _, _ = (turn.slot(SHOWN) or "").partition(" ")
        return [*_over(), SlotSet(DONE, shown), *tasks.offer_rest(turn)]


def _redeeming(turn: Turn) -> Redeeming:
    price, _, available = (turn.slot(TERMS) or "").partition(" ")
    return Redeeming(
        redemption_id=turn.slot(WANTED) or "",
        points=int(price or 0),
        available=int(available or 0),
        key=turn.slot(KEY) or "",
    )


def _over() -> list[Event]:
    return [SlotSet(slot, None) for slot in (KEY, SAID, WANTED, SHOWN, TERMS, CONFIRMED)]


account_access.register(PURPOSE, begin)
