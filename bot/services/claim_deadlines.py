"""Deadlines of claims that pass though nobody asks: items to send back, providers who do not answer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.services.claim_progress import add_claim_event, events_of
from bot.services.claim_views import IN_ADVANCE
from bot.services.claims import claim_subject
from bot.services.emails import queue_email
from bot.services.order_facts import OrderCase, order_case
from bot.services.runtime import Runtime
from bot.services.shop_requests import write_request
from bot.services.staff_messages import REPLY_IN_CHAT, keep_message
from bot.services.words import moment_in_words
from bot.shop.claim_options import is_overdue
from bot.shop.claim_status import ENDED, REMIND_BEFORE, ClaimStatus, OwnEvent
from bot.shop.content.base import LANGUAGES, Language, Money
from bot.shop.content.messages import EmailName
from bot.shop.deadlines import local_day
from bot.shop.plans import CaseEventKind
from bot.shop.requests import RequestKind
from bot.shop.wording import Writer
from bot.store.claims import Claim
from bot.store.conversations import Conversation
from bot.store.order_queries import find_order

BOT = "aftercare"
TOPIC = "claims"
SENT = (CaseEventKind.DISPATCHED, CaseEventKind.REPLACED)
# No zone is further from UTC than this.
ONE_DAY = timedelta(days=1)


async def watch_claims(runtime: Runtime) -> None:
    """Remind, charge and flag what is due, each once; every claim is a transaction of its own."""
    async with runtime.database.reading() as session:
        numbers: Sequence[str] = (await session.scalars(_due(runtime))).all()
    for number in numbers:
        async with runtime.database.transaction() as session:
            claim = await session.get(Claim, number, with_for_update=True, populate_existing=True)
            if claim is not None:
                await _Watch(runtime, session, claim).look()


def _due(runtime: Runtime) -> Select[str]:
    """Claims whose next deadline may have come; what was done once is marked and not found again."""
    now = runtime.clock()
    unanswered = (
        (Claim.provider_due_at <= now)
        & Claim.provider_acknowledged_at.is_(None)
        & Claim.provider_missed_at.is_(None)
        & Claim.status.not_in(ENDED)
    )
    near = Claim.return_by <= (now + REMIND_BEFORE + ONE_DAY).date()
    waited_for = (Claim.option == IN_ADVANCE) & (Claim.status == ClaimStatus.DISPATCHED) & near
    open_end = Claim.reminded_at.is_(None) | Claim.charged_at.is_(None)
    return select(Claim.number).where(or_(unanswered, waited_for & open_end)).order_by(Claim.number)


class _Watch:
    """One claim, locked, and what is due on it."""

    def __init__(self, runtime: Runtime, session: AsyncSession, claim: Claim) -> None:
        self.runtime, self.session, self.claim = runtime, session, claim
        self.now = runtime.clock()

    async def look(self) -> None:
        """All that is due now; looked at again under the lock."""
        order = await find_order(self.session, self.claim.order_number)
        if order is None:
            return
        self.case: OrderCase = await order_case(self.runtime, self.session, order, account_known=False)
        self.language = await self._language()
        if self.claim.option == IN_ADVANCE and self.claim.status == ClaimStatus.DISPATCHED:
            await self._item()
        await self._provider()

    async def _language(self) -> Language:
        row = await self.session.get(Conversation, self.claim.conversation_id or "")
        return next((one for one in LANGUAGES if row and one == row.language), LANGUAGES[0])

    async def _item(self) -> None:
        """A replaced item that is to come back: the time runs from when the new one was sent."""
        events = await events_of(self.session, self.claim.number)
        days = self.runtime.content.plans.terms(IN_ADVANCE).return_within_days or 0
        zone = self.case.facts.zone
        sent = [local_day(event.at, zone) for event in events if event.kind in SENT]
        if self.claim.return_by is None:
            return
        if sent:
            self.claim.return_by = max(self.claim.return_by, min(sent) + timedelta(days=days))
        last_day, told_sent = self.claim.return_by, any(one.kind == OwnEvent.SENT_BACK for one in events)
        if is_overdue(last_day, self.case.facts, self.now):
            await self._overdue(told_sent=told_sent)
        elif local_day(self.now, zone) >= last_day - REMIND_BEFORE and not told_sent:
            await self._remind()

    async def _remind(self) -> None:
        if self.claim.reminded_at is None:
            self.claim.reminded_at = self.now
            await add_claim_event(self.session, self.claim, OwnEvent.REMINDED, self.now, BOT)
            await self._mail("claim_reminder")

    async def _overdue(self, *, told_sent: bool) -> None:
        """One charge; where the customer says that it was sent, staff look first."""
        claim = self.claim
        if claim.charged_at is not None:
            return
        if told_sent:
            if await add_claim_event(self.session, claim, OwnEvent.OVERDUE, self.now, BOT):
                await self._tell_staff(f"{claim.number}: said to be sent back, not received in time")
            return
        if claim.reminded_at is None:
            # Nobody is charged without a reminder; the days to send it begin with it.
            claim.return_by = local_day(self.now, self.case.facts.zone) + REMIND_BEFORE
            await self._remind()
            return
        claim.charged_at = self.now
        await add_claim_event(self.session, claim, OwnEvent.CHARGED, self.now, BOT)
        hold = self._hold()
        await write_request(
            self.runtime,
            self.session,
            RequestKind.CHARGE_ITEM,
            subject=claim_subject(claim.number),
            payload={
                "claim_number": claim.number,
                "order_number": claim.order_number,
                "line_id": claim.line_id,
                "amount": {"amount": str(hold.amount), "currency": hold.currency},
            },
            key=f"{RequestKind.CHARGE_ITEM}:{claim.number}",
            conversation_id=claim.conversation_id,
        )
        await self._mail("claim_charged")

    async def _provider(self) -> None:
        """A provider who has not answered in time: staff are told, and so is the customer."""
        claim = self.claim
        due = claim.provider_due_at
        if due is None or due > self.now or ClaimStatus(claim.status) in ENDED:
            return
        if claim.provider_acknowledged_at is not None or claim.provider_missed_at is not None:
            return
        claim.provider_missed_at = self.now
        await add_claim_event(self.session, claim, OwnEvent.PROVIDER_MISSED, self.now, BOT)
        await self._tell_staff(
            f"{claim.number}: {claim.provider_id} did not acknowledge by {due.isoformat()}"
        )
        await self._mail("claim_provider_late")

    async def _tell_staff(self, text: str) -> None:
        if self.claim.conversation_id is None:
            return
        await keep_message(
            self.runtime,
            self.session,
            self.claim.conversation_id,
            topic=TOPIC,
            text=text,
            reply_to=REPLY_IN_CHAT,
            key=text[:120],
        )

    def _hold(self) -> Money:
        line = self.case.facts.line(self.claim.line_id)
        return Money(amount=line.unit_price, currency=self.claim.currency)

    async def _mail(self, name: EmailName) -> None:
        writer = Writer(self.runtime.content, self.language)
        due, zone = self.claim.provider_due_at, self.runtime.content.shop.time_zone
        await queue_email(
            self.runtime,
            self.session,
            name,
            to=self.case.order.email,
            language=self.language,
            key=f"{name}:{self.claim.number}",
            conversation_id=self.claim.conversation_id,
            number=self.claim.number,
            item=self.case.name_of(self.claim.line_id, self.language),
            until=writer.write(self.claim.return_by) if self.claim.return_by else "",
            hold=writer.write(self._hold()),
            due=moment_in_words(due, self.language, zone) if due else "",
        )
