"""Several tasks in one conversation: one form at a time, the others wait and are offered again."""

from typing import Any

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions import history
from actions.history import Event
from actions.turn import Turn

# Forms that wait, the newest last: each with the slots that were filled.
OPEN = "open_tasks"
AT_MOST = 3
# What a task needs beside the slots its form asks for.
BESIDE: dict[str, tuple[str, ...]] = {
    "staff_message_form": ("staff_message_key", "staff_message_topic", "staff_message_draft"),
    "order_access_form": ("order_purpose", "order_code_sent", "order_email"),
    "account_access_form": ("order_purpose",),
    "cancel_order_form": ("cancel_order_number",),
    "change_claim_form": ("claim_asked", "claim_asked_step"),
    "claim_facts_form": ("claim_order", "claim_said", "claim_key", "claim_begun"),
    "claim_request_form": ("claim_order", "claim_line", "claim_repair", "claim_key", "claim_begun"),
    "delivery_problem_form": ("delivery_order",),
    "start_return_form": (
        "return_order",
        "return_key",
        "return_said",
        "return_shown",
        "return_changing",
        "return_refused",
    ),
    "cancel_return_form": ("cancel_return_number", "cancel_return_shown"),
    "delivery_remedy_form": ("delivery_order", "delivery_parcel", "delivery_kind", "delivery_text"),
}


def open_form(turn: Turn, form: str, events: list[Event]) -> list[Event]:
    """Set what `events` set and go on in `form`; another form that is open waits."""
    if turn.form == form:
        return events
    if turn.form is None:
        return [*events, FollowupAction(form)]
    return [*put_aside(turn), *events, FollowupAction(form)]


def end_form() -> list[Event]:
    """End the open form at once, whatever is still unasked; its submission decides what was meant."""
    return [SlotSet("requested_slot", None)]


def offer_rest(turn: Turn) -> list[Event]:
    """After a task, offer the one that waits, if there is one."""
    if waiting(turn):
        turn.ask("utter_tasks_resume")
    return []


def was_offered(turn: Turn) -> bool:
    """Whether the last answer asked to go on with a task that waits."""
    said = [message.get("data") or {} for message in history.last_answer(turn.events())]
    buttons = [button for data in said for button in data.get("buttons") or []]
    return any("task_step" in str(button.get("payload")) for button in buttons) and bool(waiting(turn))


def waiting(turn: Turn) -> list[dict[str, Any]]:
    """The tasks that wait; slots may hold anything, so what does not fit is left out."""
    kept = turn.value(OPEN)
    found = kept if isinstance(kept, list) else []
    return [task for task in found if isinstance(task, dict) and isinstance(task.get("form"), str)]


def resume(turn: Turn) -> list[Event]:
    """Take up the newest task that waits."""
    *others, task = waiting(turn) or [{}]
    form = task.get("form")
    if form is None or form not in turn.forms:
        turn.say("utter_smalltalk_nothing_to_stop")
        return [SlotSet(OPEN, None)]
    slots = task.get("slots")
    refilled = slots.items() if isinstance(slots, dict) else ()
    return open_form(turn, form, [SlotSet(OPEN, others), *(SlotSet(name, value) for name, value in refilled)])


def drop(turn: Turn) -> list[Event]:
    """Forget the newest task that waits."""
    turn.say("utter_smalltalk_stopped")
    return [SlotSet(OPEN, waiting(turn)[:-1])]


def put_aside(turn: Turn) -> list[Event]:
    """Close the open form and keep what was filled, to be offered again."""
    names = (*turn.form_slots(), *BESIDE.get(turn.form or "", ()))
    slots = {slot: turn.slot(slot) for slot in names if turn.slot(slot) is not None}
    task = {"form": turn.form, "slots": slots}
    kept = [other for other in waiting(turn) if other["form"] != turn.form][-AT_MOST + 1 :]
    emptied = [SlotSet(slot, None) for slot in turn.form_slots()]
    return [SlotSet(OPEN, [*kept, task]), *emptied, ActiveLoop(None), SlotSet("requested_slot", None)]
