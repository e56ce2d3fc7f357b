"""Claims for broken items: decided by the rules, listed, confirmed once, for the owner only."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from tests.system.chat import Chat, Turn
from tests.system.others import Row
from tests.system.people import People, Person
from tests.system.scene import Scene

AINO, ELINA, JONAS, SOFIA, KATRIN, LEENA = "c-1001", "c-1003", "c-1004", "c-1005", "c-1007", "c-1015"
MIKKO = "c-1002"
YES = "Yes, open the claim"
ADVANCE = "Replacement first, then send the old one"
MAIL_IN = "Mail it in for repair"


def claims(scene: Scene, person: Person) -> list[Row]:
    """The claims on that person's orders."""
    return [row for row in scene.rows("claims") if row["order_number"] in person.numbers.values()]


def yesterday(people: People) -> date:
    """The day before today where the shop is."""
    return datetime.now(people.zone).date() - timedelta(days=1)


def at_summary(chat: Chat) -> Turn:
    """A dropped espresso machine, up to the list of what would be asked for."""
    told = chat.ask("I droped my espresso machine yesterday and now it doesnt turn on any more")
    assert ADVANCE in told.buttons
    chat.press(ADVANCE)
    return chat.press("Yes, I agree")


def test_replacement_in_advance_under_the_plan(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    told = chat.ask("I dropped my espresso machine yesterday and it no longer turns on")
    assert f"Havu Care Plus ({sofia.contracts['P-4101']})" in told.text
    assert "accidents are excluded" in told.text
    assert "€25.00" in told.text
    assert told.buttons[:2] == [ADVANCE, MAIL_IN]
    hold = chat.press(ADVANCE)
    assert "€329.00" in hold.text
    assert sofia.address["line1"] in hold.text
    summary = chat.press("Yes, I agree")
    assert people.written(yesterday(people)) in summary.text
    assert claims(scene, sofia) == []
    done = chat.press(YES)
    [claim] = claims(scene, sofia)
    assert claim["number"] in done.text
    assert claim["number"].startswith(f"CLM-{datetime.now(UTC).year}-")
    assert "requested" in done.text
    assert (claim["option"], claim["status"], claim["cause"]) == (
        "advance_replacement",
        "requested",
        "accident",
    )
    assert claim["contract_id"] == sofia.contracts["P-4101"]
    assert claim["occurred_on"] == yesterday(people)
    assert claim["hold_consent_at"] is not None
    assert claim["return_by"] == yesterday(people) + timedelta(days=15)
    assert claim["deductible"] == 25
    [request] = scene.rows("shop_requests", subject=f"claim:{claim['number']}")
    assert (request["kind"], request["status"]) == ("open_claim", "requested")
    [mail] = [mail for mail in scene.mails(sofia) if claim["number"] in mail["subject"] + mail["body"]]
    assert mail["recipient"] == sofia.email


def test_double_yes_and_a_second_tab_open_one_claim(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    tabs = [scene.enter(sofia), scene.enter(sofia)]
    for tab in tabs:
        at_summary(tab)
    pressed = [(tab, tab.send(choice=tab.choice(YES))) for tab in tabs for _ in range(2)]
    for tab, seq in pressed:
        assert tab.answer_to(seq).messages
    assert len(claims(scene, sofia)) == 1
    [claim] = claims(scene, sofia)
    assert len(scene.rows("shop_requests", subject=f"claim:{claim['number']}")) == 1


def test_visit_at_home_under_home_service(people: People, scene: Scene) -> None:
    elina = people.clone(ELINA)
    chat = scene.enter(elina)
    asked = chat.ask("I spilled paint on my kaarna bookcase yesterday")
    assert "Havu Home Service" in asked.text
    assert "Turku" in asked.text
    summary = chat.press(asked.buttons[1])
    assert asked.buttons[1] in summary.text
    done = chat.ask("yes")
    [claim] = claims(scene, elina)
    assert claim["number"] in done.text
    assert (claim["option"], claim["provider_id"]) == ("on_site", "kotihuolto")
    assert claim["slot"] is not None
    assert claim["provider_due_at"] - claim["opened_at"] == timedelta(hours=24)
    told = scene.rows("outbox", recipient="huolto@pohjolan-kotihuolto.example")
    assert [mail for mail in told if claim["number"] in mail["subject"] + mail["body"]]


def test_defect_is_the_sellers_liability_and_goes_by_mail(people: People, scene: Scene) -> None:
    jonas = people.clone(JONAS)
    chat = scene.enter(jonas)
    symptom = chat.ask("my floor lamp is broken :(")
    assert "What is wrong with it?" in symptom.text
    cause = chat.ask("the dimmer in the cord does nothing")
    day = chat.press("It came by itself") if "It came by itself" in cause.buttons else cause
    assert "Since when?" in day.text
    told = chat.ask("3 days ago")
    assert "costs you nothing" in told.text
    summary = chat.press(MAIL_IN) if MAIL_IN in told.buttons else told
    assert "the dimmer in the cord does nothing" in summary.text
    chat.press(YES)
    [claim] = claims(scene, jonas)
    assert (claim["option"], claim["contract_id"], claim["cause"]) == ("mail_in", None, "defect")
    assert claim["rule_id"].startswith("warranty.liability")
    assert claim["occurred_on"] == yesterday(people) - timedelta(days=2)
    assert claim["deductible"] is None or claim["deductible"] == 0


def test_waiting_time_refuses_with_its_day_and_the_next_way(people: People, scene: Scene) -> None:
    leena = people.clone(LEENA)
    chat = scene.enter(leena)
    told = chat.ask("I spilled ink all over my desk yesterday")
    assert f"waiting time, which runs until {people.written('+17d')}" in told.text
    assert leena.contracts["P-4125"] in told.text
    assert f"from {people.written('+18d')} on" in told.text
    assert "Leave a message for staff" in told.buttons
    assert claims(scene, leena) == []


def test_which_plan_is_mine_what_it_covers_and_until_when(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    [contract] = scene.rows("plan_contracts", id=sofia.contracts["P-4101"])
    chat = scene.enter(sofia)
    mine = chat.ask("which service plan do I have and until when?")
    until = contract["ends_at"].replace(tzinfo=UTC).astimezone(people.zone).date()
    assert "Havu Care Plus" in mine.text
    assert sofia.contracts["P-4101"] in mine.text
    assert people.written(until) in mine.text
    covers = chat.ask("what does havu care plus cover and what does it cost?")
    assert "€59.00" in covers.text
    assert "drops and spills" in covers.text


def test_ended_plan_refuses_with_its_day(people: People, scene: Scene) -> None:
    katrin = people.clone(KATRIN)
    [contract] = scene.rows("plan_contracts", id=katrin.contracts["P-2007"])
    chat = scene.enter(katrin)
    told = chat.ask("a leg of my sofa came off yesterday, please send somebody to mend it")
    assert "the contract ended on" in told.text
    assert people.written(contract["ends_at"].replace(tzinfo=UTC).astimezone(people.zone).date()) in told.text
    assert "Leave a message for staff" in told.buttons
    assert claims(scene, katrin) == []


def test_accident_without_a_plan_is_refused_with_the_rule(people: People, scene: Scene) -> None:
    jonas = people.clone(JONAS)
    chat = scene.enter(jonas)
    told = chat.ask("my floor lamp got knocked over yesterday and the shade is torn")
    assert "accidents are excluded" in told.text
    assert "repair that you pay" in told.text
    assert "Leave a message for staff" in told.buttons
    assert claims(scene, jonas) == []


def test_new_item_is_best_sent_back(people: People, scene: Scene) -> None:
    aino = people.clone(AINO)
    chat = scene.enter(aino)
    told = chat.ask("my tuisku blender stopped working yesterday, the motor just hums")
    assert "can still go back until" in told.text
    assert people.written("+18d") in told.text
    assert told.buttons[0] == "Send it back, money back"
    repair = chat.press("Have it repaired instead")
    assert "costs you nothing" in repair.text
    assert claims(scene, aino) == []


def test_day_and_symptom_are_corrected_at_the_summary(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    at_summary(chat)
    before = yesterday(people) - timedelta(days=2)
    corrected = chat.ask(f"no sorry, it was on {before:%B} {before.day}")
    assert people.written(before) in corrected.text
    chat.press("Change something")
    chat.press("What is wrong")
    again = chat.ask("it fell off the table and the tank leaks")
    assert "the tank leaks" in again.text
    assert claims(scene, sofia) == []
    chat.ask("yes please")
    [claim] = claims(scene, sofia)
    assert (claim["occurred_on"], claim["symptom"]) == (before, "it fell off the table and the tank leaks")


def test_question_in_the_middle_is_answered_and_the_claim_goes_on(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    at_summary(chat)
    between = chat.ask("how long is shipping to Italy?")
    assert "Italy" in between.text
    assert YES in between.buttons
    chat.ask("and where is your shop?")
    chat.press(YES)
    assert len(claims(scene, sofia)) == 1


@pytest.mark.parametrize("stop", ["stop", "forget it"])
def test_stopping_opens_nothing(people: People, scene: Scene, stop: str) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    at_summary(chat)
    chat.ask(stop)
    chat.ask("yes")
    assert claims(scene, sofia) == []


def test_wrong_kind_of_answer_twice_gets_help(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    chat.ask("my espresso machine no longer turns on")
    answers = [chat.ask(text) for text in ("purple", "hmm dunno")]
    assert answers[-1].text != answers[0].text
    assert "If you do not know" in answers[-1].text
    assert claims(scene, sofia) == []


def test_somebody_elses_item_is_not_claimed_and_the_try_is_kept(people: People, scene: Scene) -> None:
    sofia, mikko = people.clone(SOFIA), people.clone(MIKKO)
    chat = scene.enter(mikko)
    theirs = sofia.order("10217")
    answers = [
        chat.ask(f"I dropped the espresso machine from order {theirs} yesterday, it is broken"),
        chat.ask(f"{theirs}, {mikko.email}"),
        chat.ask("just open the claim"),
        chat.ask("yes"),
    ]
    for answer in answers:
        assert "Kuura" not in answer.text
        assert "P-4101" not in answer.text
    assert claims(scene, sofia) == []
    assert ("open_order", "order", "refused") in scene.audit(chat)


def test_visitor_hears_the_verdict_and_proves_by_code_before_the_claim(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.visit(sofia)
    told = chat.ask(
        f"I dropped my espresso machine yesterday, order {sofia.order('10217')}, {sofia.email}, it is dead"
    )
    if "code" not in told.text:
        told = chat.press(MAIL_IN)
    assert sofia.address["line1"] not in told.text
    assert claims(scene, sofia) == []
    chosen = chat.ask(scene.code(sofia))
    summary = chat.press(MAIL_IN) if MAIL_IN in chosen.buttons else chosen
    assert YES in summary.buttons
    chat.press(YES)
    [claim] = claims(scene, sofia)
    assert claim["option"] == "mail_in"


def test_attached_photo_goes_with_the_claim(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    chat.ask("my espresso machine is broken")
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(picture, "PNG")
    photo = chat.upload("machine.png", picture.getvalue())
    chat.answer_to(chat.send("I dropped it yesterday and the housing is cracked", files=[photo]))
    chat.press(MAIL_IN)
    chat.press(YES)
    [claim] = claims(scene, sofia)
    assert photo in str(claim["attachments"])


def test_status_is_told_and_the_claim_called_off_once(people: People, scene: Scene) -> None:
    sofia = people.clone(SOFIA)
    chat = scene.enter(sofia)
    at_summary(chat)
    chat.press(YES)
    [claim] = claims(scene, sofia)
    told = chat.ask("hows my claim going")
    assert claim["number"] in told.text
    assert "not confirmed yet" in told.text
    listed = chat.ask("please cancel my claim")
    assert claim["number"] in listed.text
    assert [row["status"] for row in claims(scene, sofia)] == ["requested"]
    yes = chat.choice("Yes")
    for seq in [chat.send(choice=yes), chat.send(choice=yes)]:
        assert chat.answer_to(seq).messages
    assert [row["status"] for row in claims(scene, sofia)] == ["cancelled"]
    kinds = [row["kind"] for row in scene.rows("shop_requests", subject=f"claim:{claim['number']}")]
    assert sorted(kinds) == ["cancel_claim", "open_claim"]
