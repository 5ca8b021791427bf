"""What `write` leaves on disk: a Maildir that any program can read, fresh on any day."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from assistant.domain.deal import Standing
from assistant.errors import InputError
from assistant.sample import SamplePaths, found, write
from assistant.sample.script import source
from assistant.sample.today import HOME

Reader = Callable[[Path], dict[Path, EmailMessage]]
RESERVED = re.compile(r"@[a-z0-9.-]+\.(?:example|test)$", re.IGNORECASE)
DAYS = [
    datetime(2025, 11, 12, 7, 30, tzinfo=HOME),
    datetime(2026, 3, 30, 0, 1, tzinfo=HOME),
    datetime(2026, 11, 22, 12, 0, tzinfo=HOME),
    datetime(2027, 1, 1, 9, 0, tzinfo=HOME),
    datetime(2028, 2, 29, 23, 59, tzinfo=HOME),
]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def date_of(mail: EmailMessage) -> datetime:
    return datetime.strptime(str(mail["Date"]), "%a, %d %b %Y %H:%M:%S %z")


def addresses(mail: EmailMessage) -> list[str]:
    fields = [str(value) for name in ("From", "To", "Cc") for value in mail.get_all(name, [])]
    return [address for _, address in getaddresses(fields)]


def test_the_mailbox_has_a_hundred_or_so_messages(mails: dict[Path, EmailMessage]) -> None:
    assert 90 <= len(mails) <= 150


def test_no_message_has_a_defect(mails: dict[Path, EmailMessage]) -> None:
    parts = [part for mail in mails.values() for part in mail.walk()]
    assert [part.defects for part in parts if part.defects] == []


def test_every_message_has_its_own_message_id(mails: dict[Path, EmailMessage]) -> None:
    assert max(Counter(str(mail["Message-ID"]) for mail in mails.values()).values()) == 1


def test_every_reference_is_a_message_of_the_mailbox(mails: dict[Path, EmailMessage]) -> None:
    known = {str(mail["Message-ID"]) for mail in mails.values()}
    said = {ref for mail in mails.values() for ref in re.findall(r"<[^>]+>", str(mail.get("References", "")))}
    assert said <= known


def test_a_reply_ends_its_references_with_what_it_answers(mails: dict[Path, EmailMessage]) -> None:
    replies = [mail for mail in mails.values() if mail["In-Reply-To"]]
    assert all(str(mail["References"]).split()[-1] == str(mail["In-Reply-To"]) for mail in replies)


def test_a_reply_is_later_than_what_it_answers(mails: dict[Path, EmailMessage]) -> None:
    dates = {str(mail["Message-ID"]): date_of(mail) for mail in mails.values()}
    replies = [mail for mail in mails.values() if mail["In-Reply-To"]]
    assert [str(m["Subject"]) for m in replies if date_of(m) <= dates[str(m["In-Reply-To"])]] == []


def test_everybody_lives_in_a_reserved_domain(mails: dict[Path, EmailMessage]) -> None:
    assert [a for mail in mails.values() for a in addresses(mail) if not RESERVED.search(a)] == []


def test_no_placeholder_is_left(sample: SamplePaths) -> None:
    texts = tree(sample.mail.parent)
    assert [name for name, raw in texts.items() if re.search(rb"\{[a-z]+:[+-]?\d", raw)] == []


@pytest.mark.parametrize("moment", DAYS, ids=str)
def test_no_message_is_from_the_future(moment: datetime, tmp_path: Path, read: Reader) -> None:
    mails = read(write(tmp_path / "demo", moment).mail)
    assert [str(mail["Subject"]) for mail in mails.values() if date_of(mail) > moment] == []


def test_the_newest_message_is_of_the_last_working_day(mails: dict[Path, EmailMessage], now: datetime) -> None:
    newest = max(date_of(mail) for mail in mails.values())
    assert now.date() - newest.astimezone(HOME).date() == timedelta(days=1)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, now: datetime) -> None:
    write(tmp_path / "one", now)
    write(tmp_path / "two", now + timedelta(hours=5))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_writing_again_replaces_the_older_sample(tmp_path: Path, now: datetime) -> None:
    write(tmp_path / "one", now)
    write(tmp_path / "one", now + timedelta(days=30))
    write(tmp_path / "two", now + timedelta(days=30))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_writing_again_removes_the_store_of_the_older_sample(tmp_path: Path, now: datetime) -> None:
    write(tmp_path / "one", now)
    (tmp_path / "one" / "nextmove.db").touch()
    write(tmp_path / "one", now)
    assert not (tmp_path / "one" / "nextmove.db").exists()


def test_todays_sample_is_found_again(tmp_path: Path, now: datetime) -> None:
    paths = write(tmp_path / "one", now)
    assert found(tmp_path / "one", now + timedelta(hours=5)) == paths


def test_yesterdays_sample_is_not_taken_for_todays(tmp_path: Path, now: datetime) -> None:
    write(tmp_path / "one", now)
    assert found(tmp_path / "one", now + timedelta(days=1)) is None


def test_nothing_is_found_where_nothing_was_written(tmp_path: Path, now: datetime) -> None:
    assert found(tmp_path / "one", now) is None


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "thesis.txt").write_text("chapter one")
    with pytest.raises(InputError, match="not empty"):
        write(tmp_path, now)


def test_unseen_mail_lies_in_new(sample: SamplePaths) -> None:
    assert any((sample.mail / "new").iterdir())


def test_the_reps_own_unfinished_draft_lies_in_drafts(sample: SamplePaths) -> None:
    names = [path.name for path in (sample.mail / ".Drafts" / "cur").iterdir()]
    assert len(names) == 1
    assert names[0].endswith(":2,DS")


def test_the_bounce_is_a_delivery_report(mails: dict[Path, EmailMessage]) -> None:
    reports = [mail for mail in mails.values() if mail.get_content_type() == "multipart/report"]
    kinds = [part.get_content_type() for mail in reports for part in mail.iter_parts()]
    assert kinds == ["text/plain", "message/delivery-status", "text/rfc822-headers"]


def test_the_bounce_names_the_message_that_came_back(mails: dict[Path, EmailMessage]) -> None:
    report = next(mail for mail in mails.values() if mail.get_content_type() == "multipart/report")
    header = list(report.iter_parts())[2].as_string()
    known = [str(mail["Message-ID"]) for mail in mails.values()]
    assert sum(message_id in header for message_id in known) >= 1


def test_all_kinds_of_mail_programs_write(mails: dict[Path, EmailMessage]) -> None:
    programs = {str(mail.get("X-Mailer") or mail.get("User-Agent")) for mail in mails.values()}
    assert len(programs) >= 5


def test_each_deal_of_the_list_has_an_expectation(sample: SamplePaths) -> None:
    with sample.deals.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    expected = tomllib.loads(source("expected.toml"))
    assert names == [deal["name"] for deal in expected["deal"]]


def test_every_standing_is_shown() -> None:
    expected = tomllib.loads(source("expected.toml"))
    assert {deal["standing"] for deal in expected["deal"]} == {standing.value for standing in Standing}


def test_contacts_of_the_deals_write_or_are_written_to(sample: SamplePaths, mails: dict[Path, EmailMessage]) -> None:
    with sample.deals.open(encoding="utf-8", newline="") as file:
        listed = re.findall(r"<([^>]+)>", " ".join(row["contacts"] for row in csv.DictReader(file)))
    assert set(listed) <= {address for mail in mails.values() for address in addresses(mail)}


def test_the_configuration_is_toml_with_paths_beside_it(sample: SamplePaths) -> None:
    config = tomllib.loads(sample.config.read_text(encoding="utf-8"))
    account = config["account"][0]
    assert (sample.config.parent / account["mail"], sample.config.parent / account["calendar"]) == (
        sample.mail,
        sample.calendar,
    )
