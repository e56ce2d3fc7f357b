"""Takes conversations with unanswered messages through their turns, one worker per conversation at a time."""

import asyncio
import logging

from bot.gateway.metrics import TURN_SECONDS, TURNS
from bot.gateway.rasa import RasaClient, RasaFailed
from bot.services import turns
from bot.services.language import load_detector
from bot.services.runtime import Runtime
from bot.services.turns import Answer, Turn
from bot.services.words import message
from bot.store.base import new_id
from bot.store.news import Hub
from bot.support.conversation import Owner

log = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
TURNS_AT_ONCE = 8
PROLONG_SECONDS = 5.0
# After so many beginnings without an end the customer is told, whatever is wrong.
MAX_ATTEMPTS = 4


class Dispatcher:
    """`wake` a conversation after its message was kept; the sweep finds what a crash left behind."""

    def __init__(self, runtime: Runtime, rasa: RasaClient, hub: Hub) -> None:
        """`rasa` is closed by whoever made it."""
        self._runtime = runtime
        self._rasa = rasa
        self._hub = hub
        self._name = new_id()
        self._working: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._slots = asyncio.Semaphore(TURNS_AT_ONCE)
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look for waiting conversations now and then."""
        await asyncio.to_thread(load_detector)
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Stop; turns under way are left to the next start, which finds their messages unanswered."""
        tasks = [*self._working.values(), *([self._sweeper] if self._sweeper else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, conversation_id: str) -> None:
        """There is a message to answer; a second call while the first is worked on is not lost."""
        if conversation_id in self._working:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id))
        self._working[conversation_id] = task
        task.add_done_callback(lambda done: self._finished(conversation_id, done))

    def _finished(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        self._working.pop(conversation_id, None)
        if not task.cancelled() and task.exception() is not None:
            # The sweep takes it up again; the message is still unanswered in the log.
            log.error("turn of conversation %s failed", conversation_id, exc_info=task.exception())
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            if not task.cancelled():
                self.wake(conversation_id)

    async def _sweep(self) -> None:
        while True:
            try:
                for conversation_id in await turns.waiting_conversations(self._runtime):
                    if conversation_id not in self._working:
                        self.wake(conversation_id)
            except Exception:
                log.exception("the sweep for waiting conversations failed")
            await asyncio.sleep(SWEEP_SECONDS)

    async def _work(self, conversation_id: str) -> None:
        async with self._slots:
            if not await turns.take_lease(self._runtime, conversation_id, self._name):
                return
            prolonging = asyncio.create_task(self._prolong(conversation_id))
            try:
                while turn := await turns.begin_turn(self._runtime, conversation_id):
                    await self._take(turn)
                    await self._hub.tell(conversation_id)
            finally:
                prolonging.cancel()
                await asyncio.gather(prolonging, return_exceptions=True)
                await turns.give_up_lease(self._runtime, conversation_id, self._name)

    async def _prolong(self, conversation_id: str) -> None:
        while True:
            await asyncio.sleep(PROLONG_SECONDS)
            try:
                await turns.take_lease(self._runtime, conversation_id, self._name)
            except Exception:
                log.exception("the lease of conversation %s was not prolonged", conversation_id)

    async def _take(self, turn: Turn) -> None:
        """One turn: never ends in silence, and never speaks when a person has the conversation."""
        if turn.owner not in (Owner.WITH_BOT, Owner.CLOSED):
            await turns.finish_turn(self._runtime, turn, [], rasa_answered=False, in_doubt=turn.rasa_in_doubt)
            return
        if turn.attempts > MAX_ATTEMPTS:
            log.error("gave up on conversation %s, seq %d", turn.conversation_id, turn.seq)
            said = [self._apology(turn)]
            await turns.finish_turn(self._runtime, turn, said, rasa_answered=False, in_doubt=True)
            return
        if turn.pressed and turn.for_bot == turns.PASS_ON:
            await turns.pass_on(self._runtime, turn)
            return
        if not turn.for_bot:
            words = message(self._runtime, "file_received" if turn.has_files else "no_words", turn.language)
            said = [Answer(words.text, words.choices)]
            await turns.finish_turn(
                self._runtime, turn, said, rasa_answered=False, in_doubt=turn.rasa_in_doubt
            )
            return
        await self._hub.tell(turn.conversation_id, {"type": "typing"})
        with TURN_SECONDS.time():
            answers, answered, in_doubt = await self._ask_rasa(turn)
        TURNS.labels("answered" if answered else "failed").inc()
        await turns.finish_turn(self._runtime, turn, answers, rasa_answered=answered, in_doubt=in_doubt)

    async def _ask_rasa(self, turn: Turn) -> tuple[list[Answer], bool, bool]:
        """The answers, whether they are Rasa's, and whether Rasa's state is in doubt now."""
        try:
            earlier = await self._prepare(turn)
            return earlier or await self._rasa.answer(turn), True, False
        except RasaFailed as failure:
            log.warning("no answer in conversation %s, seq %d: %s", turn.conversation_id, turn.seq, failure)
            in_doubt = failure.in_doubt or turn.rasa_in_doubt
            return [self._apology(turn)], False, in_doubt

    def _apology(self, turn: Turn) -> Answer:
        words = message(self._runtime, "apology", turn.language)
        return Answer(words.text, words.choices)

    async def _prepare(self, turn: Turn) -> list[Answer] | None:
        """Before the call: an answer from before a crash is taken, doubt cleared, a long session ended."""
        if turn.attempts > 1 and (earlier := await self._rasa.earlier_answer(turn)):
            return earlier
        if turn.rasa_in_doubt:
            await self._rasa.clear_form(turn.dialogue_id)
        limit = self._runtime.settings.rasa_session_turns
        long = turn.rasa_turns >= limit and not await self._rasa.has_open_form(turn.dialogue_id)
        if long or turn.rasa_session_over:
            await self._rasa.end_session(turn.dialogue_id)
            await turns.rasa_session_ended(self._runtime, turn.conversation_id)
        return None
