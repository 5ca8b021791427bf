"""E7.106, E7.107: what only a person may answer is handed to the rep with a calm note, and nothing is drafted.

It's Wednesday, 4 March 2026. Ines asked for a paper; our answer of six working days ago led nowhere.
"""

from datetime import timedelta

import pytest

from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.workflows import review
from tests.edges.deciding import says
from tests.edges.no import only
from tests.edges.scene import Scene
from tests.workflows.world import days

ANGER = "Hi Noor,\n\nI am very angry about how you treat us.\n\nInes\n"
THANKS = "Hi Noor,\n\nThank you for your quick answer. Could you send us the price list?\n\nInes\n"
ANGRY = [
    "I am very angry about how you treat us.",
    "This is outrageous. I have asked you three times now.",
    "Stop wasting our time!",
    "Thanks for nothing.",
    "Ich bin wirklich wütend darüber, wie Sie mit uns umgehen.",
    "C'est scandaleux, et nous sommes vraiment furieux de votre réponse.",
    "Esto es una vergüenza y estamos muy enfadados con ustedes.",
]
DISTRESSED = ["My father passed away on Sunday.", "Mein Vater ist am Sonntag gestorben, ich melde mich später."]
GRAVE = {
    "We will take legal action because of your breach of contract.": "legal steps",
    "Our lawyers will contact you about the breach of contract.": "legal steps",
    "We have had a data breach through your software.": "security incident",
    "Wir haben einen Sicherheitsvorfall in Ihrem System festgestellt.": "security incident",
    "We are making a formal complaint about your service.": "complains",
    "Under Article 17 GDPR I request that you delete my personal data.": "data protection",
    "Ich verlange nach Art. 17 DSGVO die Löschung meiner Daten.": "data protection",
    "En vertu de l'article 17 du RGPD, je demande la suppression de mes données.": "data protection",
    "Please remove me from your mailing list.": "not to be written to",
    "Bitte streichen Sie mich aus Ihrem Verteiler.": "not to be written to",
    "Merci de ne plus m'écrire.": "not to be written to",
    "Por favor, dejen de escribirme.": "not to be written to",
}
ORDINARY = [
    "Are you compliant with the GDPR?",
    "Could our lawyers have the contract as a Word file?",
    "What do you do if there is a data breach?",
    "How does a customer file a complaint in your tool?",
    "We are fed up with our current tool. Could you send us the price list?",
    "The liability clause is unacceptable to our legal department. Could you change it?",
    "Could you remove the second site from the offer?",
]


@pytest.mark.parametrize("text", [*ANGRY, *DISTRESSED, *GRAVE])
def test_what_only_a_person_may_answer_gets_no_draft(scene: Scene, text: str) -> None:
    """E7.106, E7.107"""
    scene.receives(says(text))
    scene.morning()
    assert [item.kind for item in scene.queue] == [ItemKind.NOTICE]


@pytest.mark.parametrize("text", [*ANGRY, *DISTRESSED])
def test_the_note_about_it_is_calm_and_shows_their_sentence(scene: Scene, text: str) -> None:
    """E7.106"""
    scene.receives(says(text))
    scene.morning()
    note = only(scene.notices)
    assert note.title.startswith("Ines Okafor ")
    assert "Nothing is drafted" in note.title
    assert "!" not in note.title
    assert note.reasons[0].sentence in text


@pytest.mark.parametrize("text", GRAVE)
def test_the_note_says_what_it_is_about(scene: Scene, text: str) -> None:
    """E7.107"""
    scene.receives(says(text))
    scene.morning()
    assert GRAVE[text] in only(scene.notices).title


def test_it_takes_down_the_draft_that_waited(scene: Scene) -> None:
    """E7.106"""
    scene.morning()
    pending = only(scene.drafts)
    scene.world.now += timedelta(hours=2)
    scene.receives(ANGER)
    scene.morning()
    assert scene.world.item(pending.id).state is ItemState.WITHDRAWN


def test_after_the_rep_has_read_the_note_still_nothing_is_drafted(scene: Scene) -> None:
    """E7.106"""
    scene.receives(ANGER)
    scene.morning()
    review.approve(scene.world.desk, only(scene.notices).id, scene.world.now)
    for later in (1, 6, 30, 90):
        scene.morning(days(later))
        assert scene.drafts == []


def test_after_the_reps_own_answer_no_cadence_follows(scene: Scene) -> None:
    """E7.106"""
    told = scene.receives(ANGER)
    scene.morning()
    scene.sends("Hi Ines,\n\nI am sorry. Here is the paper.\n\nNoor\n", at=scene.world.now, reply_to=told)
    for later in (1, 6, 30):
        scene.morning(days(later))
        assert scene.drafts == []


def test_when_they_write_in_peace_again_it_goes_on(scene: Scene) -> None:
    """E7.106"""
    told = scene.receives(ANGER)
    scene.morning()
    sorry = scene.sends("Hi Ines,\n\nI am sorry. Here is the paper.\n\nNoor\n", at=scene.world.now, reply_to=told)
    scene.world.now += days(1)
    scene.receives(THANKS, reply_to=sorry)
    scene.morning()
    assert scene.purposes == [Purpose.ANSWER]


def test_a_talk_with_a_next_step_settles_it(scene: Scene) -> None:
    """E7.106"""
    scene.receives(ANGER)
    scene.morning()
    day = scene.world.now.date() + days(5)
    review.spoke(scene.world.desk, "harbour", "We talked it over.", scene.world.now, who="Ines", day=day)
    scene.morning(timedelta(hours=1))
    assert scene.notices == []


def test_an_old_storm_is_no_news_and_still_stops_the_cadence(scene: Scene) -> None:
    """E7.106"""
    scene.receives(ANGER)
    scene.morning_of(2026, 5, 20)
    assert scene.queue == []


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_about_such_things_is_answered(scene: Scene, text: str) -> None:
    """E7.107, E7.103"""
    scene.receives(says(text))
    scene.morning()
    assert scene.notices == []


def test_what_a_robot_writes_is_no_concern(scene: Scene) -> None:
    """E7.107"""
    scene.receives(
        "I am in hospital and out of the office.\n\nInes\n",
        subject="Automatic reply: Harbour planning",
        headers=[("Auto-Submitted", "auto-replied")],
    )
    scene.morning()
    assert scene.notices == []


def test_what_we_write_is_no_concern(scene: Scene) -> None:
    """E7.107"""
    scene.sends("Hi Ines,\n\nWe have had a data breach, and our lawyers are instructed.\n\nNoor\n")
    scene.morning()
    assert scene.notices == []
