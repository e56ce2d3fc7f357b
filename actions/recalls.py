"""A recall is said before anything else, whatever was asked."""

from collections.abc import Collection

from actions import history
from actions.turn import Turn
from bot.services import recalls

RESPONSE = "utter_products_recall"


async def say_recalls(turn: Turn, skus: Collection[str] = (), number: str | None = None) -> bool:
    """Say, once in a turn, the recalls of what this message names, of `skus` and of the order it is about.

    Whether there was any.
    """
    if turn.has_said(RESPONSE) or history.has_said(turn.events(), RESPONSE):
        return True
    found = await recalls.recalls_for(
        turn.runtime,
        turn.dialogue_id,
        turn.language,
        text="" if turn.is_button else turn.text,
        skus=skus,
        order_number=number or turn.entity("order_number"),
    )
    for notice in found:
        turn.say(RESPONSE, product=notice.product, danger=notice.text, remedy=notice.remedy)
    return bool(found)
