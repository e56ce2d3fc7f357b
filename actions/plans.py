"""Service plans: what there is for a product, what each covers and costs, and what the customer has."""

import re
from collections.abc import Iterator

from rasa_sdk.events import SlotSet

from actions import order_access, tasks
from actions.base import ShopAction
from actions.forms import is_stop, stop
from actions.history import Event
from actions.order_access import Purpose, register
from actions.order_words import said_of_order
from actions.products import product_request
from actions.recalls import say_recalls
from actions.turn import Button, Turn
from actions.values import listed, writer, written
from bot.services.order_choice import known_orders
from bot.services.order_reading import Need
from bot.services.plans import OwnPlan, PlanOffer, PlansView, own_plans, plans_for
from bot.shop.answers.base import Length
from bot.shop.content.plans import ServicePlan
from bot.shop.reasons import Reason

OWN = "own_plans"
VIEW, MINE = "plan_view", "mine"
# What a customer says of a plan of their own, or of what they bought with an order.
_MINE = re.compile(
    r"(?i)\b(?:my\s(?:\w+\s)?(?:plan|cover\w*|protection|insurance|warranty)|(?:do|have|did)\s(?:i|we)\b|"
    r"(?:i|we)(?:'ve|\shave)\s|until\swh|till\swh|what\sdate|runs?\sout|expir\w*|renew|about\sto\send|"
    r"onko\sminulla|mihin\sasti|päättyy|meron\sba\sako|hanggang\skailan)"
)
SAID_WHY = frozenset({Reason.WINDOW_OVER, Reason.ALREADY_BOUGHT, Reason.COUNTRY})


class AskServicePlan(ShopAction):
    """Answers questions on service plans."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_service_plan"

    async def answer(self, turn: Turn) -> list[Event]:
        """On one's own plans after showing who one is, on the others at once."""
        if turn.form and is_stop(turn):
            return stop(turn)
        if turn.entity(VIEW) == MINE or (not turn.is_button and await _asks_own(turn)):
            return await order_access.begin(turn, OWN) if not await _known(turn) else await tell_own(turn, "")
        await say_recalls(turn)
        _say(turn, await plans_for(turn.runtime, turn.dialogue_id, product_request(turn)))
        return [SlotSet("policy_topic", None)]


async def _known(turn: Turn) -> bool:
    return bool(await known_orders(turn.runtime, turn.dialogue_id, turn.language))


async def _asks_own(turn: Turn) -> bool:
    return bool(_MINE.search(turn.text)) or said_of_order(turn).number is not None


async def tell_own(turn: Turn, _number: str) -> list[Event]:
    """Every contract with its days; without one, what can be bought."""
    plans = await own_plans(turn.runtime, turn.dialogue_id, turn.language)
    if not plans:
        turn.say("utter_plans_none_own", buttons=[turn.button("utter_plans_button_all", "ask_service_plan")])
    else:
        turn.say("utter_plans_own", rows="\n".join(_own(turn, plan) for plan in plans))
    return tasks.offer_rest(turn)


def _own(turn: Turn, own: OwnPlan) -> str:
    return turn.words(
        f"utter_plans_own_{own.standing}",
        plan=writer(turn).write(own.plan.name) if own.plan else own.contract_id,
        contract=own.contract_id,
        item=own.item,
        until=written(turn, own.last_day),
        start=written(turn, own.covered_from),
        left=own.claims_left,
    )


def _say(turn: Turn, view: PlansView) -> None:
    mine: list[Button] = [turn.button("utter_plans_button_mine", "ask_service_plan", plan_view=MINE)]
    if not view.offers:
        turn.say("utter_plans_none_for", buttons=mine, what=view.product or _category(turn, view))
        return
    rows = "\n\n".join(_offer(turn, offer) for offer in view.offers)
    if view.product:
        turn.say("utter_plans_for", buttons=mine, what=view.product, rows=rows)
    else:
        turn.say("utter_plans_all", buttons=mine, rows=rows)


def _category(turn: Turn, view: PlansView) -> str:
    category = turn.runtime.content.catalogue.category(view.category or "")
    return writer(turn).write(category.name)


def _offer(turn: Turn, offer: PlanOffer) -> str:
    plan = offer.plan
    parts = [
        turn.words(
            "utter_plans_offer",
            plan=writer(turn).write(plan.name),
            price=_price(turn, offer),
            summary=writer(turn).write(plan.summary),
            goods=listed(turn, [_goods(turn, category) for category in plan.categories]),
            months=writer(turn).write(Length(plan.months, "month")),
            limit=plan.claim_limit,
        ),
        *_terms(turn, plan),
        _buying(turn, offer),
    ]
    return " ".join(part for part in parts if part)


def _goods(turn: Turn, category: str) -> str:
    return writer(turn).write(turn.runtime.content.catalogue.category(category).name)


def _price(turn: Turn, offer: PlanOffer) -> str:
    return written(turn, offer.price)


def _terms(turn: Turn, plan: ServicePlan) -> Iterator[str]:
    """What it covers and does not, who does it, what a claim costs."""
    yield turn.words("utter_plans_with_accidents" if plan.accidents else "utter_plans_without_accidents")
    if plan.waiting_days:
        yield turn.words("utter_plans_waiting", days=writer(turn).write(Length(plan.waiting_days, "day")))
    fee = plan.deductible.amount
    yield turn.words("utter_plans_fee" if fee else "utter_plans_no_fee", fee=written(turn, plan.deductible))
    ways = [turn.words(f"utter_plans_way_{option}") for option in plan.options]
    yield turn.words("utter_plans_ways", ways=listed(turn, ways))
    provider = turn.runtime.content.plans.provider_of(plan)
    if provider is not None:
        yield turn.words("utter_plans_provider", provider=writer(turn).write(provider.name))


def _buying(turn: Turn, offer: PlanOffer) -> str:
    """Until when it can be bought; for a product that was bought, the day or why not."""
    verdict = offer.verdict
    if verdict is None:
        days = writer(turn).write(Length(offer.plan.buy_within_days, "day"))
        return turn.words("utter_plans_buy_within", days=days)
    if verdict.allowed:
        return turn.words("utter_plans_buy_until", until=written(turn, verdict.last_day))
    if verdict.reason in SAID_WHY:
        return turn.words(f"utter_plans_not_{verdict.reason}", until=written(turn, verdict.last_day))
    return ""


register(OWN, Purpose(Need.READ, tell_own))
