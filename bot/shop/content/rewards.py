"""The reward programme and the rules that grant coupons: rewards.yaml."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.shop.content.base import (
    ContentModel,
    Currency,
    Days,
    Identifier,
    Money,
    Months,
    Percent,
    Text,
)

CouponKind = Literal["percent", "amount", "free_item", "early_access"]
IncentiveKind = Literal["first_order", "repeat_customer", "big_spender", "buy_one_get_one"]
Rate = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=4)]


class RewardTier(ContentModel):
    """A tier, the points of the period it takes, and how much faster points grow in it."""

    id: Identifier
    name: Text
    from_points: int = Field(ge=0)
    multiplier: Rate = Decimal(1)


class CouponValue(ContentModel):
    """What a coupon is worth; `maximum` caps a free item, `minimum` is the least an order must come to."""

    kind: CouponKind
    percent: Percent | None = None
    amount: Money | None = None
    maximum: Money | None = None
    minimum: Money | None = None
    categories: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _has_its_number(self) -> Self:
        if self.kind == "percent" and not self.percent:
            raise ValueError("a coupon of the kind percent needs percent")
        if self.kind == "amount" and self.amount is None:
            raise ValueError("a coupon of the kind amount needs amount")
        return self


class Redemption(ContentModel):
    """What points can be turned into."""

    id: Identifier
    name: Text
    points: int = Field(ge=1)
    coupon: CouponValue
    valid_days: Days


class PunchTerms(ContentModel):
    """Buy some, the next one is free. Without categories every item counts."""

    buy: int = Field(ge=1, le=100)
    categories: tuple[Identifier, ...] = ()
    coupon: CouponValue
    valid_days: Days


class Incentive(ContentModel):
    """A rule that grants a coupon for what a customer bought.

    `orders` is how many orders a repeat customer needs for each coupon, `spend` how much a big spender spends
    within `period_months`.
    """

    id: Identifier
    kind: IncentiveKind
    name: Text
    orders: int | None = Field(default=None, ge=2)
    spend: Money | None = None
    period_months: Months | None = None
    categories: tuple[Identifier, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    coupon: CouponValue
    valid_days: Days
    text: Text

    @model_validator(mode="after")
    def _has_its_number(self) -> Self:
        if self.kind == "repeat_customer" and self.orders is None:
            raise ValueError("an incentive of the kind repeat_customer needs orders")
        if self.kind == "big_spender" and (self.spend is None or not self.period_months):
            raise ValueError("an incentive of the kind big_spender needs spend and period_months")
        return self

    def runs_on(self, day: date) -> bool:
        """Whether what is bought on that day counts."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or day <= self.ends_on
        )


class RewardsProgramme(ContentModel):
    """rewards.yaml."""

    version: str
    points_per_unit: dict[Currency, Rate] = Field(min_length=1)
    expire_after_months: int = Field(ge=1, le=600)
    tier_period_months: int = Field(ge=1, le=120)
    tiers: tuple[RewardTier, ...] = Field(min_length=1)
    redemptions: tuple[Redemption, ...] = ()
    punch_card: PunchTerms | None = None
    incentives: tuple[Incentive, ...] = ()
    reservation_minutes: int = Field(ge=1, le=1440)

    @model_validator(mode="after")
    def _tiers_rise_from_nothing(self) -> Self:
        steps = [tier.from_points for tier in self.tiers]
        if steps[0] != 0 or steps != sorted(set(steps)):
            raise ValueError("tiers begin at 0 points and each takes more than the one before")
        return self

    @model_validator(mode="after")
    def _no_id_twice(self) -> Self:
        for kind in ("tiers", "redemptions", "incentives"):
            ids = [item.id for item in getattr(self, kind)]
            if len(set(ids)) != len(ids):
                raise ValueError(f"two {kind} have the same id")
        return self

    def tier(self, tier_id: str | None) -> RewardTier:
        """The tier of that id; the lowest for whoever has none."""
        return next((tier for tier in self.tiers if tier.id == tier_id), self.tiers[0])

    def redemption(self, redemption_id: str) -> Redemption | None:
        """What points are turned into, by its id."""
        return next((item for item in self.redemptions if item.id == redemption_id), None)
