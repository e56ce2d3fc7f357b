"""Coupons and offers: what is open to all, and what is the customer's own."""

import re
from collections.abc import Iterator
from datetime import tzinfo
from zoneinfo import ZoneInfo

from actions import account_access
from actions.base import ShopAction
from actions.history import Event
from actions.reward_words import day, last_day, worth
from actions.turn import Button, Turn
from actions.values import writer, written
from bot.services import offers
from bot.services.offers import OffersView, OwnCoupon, OwnOffers
from bot.shop.content.plans import Offer

PURPOSE = "own_offers"
MINE = "mine"
COUPONS_SHOWN = 8

_OWN = re.compile(
    r"(?i)\b(?:my|omat?|omia|minun)\b(?:\W+\w+){0,2}\W+(?:coupon|voucher|kupon)\w*|\bkupon\w*\W+(?:ko|namin)\b"
)


class AskOffers(ShopAction):
    """Lists offers; coupons only to whom they belong."""

    def name(self) -> str:
        """In the domain."""
        return "action_ask_offers"

    async def answer(self, turn: Turn) -> list[Event]:
        """Whoever asks for their own shows who they are first."""
        if turn.entity("rewards_view") == MINE or (not turn.is_button and _OWN.search(turn.text)):
            return await account_access.begin(turn, PURPOSE)
        return await tell_offers(turn)


async def tell_offers(turn: Turn) -> list[Event]:
    """What is theirs first."""
    view = await offers.view_offers(turn.runtime, turn.dialogue_id)
    parts = [part for part in (_own(turn, view), _sales(turn, view), _earned(turn, view)) if part]
    response = "utter_offers_list" if view.own else "utter_offers_list_for_all"
    turn.say(response, buttons=_next(turn, view), parts="\n".join(parts))
    return []


def _next(turn: Turn, view: OffersView) -> list[Button]:
    mine = (
        turn.button("utter_offers_button_balance", "ask_reward_balance")
        if view.own
        else turn.button("utter_offers_button_mine", "ask_offers", rewards_view=MINE)
    )
    return [mine, turn.button("utter_offers_button_sales", "ask_sales_policy")]


def _block(turn: Turn, title: str, rows: list[str]) -> str:
    return "\n".join([turn.words(title), *(f"• {row}" for row in rows)]) if rows else ""


def _own(turn: Turn, view: OffersView) -> str:
    if view.own is None:
        return ""
    rows = [_coupon(turn, coupon, view.zone) for coupon in view.own.coupons[:COUPONS_SHOWN]]
    rows += list(_card(turn, view.own))
    return _block(turn, "utter_offers_own", rows) or turn.words("utter_offers_none_own")


def _coupon(turn: Turn, coupon: OwnCoupon, zone: tzinfo) -> str:
    until = last_day(turn, coupon.valid_until, zone)
    if coupon.sale:
        sale = writer(turn).write(coupon.sale.name)
        opens = day(turn, coupon.sale.starts_at, zone)
        return turn.words("utter_offers_early_access", code=coupon.code, sale=sale, day=opens)
    response = "utter_offers_coupon_reserved" if coupon.reserved else "utter_offers_coupon"
    return turn.words(response, code=coupon.code, worth=worth(turn, coupon.value), day=until)


def _card(turn: Turn, own: OwnOffers) -> Iterator[str]:
    terms = turn.runtime.content.rewards.punch_card
    if terms and own.punches:
        counts = {"count": own.punches.on_card, "missing": own.punches.missing}
        yield turn.words("utter_rewards_row_card", buy=terms.buy, **counts)


def _sales(turn: Turn, view: OffersView) -> str:
    """The shop's sales are in the shop's zone, as its policy page has them."""
    zone = ZoneInfo(turn.runtime.content.shop.time_zone)
    running = [_running(turn, offer, zone) for offer in view.running]
    coming = [_coming(turn, offer, zone) for offer in view.coming]
    return _block(turn, "utter_offers_sales", [*running, *coming]) or turn.words("utter_offers_no_sales")


def _running(turn: Turn, offer: Offer, zone: tzinfo) -> str:
    until = last_day(turn, offer.ends_at, zone)
    return _offer(turn, "utter_offers_running_code" if offer.code else "utter_offers_running", offer, until)


def _coming(turn: Turn, offer: Offer, zone: tzinfo) -> str:
    return _offer(turn, "utter_offers_coming", offer, day(turn, offer.starts_at, zone))


def _offer(turn: Turn, response: str, offer: Offer, when: str) -> str:
    write = writer(turn).write
    text = write(offer.text)
    if offer.minimum:
        text = f"{text} {turn.words('utter_offers_minimum', minimum=written(turn, offer.minimum))}"
    return turn.words(response, name=write(offer.name), text=text, code=offer.code or "", day=when)


def _earned(turn: Turn, view: OffersView) -> str:
    write = writer(turn).write
    rows = [f"{write(one.name)}: {write(one.text)}" for one in view.incentives]
    terms = turn.runtime.content.rewards.punch_card
    if terms:
        rows.append(turn.words("utter_offers_card_terms", buy=terms.buy, worth=worth(turn, terms.coupon)))
    return _block(turn, "utter_offers_earned", rows)


account_access.register(PURPOSE, tell_offers)
