"""What to say when the customer was not understood: more help with every miss in a row."""

from collections.abc import Mapping

from rasa_sdk.events import FollowupAction, SlotSet

from actions import follow_up, policy_answers, products
from actions.base import MISSES, ShopAction
from actions.history import Event
from actions.turn import Button, Turn
from bot.services.policy_steps import INTENTS
from bot.shop.content.vocabulary import Topic

# Intents that a customer can be asked about by name; each has a response `utter_choice_<intent>`.
MEANINGFUL = frozenset(
    {
        "ask_shipping_policy",
        "ask_return_policy",
        "ask_warranty_policy",
        "ask_sales_policy",
        "ask_order_status",
        "cancel_order",
        "report_delivery_problem",
        "start_return",
        "check_return_status",
        "start_service_plan_claim",
        "ask_service_plan",
        "check_claim_status",
        "ask_reward_balance",
        "redeem_rewards",
        "ask_offers",
        "ask_product_info",
        "ask_recommendation",
        "complain",
        "request_human",
        "manage_contact_preferences",
        "privacy_request",
        "ask_capabilities",
    }
)
# Less likely than this is not worth asking about.
WORTH_ASKING = 0.12
# What is less likely than this is asked about, even if the message holds words of it.
WORTH_TRUSTING = 0.3
POLICY_INTENTS: Mapping[str, Topic] = {intent: topic for topic, intent in INTENTS.items()}


def missed(turn: Turn, first: str, guesses: tuple[Button, ...] = ()) -> list[Event]:
    """Answer a message that was not understood: `first`, then choices, then staff."""
    misses = turn.count(MISSES) + 1
    if misses == 1:
        turn.say(first, buttons=guesses)
    else:
        turn.say("utter_smalltalk_choices" if misses == 2 else "utter_handoff_after_misses")
    return [SlotSet(MISSES, misses)]


def _likeliest(turn: Turn) -> tuple[str, float]:
    """The likeliest intent a customer can be asked about, with its confidence."""
    return next((one for one in turn.ranking() if one[0] in MEANINGFUL), ("", 0.0))


async def _understood_after_all(turn: Turn, likely: Topic | None = None) -> list[Event] | None:
    """The answer on the policy or product that the message goes on with, misspells, or likely means."""
    answered = await policy_answers.go_on(turn)
    if answered is None and (topic := likely or follow_up.misspelt(turn)):
        answered = await policy_answers.answer_as(turn, topic)
    name, confidence = _likeliest(turn)
    is_product = name == "ask_product_info" and confidence >= WORTH_ASKING
    if answered is None and (is_product or confidence < WORTH_TRUSTING):
        answered = await products.understood_after_all(turn, likely=is_product)
    return None if answered is None else [SlotSet(MISSES, 0), *answered]


class Clarify(ShopAction):
    """Says that it did not understand, and asks whether the likeliest guesses are meant."""

    understood = False

    def name(self) -> str:
        """In the domain and in config.yml."""
        return "action_clarify"

    async def answer(self, turn: Turn) -> list[Event]:
        """Go on with the last subject, or trust a guess that the words bear out; else ask what is meant."""
        answered = await _understood_after_all(turn, self._borne_out(turn))
        if answered is not None:
            return [*answered, FollowupAction("action_listen")]
        guesses = self._guesses(turn)
        first = "utter_smalltalk_did_you_mean" if guesses else "utter_smalltalk_not_understood"
        # Where no rule applies, nothing else would end the turn or ask the form's question again.
        return [*missed(turn, first, guesses), FollowupAction(turn.form or "action_listen")]

    def _borne_out(self, turn: Turn) -> Topic | None:
        """The policy of the likeliest guess, if the message also holds its words."""
        name, confidence = _likeliest(turn)
        topic = POLICY_INTENTS.get(name)
        if topic is None or turn.form or turn.is_button or confidence < WORTH_TRUSTING:
            return None
        return topic if follow_up.adds_to(turn, topic) else None

    def _guesses(self, turn: Turn) -> tuple[Button, ...]:
        likely = (name for name, confidence in turn.ranking() if confidence >= WORTH_ASKING)
        names = [name for name in likely if name in MEANINGFUL][:2]
        return tuple(turn.button(f"utter_choice_{name}", name) for name in names)


class OutOfScope(ShopAction):
    """Says honestly that this is not its business, and what is."""

    understood = False

    def name(self) -> str:
        """In the domain."""
        return "action_out_of_scope"

    async def answer(self, turn: Turn) -> list[Event]:
        """Short questions that go on are taken for this too; nonsense leads to choices and to staff."""
        if (answered := await _understood_after_all(turn)) is not None:
            return answered
        return missed(turn, "utter_smalltalk_out_of_scope")
