"""What the proposals make of mail that isn't what it seems, and of meetings that outlive a deal."""

from pathlib import Path

from tests.workflows.world import INES, NO, REP, World, days

FORGED = "Hello,\n\nPlease note.\n\nCheers,\nNoor\nCall my new number: +1 555 0100\n"


def test_mail_that_came_in_under_the_reps_name_teaches_no_voice(world: World) -> None:
    for n in range(60):
        world.accounts[0].deliver(
            REP,
            "list@elsewhere.example",
            FORGED,
            world.now - days(1),
            subject=f"Note {n}",
            folder="",
            headers=[("Received", "from elsewhere.example by mx.brightlane.example; Tue, 3 Mar 2026 08:00:00 +0100")],
        )
    world.run()
    bodies = [item.content.body for item in world.items() if item.content]
    assert bodies
    assert not [body for body in bodies if "new number" in body]


def test_a_series_of_meetings_after_a_no_is_put_up_once(world: World) -> None:
    mail = world.accounts[0]
    mail.deliver(INES, REP, NO, world.now - days(1))
    mail.meet("weekly", world.now - days(7), "ines@harbour.example")
    path = Path(mail.calendar / "weekly.ics")
    path.write_bytes(path.read_bytes().replace(b"SUMMARY", b"RRULE:FREQ=WEEKLY\r\nSUMMARY"))
    world.run()
    assert sum("still-ahead" in item.key for item in world.items()) == 1
