"""Messages into the mirror: one row a message, whatever the copies."""

from assistant.domain.deal import Side
from assistant.domain.mail import FolderRole
from assistant.domain.reading import AutomaticKind, Reading
from assistant.store import Incoming, Store
from tests.store.making import ANNA, BODO, NOW, REP, days, incoming, message, sent


def _all(store: Store) -> list[str]:
    with store.read() as tx:
        found = tx.mirror.messages(threads=tx.mirror.threads_touching(domains=["pine.example", "ours.test"]))
        return [each.message.message_id for each in found]


def test_adding_the_same_messages_again_adds_nothing(store: Store) -> None:
    batch = [incoming("a"), incoming("b", date=days(1))]
    with store.write() as tx:
        assert len(tx.mirror.add(batch)) == 2
        before = tx.mirror.counts()
    with store.write() as tx:
        assert tx.mirror.add(batch) == []
        assert tx.mirror.counts() == before


def test_a_batch_that_holds_a_message_twice_adds_it_once(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("a")])
        assert tx.mirror.counts().messages == 1


def test_the_same_message_in_two_folders_is_one_message_in_two_places(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        assert tx.mirror.add([incoming("a", folder="Archive", role=FolderRole.ARCHIVE)]) == []
        counts = tx.mirror.counts()
        assert (counts.messages, counts.places) == (1, 2)


def test_a_copy_under_another_message_id_is_the_same_message(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a", text="Once")])
        tx.mirror.add([incoming("b", text="Once")])
        assert tx.mirror.counts().messages == 1
        by_alias = tx.mirror.messages(message_ids=["b@pine.example"])
        assert [each.message.message_id for each in by_alias] == ["a@pine.example"]


def test_the_thread_of_an_alias_becomes_the_messages_own(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a", text="Once"), incoming("reply", thread="b@pine.example", date=days(1))])
        tx.mirror.add([incoming("b", text="Once")])
        assert tx.mirror.threads_of(["a@pine.example", "b@pine.example"]) == {
            "a@pine.example": "a@pine.example",
            "b@pine.example": "a@pine.example",
        }
        assert len(tx.mirror.messages(threads=["a@pine.example"])) == 2


def test_the_same_text_to_other_people_is_another_message(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([sent("a", to=[ANNA], text="Hello all"), sent("b", to=[BODO], text="Hello all")])
        assert tx.mirror.counts().messages == 2


def test_messages_without_a_date_are_never_taken_for_copies_of_each_other(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a", date=None, text=""), incoming("b", date=None, text="")])
        assert tx.mirror.counts().messages == 2


def test_two_bounces_of_one_second_are_two_messages(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("b1", text="It failed.", report="Final-Recipient: rfc822; a@x.example")])
        tx.mirror.add([incoming("b2", text="It failed.", report="Final-Recipient: rfc822; b@x.example")])
        assert tx.mirror.counts().messages == 2


def test_the_same_message_id_with_another_content_is_another_message(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", message_id="a@pine.example", text="Another")])
        found = tx.mirror.messages(message_ids=["a@pine.example"])
        assert [each.message.text for each in found] == ["Text of a", "Another"]


def test_the_copy_in_sent_speaks_for_the_message(store: Store) -> None:
    """The rep's mail came back through a list before the Sent folder was read; the Bcc is on the sent copy."""
    back = incoming("list", automatic=AutomaticKind.LIST, sender=REP, to=(ANNA,), message_id="x@ours.test", text="T")
    own = sent("own", message_id="x@ours.test", text="T", bcc=(BODO,))
    with store.write() as tx:
        (key,) = tx.mirror.add([back])
        assert tx.mirror.add([own]) == [key]
        (found,) = tx.mirror.messages(keys=[key])
        assert (found.message.role, found.message.bcc, found.automatic) == (FolderRole.SENT, (BODO,), None)
        assert tx.mirror.threads_touching([BODO.email]) == {found.thread}


def test_what_was_read_in_a_lesser_copy_is_forgotten(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a", role=FolderRole.JUNK, folder="Junk")])
        tx.mirror.keep_readings({key: Reading(Side.THEM, "en", "Text of a")}, version=1)
        tx.mirror.add([incoming("a")])
        assert tx.mirror.readings([key], version=1) == {}


def test_a_message_goes_with_its_last_place(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("a", folder="Archive", role=FolderRole.ARCHIVE)])
        assert tx.mirror.remove("work", [("INBOX", "a")]) == {"a@pine.example"}
        assert tx.mirror.counts().messages == 1
        tx.mirror.remove("work", [("Archive", "a")])
        assert tx.mirror.counts().messages == 0
        assert tx.mirror.threads_touching([ANNA.email]) == set()


def test_a_message_that_loses_its_better_copy_has_the_others_role(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("a", folder="Trash", role=FolderRole.TRASH)])
        tx.mirror.remove("work", [("INBOX", "a")])
        (found,) = tx.mirror.messages(message_ids=["a@pine.example"])
        assert (found.message.folder, found.message.role) == ("Trash", FolderRole.TRASH)


def test_removing_what_is_not_there_changes_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        assert tx.mirror.remove("work", [("INBOX", "zz"), ("Elsewhere", "a")]) == set()
        assert tx.mirror.counts().messages == 1


def test_a_file_that_now_holds_another_message_lets_the_old_one_go(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        tx.mirror.add([incoming("a", message_id="new@pine.example", text="Another")])
    assert _all(store) == ["new@pine.example"]


def test_remote_ids_come_back_with_their_etags(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([Incoming(message("a"), "a@pine.example", etag="1"), incoming("b", folder="Other")])
        tx.mirror.set_flags("work", [("INBOX", "a", "2", frozenset({"seen"}))])
        assert tx.mirror.known("work", "INBOX") == {"a": "2"}
        (found,) = tx.mirror.messages(message_ids=["a@pine.example"])
        assert (found.message.flags, found.message.etag) == (frozenset({"seen"}), "2")


def test_what_is_skipped_is_known_and_not_stored(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.skip("work", [("INBOX", "private", "1")])
        assert tx.mirror.known("work", "INBOX") == {"private": "1"}
        counts = tx.mirror.counts()
        assert (counts.messages, counts.places, counts.skipped) == (0, 0, 1)


def test_skipping_a_message_that_was_kept_forgets_it(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a")])
        tx.mirror.skip("work", [("INBOX", "a", "")])
    assert _all(store) == []


def test_a_file_name_that_is_not_utf_8_comes_back_as_it_was(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("caf\udce9", folder="Bo\udcfcte")])
        assert tx.mirror.known("work", "Bo\udcfcte") == {"caf\udce9": ""}
        tx.mirror.remove("work", [("Bo\udcfcte", "caf\udce9")])
        assert tx.mirror.counts().places == 0


def test_broken_characters_in_a_message_do_not_stop_the_batch(store: Store) -> None:
    broken = incoming("a", text="caf\udce9", subject="\ud800", headers=(("x-a", "\udc80"),), message_id="\udc80@x.test")
    with store.write() as tx:
        assert len(tx.mirror.add([broken, incoming("b", date=days(1))])) == 2
        (found,) = tx.mirror.messages(message_ids=["\ufffd@x.test"])
        assert (found.message.text, found.message.subject) == ("caf\ufffd", "\ufffd")
        assert tx.mirror.add([broken]) == []
        assert tx.mirror.threads_of(["\udc80@x.test"]) == {"\udc80@x.test": "\ufffd@x.test"}


def test_a_huge_text_is_cut_and_stays_one_message(store: Store) -> None:
    huge = incoming("a", text="x" * 300_000)
    with store.write() as tx:
        (key,) = tx.mirror.add([huge])
        assert tx.mirror.add([huge]) == []
        (found,) = tx.mirror.messages(keys=[key])
        assert len(found.message.text) == 200_000


def test_a_calendar_part_is_kept_and_a_report_is_not(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a", calendar=("BEGIN:VCALENDAR",), report="Status: 5.1.1")])
        (found,) = tx.mirror.messages(keys=[key])
        assert (found.message.calendar, found.message.report) == (("BEGIN:VCALENDAR",), "")


def test_a_huge_calendar_part_is_cut(store: Store) -> None:
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a", calendar=("x" * 300_000,))])
        (found,) = tx.mirror.messages(keys=[key])
        assert len(found.message.calendar[0]) == 10_000


def test_two_accounts_hold_one_message_and_drop_apart(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("z", message_id="a@pine.example", text="Text of a", account="home")])
        assert tx.mirror.counts().messages == 1
        tx.mirror.drop("work")
        assert tx.mirror.known("work", "INBOX") == {}
        (found,) = tx.mirror.messages(message_ids=["a@pine.example"])
        assert found.message.account == "home"


def test_more_messages_than_one_statement_takes_are_all_kept(store: Store) -> None:
    many = [incoming(f"m{n}", date=days(n / 1000)) for n in range(1_203)]
    with store.write() as tx:
        assert len(tx.mirror.add(many)) == 1_203
        assert tx.mirror.add(many) == []
        assert len(tx.mirror.messages(message_ids=[one.message.message_id for one in many])) == 1_203
        tx.mirror.remove("work", [("INBOX", f"m{n}") for n in range(1_203)])
        assert tx.mirror.counts().messages == 0


def test_the_time_of_a_message_keeps_its_writers_clock(store: Store) -> None:
    from zoneinfo import ZoneInfo

    written = NOW.astimezone(ZoneInfo("Asia/Kolkata"))
    with store.write() as tx:
        (key,) = tx.mirror.add([incoming("a", date=written)])
        (found,) = tx.mirror.messages(keys=[key])
        assert found.message.date is not None
        assert found.message.date.isoformat() == written.isoformat()
