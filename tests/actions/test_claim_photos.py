"""Photos that come along with a claim."""

from pathlib import Path

from sqlalchemy import select

from bot.services.conversations import conversation_of
from bot.services.runtime import Runtime
from bot.store.conversations import Attachment
from tests.actions.claim_shop import BROKE, OLD, OLD_PLAN, at_claim_summary, claims, fill
from tests.actions.dialogue import Dialogue
from tests.actions.shop import sign_in

YES = "Yes, open the claim"


async def send_photo(runtime: Runtime, dialogue: Dialogue, name: str, seq: int | None) -> None:
    """Keep a photo as the gateway does; with `seq` it was sent off with that message."""
    async with runtime.database.transaction() as session:
        conversation = await conversation_of(session, dialogue.dialogue_id)
        kind = {"name": name, "content_type": "image/png", "size": 1, "at": runtime.clock()}
        session.add(Attachment(id=name, conversation_id=conversation.id, seq=seq, **kind))


async def test_photo_of_the_first_sentence_belongs_to_the_claim(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    await fill(actions_runtime, tmp_path, [OLD], [OLD_PLAN])
    await sign_in(actions_runtime, dialogue.dialogue_id)
    await send_photo(actions_runtime, dialogue, "cracked", 1)
    await send_photo(actions_runtime, dialogue, "unsent", None)
    await dialogue.say("I dropped my espresso machine yesterday", BROKE)
    summary = await dialogue.press('/inform{"claim_option": "mail_in"}')
    assert "Photos: 1" in summary.texts[0]
    await dialogue.press(summary.payload(YES))
    (claim,) = await claims(actions_runtime)
    assert claim.attachments == ["cracked"]


async def test_photo_that_comes_at_the_summary_is_listed_before_it_counts(
    dialogue: Dialogue, actions_runtime: Runtime, tmp_path: Path
) -> None:
    summary = await at_claim_summary(dialogue, actions_runtime, tmp_path)
    await send_photo(actions_runtime, dialogue, "late", 5)
    again = await dialogue.press(summary.payload(YES))
    assert again.names == ["utter_claims_look_again", "utter_claims_summary"]
    await dialogue.press(again.payload(YES))
    async with actions_runtime.database.reading() as session:
        kept = list(await session.scalars(select(Attachment.id)))
    assert [claim.attachments for claim in await claims(actions_runtime)] == [kept]
