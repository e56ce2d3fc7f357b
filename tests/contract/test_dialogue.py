"""Rasa's files and the actions hold together: every name that one uses, the other has."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions import handoff, misses, server
from actions.words import variant
from bot.shop.requests import RequestKind
from bot.shop.rule_ids import Rule
from bot.shop.verdicts import RouteKind

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"en", "fi", "fil"}
RESPONSE_FILES = sorted((ROOT / "data" / "responses").glob("*.yml"))
RULE_FILES = sorted((ROOT / "data" / "rules").glob("*.yml"))
ACTION_FILES = sorted((ROOT / "actions").rglob("*.py"))
# The server speaks to operators only.
SPEAKING_FILES = [path for path in ACTION_FILES if path.name != "server.py"]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text())
RESPONSES: dict[str, list[dict[str, Any]]] = {
    key: variants
    for path in RESPONSE_FILES
    for key, variants in yaml.safe_load(path.read_text())["responses"].items()
}
RULES = [rule for path in RULE_FILES for rule in yaml.safe_load(path.read_text())["rules"]]
CONTRACT_INTENTS = re.findall(
    r"^\| ([a-z_, ]+?) \|", (ROOT / "docs" / "intents.md").read_text(), re.MULTILINE
)
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def executor() -> ActionExecutor:
    return server.executor()


def strings(path: Path) -> list[str]:
    """All string literals of a module that are not docstrings."""
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    literals = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [value for value in literals if isinstance(value, str) and value not in docs]


def buttons(key: str) -> list[dict[str, str]]:
    return [button for found in RESPONSES[key] for button in found.get("buttons") or []]


def test_domain_names_exactly_the_actions_that_are_registered(executor: ActionExecutor) -> None:
    assert sorted(executor.actions) == sorted(DOMAIN["actions"])


def test_domain_has_the_contract_intents_and_those_of_buttons() -> None:
    contract = {name.strip() for names in CONTRACT_INTENTS for name in names.split(",")} - {"intent"}
    assert len(contract) == 33
    assert set(DOMAIN["intents"]) == contract | {"leave_message", "cancel_return", "withdraw_from_contract"}


def test_every_intent_has_one_rule_outside_forms() -> None:
    first_steps = [rule["steps"][0].get("intent") for rule in RULES if "condition" not in rule]
    assert Counter(first_steps) == Counter([*DOMAIN["intents"], "nlu_fallback"])


def test_rules_use_only_actions_and_forms_of_the_domain() -> None:
    used = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert used <= {*DOMAIN["actions"], *DOMAIN["forms"]}


def test_rules_never_say_a_response_by_themselves() -> None:
    """The actions know which language the message was in; a bare response does not."""
    used = [step["action"] for rule in RULES for step in rule["steps"] if "action" in step]
    assert [name for name in used if name.startswith("utter_")] == []


def test_every_form_has_its_reader_its_questions_and_its_end() -> None:
    for form, about in DOMAIN["forms"].items():
        asking = {f"action_ask_{form}_{slot}" for slot in about["required_slots"]}
        ending = {f"validate_{form}", f"action_submit_{form.removesuffix('_form')}"}
        assert asking | ending <= set(DOMAIN["actions"])
        assert set(about["required_slots"]) <= set(DOMAIN["slots"])


def test_no_slot_decides_which_action_runs() -> None:
    assert [
        name for name, slot in DOMAIN["slots"].items() if slot["influence_conversation"] is not False
    ] == []


def test_no_entity_decides_which_action_runs() -> None:
    entities = [(name, about) for entity in DOMAIN["entities"] for name, about in entity.items()]
    assert [name for name, about in entities if about != {"influence_conversation": False}] == []


def test_no_response_stands_in_two_files() -> None:
    """Rasa would silently lose the variants of one of them."""
    keys = [key for path in RESPONSE_FILES for key in yaml.safe_load(path.read_text())["responses"]]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


@pytest.mark.parametrize("path", RESPONSE_FILES, ids=lambda path: path.stem)
def test_no_response_stands_twice_in_a_file(path: Path) -> None:
    keys = re.findall(r"^  (utter_\w+):", path.read_text(), re.MULTILINE)
    assert [key for key, count in Counter(keys).items() if count > 1] == []


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_response_is_there_in_every_language(key: str) -> None:
    """One variant without a condition, which is English, and one for each other language."""
    languages = [found.get("condition") for found in RESPONSES[key]]
    conditions = [[(one["type"], one["name"], one["value"]) for one in each] for each in languages if each]
    assert sorted(conditions) == [[("slot", "language", "fi")], [("slot", "language", "fil")]]
    assert languages.count(None) == 1


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_buttons_do_the_same_in_every_language(key: str) -> None:
    payloads = [[button["payload"] for button in found.get("buttons") or []] for found in RESPONSES[key]]
    assert payloads == [payloads[0]] * len(payloads)


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_no_variant_is_for_one_channel(key: str) -> None:
    """A channel's variant would beat the one for the customer's language."""
    assert not any("channel" in found for found in RESPONSES[key])


@pytest.mark.parametrize("key", sorted(key for key in RESPONSES if buttons(key)))
def test_buttons_send_what_rasa_knows(key: str) -> None:
    for button in buttons(key):
        name, brace, entities = button["payload"].removeprefix("/").partition("{{")
        assert name in DOMAIN["intents"]
        names = re.findall(r'"(\w+)": ', brace + entities)
        assert set(names) <= {entity for known in DOMAIN["entities"] for entity in known}
        assert button["title"].strip()


def test_buttons_name_only_known_topics_of_staff_messages() -> None:
    topics = re.findall(r'/leave_message{{"topic": "(\w+)"}}', "".join(p.read_text() for p in RESPONSE_FILES))
    assert topics
    assert set(topics) <= handoff.TOPICS


def test_every_response_that_code_says_exists() -> None:
    said = {text for path in ACTION_FILES for text in strings(path) if re.fullmatch(r"utter_\w+[^_]", text)}
    assert said
    # The key under which Rasa keeps, in a message's metadata, the response it was made of.
    assert said - {"utter_action"} <= set(RESPONSES)


def test_every_slot_that_code_sets_exists() -> None:
    """Constants and literals that are the first argument of SlotSet."""
    for path in ACTION_FILES:
        tree = ast.parse(path.read_text())
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        sets = [
            call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "SlotSet"
        ]
        names = {arg.value for arg in sets if isinstance(arg, ast.Constant)} - {"requested_slot"}
        assert names <= set(DOMAIN["slots"]), path.name


def test_every_guess_and_every_offer_has_its_words() -> None:
    assert {f"utter_choice_{intent}" for intent in misses.MEANINGFUL} <= set(RESPONSES)
    assert set(handoff.OFFERS.values()) <= set(RESPONSES)
    offering = {
        rule["steps"][0]["intent"]
        for rule in RULES
        if rule["steps"][1:] == [{"action": "action_offer_staff_message"}]
    }
    assert offering == set(handoff.OFFERS)


@pytest.mark.parametrize("path", SPEAKING_FILES, ids=lambda path: path.stem)
def test_code_holds_no_words_for_customers(path: Path) -> None:
    """A literal of two words or more is a sentence; those stand in responses and in content/."""
    sentences = [text for text in strings(path) if len(WORD.findall(text)) > 1 and " " in text.strip()]
    assert sentences == []


def test_language_of_a_variant_is_chosen_as_rasa_does() -> None:
    for language in LANGUAGES:
        found = variant({"responses": RESPONSES}, "utter_smalltalk_goodbye", {"language": language})
        assert (found.get("condition") or [{"value": "en"}])[0]["value"] == language


def test_every_kind_of_request_has_a_name_for_customers() -> None:
    assert {f"utter_orders_kind_{kind}" for kind in RequestKind} <= set(RESPONSES)


def test_every_rule_and_way_of_a_return_has_its_words() -> None:
    deciding = {rule for rule in Rule if rule.startswith("returns.window") or rule == Rule.ORDERS_STATUS}
    named = {f"utter_returns_rule_{rule.replace('.', '_')}" for rule in deciding}
    ways = {f"utter_returns_route_{kind}" for kind in RouteKind}
    dated = {f"utter_returns_route_{kind}_until" for kind in RouteKind if kind != RouteKind.CANCEL}
    assert named | ways | dated <= set(RESPONSES)
