"""Points, coupons and days in the customer's language."""

from datetime import datetime, tzinfo

from babel.numbers import format_decimal

from actions.turn import Turn
from actions.values import listed, writer, written
from bot.shop.content.rewards import CouponValue
from bot.shop.deadlines import last_day_before, local_day


def points(turn: Turn, number: int) -> str:
    """So many points."""
    shown = format_decimal(number, locale=writer(turn).locale)
    return turn.words("utter_rewards_one_point" if number == 1 else "utter_rewards_points", n=shown)


def day(turn: Turn, at: datetime, zone: tzinfo) -> str:
    """The customer's day on which something happens."""
    return written(turn, local_day(at, zone))


def last_day(turn: Turn, end: datetime, zone: tzinfo) -> str:
    """The last day that counts of a time that ends then."""
    return written(turn, last_day_before(end, zone))


def worth(turn: Turn, value: CouponValue) -> str:
    """What a coupon is worth, with its conditions."""
    parts = [_gain(turn, value)]
    if value.categories:
        names = [
            writer(turn).write(turn.runtime.content.catalogue.category(one).name) for one in value.categories
        ]
        parts.append(turn.words("utter_rewards_worth_categories", categories=listed(turn, names)))
    if value.minimum:
        parts.append(turn.words("utter_rewards_worth_minimum", minimum=written(turn, value.minimum)))
    return " ".join(parts)


def _gain(turn: Turn, value: CouponValue) -> str:
    if value.kind == "percent":
        return turn.words("utter_rewards_worth_percent", percent=value.percent)
    if value.kind == "amount":
        return turn.words("utter_rewards_worth_amount", amount=written(turn, value.amount))
    if value.kind == "early_access":
        return turn.words("utter_rewards_worth_early_access")
    if value.maximum:
        return turn.words("utter_rewards_worth_free_item_up_to", maximum=written(turn, value.maximum))
    return turn.words("utter_rewards_worth_free_item")
