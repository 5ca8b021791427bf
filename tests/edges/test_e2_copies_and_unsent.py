"""E2.39 to E2.43: long threads, broken ids, our own mail coming back, and mail that waits to be sent."""

from datetime import datetime
from pathlib import Path

import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import Purpose
from tests.edges.scene import AN_HOUR, Scene, first, moves
from tests.workflows.world import NOW, REP, days

ASKS = "Hi Noor,\n\nCould you send us the prices?\n\nInes\n"
MEET = "Hi Ines,\n\nLet us meet on Tuesday, 10 March 2026 at 10:00 to walk through the paper.\n\nBest,\nNoor\n"
OURS = "Hi Ines,\n\nHere is the security paper that you asked for.\n\nBest,\nNoor\n"


def test_of_a_thread_of_a_thousand_messages_the_newest_decides(scene: Scene) -> None:
    """E2.39"""
    before = scene.last
    for number in range(1_000):
        at = NOW - days(7) + AN_HOUR / 10 * number
        text = f"Hi,\n\nHere are the figures of part {number}.\n"
        write = scene.receives if number % 2 else scene.sends
        before = write(text, at=at, reply_to=before)
    scene.receives(ASKS, reply_to=before)
    view = scene.morning()
    assert len(view.threads) == 1
    assert len(moves(view)) == 1_003
    assert first(view) is Standing.OWES_REPLY


def test_a_second_run_over_a_long_thread_reads_nothing_again(scene: Scene) -> None:
    """E2.39"""
    for number in range(200):
        scene.receives(f"Hi Noor,\n\nHere is part {number}.\n", at=NOW - days(7) + AN_HOUR / 10 * number)
    scene.morning()
    assert scene.world.run(AN_HOUR).sync.read == 0


def test_a_mail_of_25_megabytes_is_read_for_its_text(scene: Scene) -> None:
    """E2.39"""
    mail = scene.letter()
    mail.set_content(ASKS)
    mail.add_attachment(b"x" * 18_000_000, maintype="application", subtype="zip", filename="plan.zip")
    scene.lands(mail)
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_a_mail_with_megabytes_of_quoted_text_is_cut_and_says_so(scene: Scene) -> None:
    """E2.39"""
    scene.receives(ASKS + "\n" + "> a line of an older mail\n" * 200_000)
    assert first(scene.morning()) is Standing.OWES_REPLY
    with scene.world.store.read() as tx:
        assert [problem.why for problem in tx.mirror.problems()] == ["It is very long: its end was not read."]


def lands_with_ids(scene: Scene, text: str, **fields: str) -> None:
    """A mail of theirs with these fields instead of good ones, exactly as they stand here."""
    mail = scene.letter()
    mail.set_content(text)
    lines = [line for line in mail.as_bytes().split(b"\n") if not _is_one_of(line, fields)]
    broken = [f"{name.replace('_', '-')}: {value}".encode() for name, value in fields.items() if value]
    scene.lands(b"\n".join([*broken, *lines]))


def _is_one_of(line: bytes, fields: dict[str, str]) -> bool:
    return any(line.lower().startswith(name.replace("_", "-").lower().encode() + b":") for name in fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"Message_ID": ""},
        {"Message_ID": "no id at all"},
        {"Message_ID": "<>"},
        {"In_Reply_To": "<cut off", "References": "<a@b> <<>> garbage <c d@e>"},
        {"In_Reply_To": "", "References": ""},
        {"In_Reply_To": "Ines's mail of Tuesday", "References": "none"},
    ],
)
def test_a_mail_with_missing_or_broken_ids_is_a_move_of_the_deal(scene: Scene, fields: dict[str, str]) -> None:
    """E2.40"""
    lands_with_ids(scene, ASKS, **fields)
    view = scene.morning()
    assert len(moves(view)) == 3
    assert first(view) is Standing.OWES_REPLY


def test_two_mails_with_one_id_are_two_moves(scene: Scene) -> None:
    """E2.40"""
    lands_with_ids(scene, ASKS, Message_ID="<same@harbour.example>")
    lands_with_ids(scene, "Hi Noor,\n\nCould you also send us the paper?\n", Message_ID="<same@harbour.example>")
    assert moves(scene.morning()).count("same@harbour.example") == 2


def test_a_mail_of_theirs_with_the_id_of_ours_is_theirs(scene: Scene) -> None:
    """E2.40"""
    lands_with_ids(scene, ASKS, Message_ID=f"<{scene.last}>")
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_mails_of_one_second_stand_in_one_order(scene: Scene) -> None:
    """E2.40"""
    for number in range(6):
        scene.receives(f"Hi Noor,\n\nHere is part {number} of our answer.\n", at=NOW - days(1))
    before = moves(scene.morning())
    assert moves(scene.morning(AN_HOUR)) == before
    with scene.world.store.write() as tx:
        tx.mirror.drop()
    assert moves(scene.morning(AN_HOUR)) == before


def test_ids_that_refer_to_each_other_in_a_circle_are_one_thread_more(scene: Scene) -> None:
    """E2.40"""
    for one, other in (("a", "b"), ("b", "a")):
        lands_with_ids(
            scene,
            f"Hi Noor,\n\nHere is part {one} of our answer.\n",
            Message_ID=f"<{one}@harbour.example>",
            In_Reply_To=f"<{other}@harbour.example>",
            References="",
        )
    assert len(scene.morning().threads) == 2


@pytest.mark.parametrize(
    ("sender", "headers", "footer"),
    [
        (REP, [("List-Id", "<planning.harbour.example>")], ""),
        (REP, [("List-Id", "<planning.harbour.example>")], "\n_______\nPlanning mailing list\n"),
        ("'Noor Haddad' via Planning <planning@harbour.example>", [("List-Id", "<planning.harbour.example>")], ""),
        ("'Noor Haddad' via Planning <planning@harbour.example>", [("Reply-To", REP)], ""),
        ("Noor Haddad via Planning <planning@harbour.example>", [("Reply-To", REP)], "\n_______\nPlanning group\n"),
    ],
)
def test_our_own_mail_that_comes_back_is_no_reply(
    scene: Scene, sender: str, headers: list[tuple[str, str]], footer: str
) -> None:
    """E2.41"""
    scene.receives(
        OURS + footer,
        sender=sender,
        to="planning@harbour.example",
        at=NOW - days(8),
        subject="Re: [Planning] Harbour planning",
        reply_to="work1@post.example",
        headers=headers,
    )
    view = scene.morning()
    assert len(moves(view)) == 2
    assert first(view) is Standing.PASSIVE
    assert scene.questions == []


def test_a_reply_through_the_same_group_is_one(scene: Scene) -> None:
    """E2.41"""
    scene.receives(ASKS, to="planning@harbour.example", cc=REP, headers=[("List-Id", "<planning.harbour.example>")])
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_mail_to_a_group_of_our_own_is_a_persons(scene: Scene) -> None:
    """E2.41"""
    scene.receives(
        ASKS,
        to="sales@brightlane.example",
        subject="Prices",
        reply_to=None,
        headers=[("List-Id", "<sales.brightlane.example>"), ("Precedence", "list")],
    )
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_a_newsletter_through_a_group_of_our_own_is_a_machines(scene: Scene) -> None:
    """E2.41"""
    scene.receives(
        "Join our webinar on 12 March. Register now.\n",
        sender="Harbour News <no-reply@harbour.example>",
        to="sales@brightlane.example",
        subject="Webinar",
        reply_to=None,
        headers=[("List-Id", "<sales.brightlane.example>"), ("Precedence", "list")],
    )
    assert first(scene.morning()) is Standing.PASSIVE


def waits_in(scene: Scene, folder: str, at: datetime | None = None) -> Path:
    """A purposeful mail of the rep lies in this folder, and hasn't been sent; `at` is when it is to be."""
    place = scene.world.work.mail / f".{folder}"
    for part in ("cur", "new", "tmp"):
        (place / part).mkdir(parents=True)
    scene.sends(MEET, folder=folder, at=at)
    (path,) = (place / "cur").iterdir()
    return path


@pytest.mark.parametrize("folder", ["Scheduled", "Outbox"])
def test_a_mail_that_is_to_be_sent_later_leaves_no_room_for_another_draft(scene: Scene, folder: str) -> None:
    """E2.42"""
    scene.morning()
    assert len(scene.drafts) == 1
    waits_in(scene, folder)
    scene.morning(AN_HOUR)
    assert scene.drafts == []


def test_a_mail_dated_days_ahead_leaves_no_room_for_another_draft_either(scene: Scene) -> None:
    """E2.42"""
    scene.morning()
    waits_in(scene, "Scheduled", at=scene.world.now + days(2))
    scene.morning(AN_HOUR)
    assert scene.drafts == []


@pytest.mark.parametrize("folder", ["Scheduled", "Outbox"])
def test_a_mail_that_was_not_sent_yet_is_no_move(scene: Scene, folder: str) -> None:
    """E2.42, E2.43"""
    waits_in(scene, folder)
    view = scene.morning()
    assert len(moves(view)) == 2
    assert first(view) is Standing.PASSIVE


def test_a_mail_counts_once_it_lies_in_sent(scene: Scene) -> None:
    """E2.43"""
    path = waits_in(scene, "Outbox")
    scene.morning()
    path.rename(scene.world.work.mail / ".Sent" / "cur" / path.name)
    assert first(scene.morning(AN_HOUR)) is Standing.ADVANCING


def test_a_mail_whose_sending_was_undone_was_never_said(scene: Scene) -> None:
    """E2.43"""
    path = waits_in(scene, "Outbox")
    scene.morning()
    path.unlink()
    assert first(scene.morning(AN_HOUR)) is Standing.PASSIVE
    assert scene.purposes == [Purpose.DECISION_PROCESS]


DISOWNED = "mx.brightlane.example; spf=fail smtp.mailfrom=elsewhere.example; dmarc=fail header.from=brightlane.example"


@pytest.mark.parametrize(("verdict", "counts"), [(DISOWNED, False), (DISOWNED.replace("=fail", "=pass"), True)])
def test_mail_in_our_name_that_our_own_domain_disowns_counts_for_nothing(
    scene: Scene, verdict: str, counts: bool
) -> None:
    """E2.41: it comes in from outside, and the rep is told."""
    before = moves(scene.morning())
    came = scene.receives(
        MEET, sender=REP, to="Ines <ines@harbour.example>", headers=[("Authentication-Results", verdict)]
    )
    after = moves(scene.morning(AN_HOUR))
    assert (came in after) is counts
    assert counts or after == before
    with scene.world.store.read() as tx:
        told = [problem.why for problem in tx.mirror.problems()]
    assert any("disowns it" in why for why in told) is not counts


def test_our_own_sent_copy_counts_whatever_its_header_says(scene: Scene) -> None:
    """E2.41"""
    sent = scene.sends(MEET, headers=[("Authentication-Results", DISOWNED)])
    assert sent in moves(scene.morning())
