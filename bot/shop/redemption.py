"""Turning points into a coupon."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.shop.balance import balance_of
from bot.shop.content.rewards import Redemption, RewardsProgramme
from bot.shop.ledger import Entry, in_order, replay
from bot.shop.reasons import Reason
from bot.shop.rewards import OWN_ENTRY_PREFIX, EntryKind
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import Verdict, allow, decide, refuse


def may_redeem(
    programme: RewardsProgramme, entries: Iterable[Entry], redemption_id: str, now: datetime
) -> Verdict:
    """Whether the account can pay for this now; it changes when points become available or expire."""
    known = [entry for entry in in_order(entries) if entry.at <= now]
    since = known[0].at if known else now
    offered = programme.redemption(redemption_id)
    if offered is None:
        return refuse(Rule.REDEEM_OFFERED, Reason.NO_SUCH_REWARD, programme.version, since)
    return decide(now, _timeline(programme, known, offered, since))


def redemption_entry(redemption: Redemption, reference: str, now: datetime) -> Entry:
    """The entry that pays; `reference` names the request, so the same yes twice pays once."""
    key = f"{OWN_ENTRY_PREFIX}redeem:{reference}"
    return Entry(key, EntryKind.REDEEM, -redemption.points, now, reason=redemption.id)


def _timeline(
    programme: RewardsProgramme, known: list[Entry], offered: Redemption, since: datetime
) -> Iterator[Verdict]:
    for moment in sorted({since, *(entry.at for entry in known), *_turning_points(known)}):
        enough = balance_of(known, moment).available >= offered.points
        judge = allow if enough else refuse
        reason = Reason.ENOUGH_POINTS if enough else Reason.TOO_FEW_POINTS
        yield judge(Rule.REDEEM_POINTS, reason, programme.version, moment)


def _turning_points(known: list[Entry]) -> set[datetime]:
    last = known[-1].at if known else None
    lots = replay(known, last).lots if last else []
    return {lot.available_at for lot in lots} | {lot.expires_at for lot in lots if lot.entry.expires_at}
