"""One account's calls: they wait their turn, reads are repeated, changes never blindly, and each no names its cure."""

import http.client
import logging
import ssl
from typing import Any

import httplib2
import pytest

from assistant.errors import ProviderError, RefusedError
from providers import notices
from providers.google.api import Google, RefusalError, Refused, SignInNeeded, Unsure, connect
from tests.edges.google_answers import EMAIL, SETTINGS, Said, answering, error

FINE: Said = (200, {"emailAddress": EMAIL, "historyId": "7"})
BUSY = error(429, "rateLimitExceeded")
BROKEN = error(503, "backendError")
DRAFT = {"message": {"raw": "SGVsbG8"}}


def profile(google: Google) -> Any:
    return google.gmail.users().getProfile(userId="me")


def draft(google: Google) -> Any:
    return google.gmail.users().drafts().create(userId="me", body=DRAFT)


def gets(google: Google, *names: str) -> list[tuple[str, Any, int]]:
    messages = google.gmail.users().messages()
    return [(name, messages.get(userId="me", id=name, format="raw"), 0) for name in names]


def test_an_answer_comes_back_as_it_is() -> None:
    google, _, _ = answering([FINE])
    assert google.run(profile(google))["historyId"] == "7"


def test_an_empty_answer_is_an_empty_one() -> None:
    google, _, _ = answering([(204, "")])
    assert google.run(google.gmail.users().drafts().delete(userId="me", id="d1")) == {}


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        BROKEN,
        error(403, "userRateLimitExceeded"),
        error(500, "backendError"),
        (502, b"<html>Bad gateway</html>"),
        (200, b'{"cut": '),
        TimeoutError(),
        ConnectionResetError(),
        http.client.IncompleteRead(b"half"),
        http.client.BadStatusLine(""),
        httplib2.ServerNotFoundError(),
        OSError("network unreachable"),
    ],
    ids=str,
)
def test_a_read_gets_over_what_passes(trouble: Said) -> None:
    google, answers, clock = answering([trouble, trouble, FINE])
    assert google.run(profile(google))["emailAddress"] == EMAIL
    assert len(answers.asked) == 3
    assert sum(clock.slept) > 1


def test_what_does_not_pass_ends_in_a_sentence_with_the_account_and_the_cure() -> None:
    google, answers, _ = answering([BROKEN])
    with pytest.raises(ProviderError, match=r"can't be reached for account “work”: it answers 503.*Check the network"):
        google.run(profile(google))
    assert len(answers.asked) == 6


def test_too_many_calls_for_good_end_in_a_sentence_about_the_quota() -> None:
    google, _, _ = answering([BUSY])
    with pytest.raises(ProviderError, match=r"its quota is spent.*units_a_minute"):
        google.run(profile(google))


def test_google_s_word_on_how_long_to_wait_is_kept() -> None:
    google, _, clock = answering([(*BUSY, {"retry-after": "30"}), FINE])
    google.run(profile(google))
    assert sum(clock.slept) == pytest.approx(30)


def test_a_pause_until_a_moment_is_counted_on_google_s_clock() -> None:
    """This computer's may be wrong by hours."""
    until = error(429, "rateLimitExceeded", "User-rate limit exceeded.  Retry after 2020-01-01T00:00:20.000Z")
    google, _, clock = answering([(*until, {"date": "Wed, 01 Jan 2020 00:00:00 GMT"}), FINE])
    google.run(profile(google))
    assert sum(clock.slept) == pytest.approx(20)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (error(429, "rateLimitExceeded"), "a pause of 5 minutes (account “work”, until "),
        (error(503, "backendError"), "a pause of 5 minutes (account “work”, until "),
    ],
)
def test_a_long_pause_is_told_before_it_begins(trouble: tuple[int, Any], told: str) -> None:
    google, _, clock = answering([(*trouble, {"retry-after": "290"}), FINE])
    heard: list[tuple[str, float]] = []
    with notices.listening(lambda words: heard.append((words, sum(clock.slept)))):
        google.run(profile(google))
    ((words, slept),) = heard
    assert told in words
    assert slept < 1
    assert sum(clock.slept) == pytest.approx(290)


def test_a_short_pause_is_not_worth_a_word() -> None:
    google, _, clock = answering([(*BUSY, {"retry-after": "20"}), FINE])
    heard: list[str] = []
    with notices.listening(heard.append):
        google.run(profile(google))
    assert heard == []
    assert sum(clock.slept) == pytest.approx(20)


def test_a_pause_can_be_interrupted() -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    google, answers, _ = answering([BUSY])
    google._sleep = interrupted
    with pytest.raises(KeyboardInterrupt):
        google.run(profile(google))
    assert len(answers.asked) == 1


def test_a_pause_of_an_hour_is_told_instead_of_slept() -> None:
    google, _, clock = answering([(*BUSY, {"retry-after": "3600"}), FINE])
    with pytest.raises(ProviderError, match="for 60 min:"):
        google.run(profile(google))
    assert clock.slept == []


@pytest.mark.parametrize(
    "trouble",
    [BROKEN, (502, b""), TimeoutError(), ConnectionResetError(), http.client.IncompleteRead(b""), (200, b"{")],
    ids=str,
)
def test_a_change_without_an_answer_is_never_repeated(trouble: Said) -> None:
    google, answers, _ = answering([trouble, FINE])
    with pytest.raises(Unsure, match=r"whether gmail\.users\.drafts\.create was carried out for account “work”"):
        google.run(draft(google))
    assert len(answers.asked) == 1


@pytest.mark.parametrize("trouble", [BUSY, httplib2.ServerNotFoundError(), ConnectionRefusedError()], ids=str)
def test_a_change_that_was_certainly_not_made_is_tried_again(trouble: Said) -> None:
    google, answers, _ = answering([trouble, (200, {"id": "d1"})])
    assert google.run(draft(google)) == {"id": "d1"}
    assert len(answers.asked) == 2


def test_a_refusal_tells_its_status_and_reason() -> None:
    google, answers, _ = answering([error(404, "notFound", "Requested entity was not found.")])
    with pytest.raises(RefusalError, match="work") as caught:
        google.run(profile(google))
    assert (caught.value.status, caught.value.reason, len(answers.asked)) == (404, "notFound", 1)


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        (
            error(403, "insufficientPermissions"),
            r"hasn't allowed .*gmail\.readonly.*nextmove login google --account work",
        ),
        (error(403, "accessNotConfigured"), r"Gmail API isn't turned on.*Library, choose Gmail API, click Enable"),
        (error(403, "dailyLimitExceeded"), r"day's quota.*Try again tomorrow"),
        (error(403, "domainPolicy"), r"administrator.*App access control"),
        (
            error(401, "authError"),
            r"must be signed in again.*seven days.*password.*nextmove login google --account work",
        ),
    ],
)
def test_what_concerns_the_whole_account_names_it_and_the_cure(said: Said, cure: str) -> None:
    for each in (lambda google: google.run(profile(google)), lambda google: list(google.batch(gets(google, "a", "b")))):
        google, _, _ = answering([said])
        with pytest.raises(ProviderError, match=cure) as caught:
            each(google)
        assert "“work”" in str(caught.value)


def test_the_reason_may_stand_in_the_details() -> None:
    details = [{"@type": "ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]
    said = {"error": {"code": 403, "message": "m", "errors": [{"reason": "forbidden"}], "details": details}}
    google, _, _ = answering([(403, said)])
    with pytest.raises(SignInNeeded):
        google.run(profile(google))


def test_a_calendar_s_missing_permission_is_named_as_it_was_asked() -> None:
    google, _, _ = answering([error(403, "insufficientPermissions")])
    with pytest.raises(SignInNeeded, match=r"\(calendar\.events\.owned\.readonly, or calendar\.events\.readonly for"):
        google.run(google.calendar.events().list(calendarId="primary"))


@pytest.mark.parametrize("address", ["secret@firm.example", "secret%40firm.example", "<jo.o'neil+x@firm.example>"])
def test_whom_google_names_in_a_refusal_is_not_repeated(address: str) -> None:
    google, _, _ = answering([error(400, "invalid", f"Invalid id: {address}, in /calendars/{address}/events")])
    with pytest.raises(RefusalError, match=r"Invalid id: .*…@….*/events") as caught:
        google.run(profile(google))
    assert not any(each in str(caught.value) for each in ("secret", "neil", "firm"))


@pytest.mark.parametrize(
    "said", [error(403, "forbidden", "jo@firm.example may not"), (403, b"jo@firm.example may not")]
)
def test_the_libraries_log_neither_what_is_asked_nor_what_is_answered(
    said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        google, _, _ = answering([said])
        with pytest.raises(ProviderError):
            google.run(google.calendar.events().list(calendarId="jo@firm.example"))
    assert [each for each in caplog.messages if "firm" in each or "403" in each] == []


def test_a_certificate_that_is_not_trusted_is_said_at_once() -> None:
    google, answers, _ = answering([ssl.SSLCertVerificationError("self-signed")])
    with pytest.raises(ProviderError, match="certificate isn't trusted"):
        google.run(profile(google))
    assert len(answers.asked) == 1


def send(google: Google) -> Any:
    return google.gmail.users().drafts().send(userId="me", body={"id": "d1"})


def insert(google: Google) -> Any:
    return google.calendar.events().insert(calendarId="primary", body={"id": "a" * 8})


@pytest.mark.parametrize(("make", "option"), [(send, "send"), (insert, "schedule")])
def test_what_is_not_turned_on_never_leaves(make: Any, option: str) -> None:
    google, answers, _ = answering([(200, {"id": "x"})])
    with pytest.raises(RefusedError, match=f"{option} = true"):
        google.run(make(google))
    assert answers.asked == []
    google, answers, _ = answering([(200, {"id": "x"})], {**SETTINGS, option: True})
    assert google.run(make(google)) == {"id": "x"}


@pytest.mark.parametrize(
    "make",
    [
        lambda users: users.messages().send(userId="me", body={}),
        lambda users: users.messages().trash(userId="me", id="m"),
        lambda users: users.messages().delete(userId="me", id="m"),
        lambda users: users.settings().updateVacation(userId="me", body={}),
    ],
)
def test_mail_is_never_sent_past_the_drafts_nor_changed(make: Any) -> None:
    google, answers, _ = answering([FINE], {**SETTINGS, "send": True, "schedule": True})
    with pytest.raises(RefusedError, match="never"):
        google.run(make(google.gmail.users()))
    assert answers.asked == []


def test_asking_for_free_times_is_a_read() -> None:
    google, answers, _ = answering([BROKEN, (200, {"calendars": {}})])
    assert google.run(google.calendar.freebusy().query(body={"items": []})) == {"calendars": {}}
    assert len(answers.asked) == 2


def test_no_request_is_carried_out_past_the_account() -> None:
    google, _, _ = answering([FINE])
    with pytest.raises(RuntimeError, match=r"Google\.run"):
        profile(google).execute()


def test_the_root_url_moves_calls_and_batches() -> None:
    google, answers, _ = answering([FINE], {**SETTINGS, "root_url": "http://127.0.0.1:4100"})
    google.run(profile(google))
    assert answers.asked[0][1].startswith("http://127.0.0.1:4100/gmail/v1/users/me/profile")
    assert google.gmail.new_batch_http_request()._batch_uri == "http://127.0.0.1:4100/batch"
    assert google.calendar.new_batch_http_request()._batch_uri == "http://127.0.0.1:4100/batch/calendar/v3"


def message(name: str) -> tuple[int, Any]:
    return 200, {"id": name, "raw": "SGVsbG8"}


def test_a_batch_brings_each_answer_under_its_name() -> None:
    google, answers, _ = answering([message("a"), error(404, "notFound"), message("c")])
    got = dict(google.batch(gets(google, "one", "two", "three")))
    assert got["one"] == message("a")[1]
    assert isinstance(got["two"], Refused)
    assert (got["two"].status, got["three"]) == (404, message("c")[1])
    assert answers.batches == [3]


def test_what_google_was_too_busy_for_is_asked_again_by_itself() -> None:
    google, answers, clock = answering([message("a"), BUSY, BROKEN, message("b"), message("c")])
    got = dict(google.batch(gets(google, "one", "two", "three")))
    assert [got[name] for name in ("one", "two", "three")] == [message(name)[1] for name in "abc"]
    assert answers.batches == [3, 2]
    assert clock.slept


def test_no_batch_holds_more_than_fifty_nor_more_than_the_quota_lets_through() -> None:
    google, answers, clock = answering([message("a")])
    names = [str(n) for n in range(300)]
    assert [name for name, _ in google.batch(iter(gets(google, *names)))] == names
    assert max(answers.batches) == 50
    assert sum(answers.batches) == 300
    assert clock.now - 1_000 >= (300 * 20 - 1_200) / 80


def test_batches_shrink_when_google_objects() -> None:
    google, answers, _ = answering([*[message("a")] * 45, *[BUSY] * 5, message("a")])
    assert len(dict(google.batch(gets(google, *map(str, range(100)))))) == 100
    assert answers.batches[:2] == [50, 25]


def test_a_batch_that_breaks_as_a_whole_loses_nothing_and_doubles_nothing() -> None:
    google, _, _ = answering([message("a"), ConnectionResetError(), message("b")])
    got = list(google.batch(gets(google, "one", "two", "three")))
    assert sorted(name for name, _ in got) == ["one", "three", "two"]


def test_a_message_that_stays_broken_is_a_value_and_the_others_go_on() -> None:
    google, _, _ = answering([message("a"), *[BROKEN] * 6, message("c")])
    got = dict(google.batch([*gets(google, "one", "two")]))
    assert got["one"] == message("a")[1]
    assert isinstance(got["two"], Refused)
    assert got["two"].status == 503


def test_a_quota_that_stays_spent_ends_the_batch_in_a_sentence() -> None:
    google, _, _ = answering([message("a"), BUSY])
    with pytest.raises(ProviderError, match="its quota is spent"):
        list(google.batch(gets(google, "one", "two")))


def test_a_batch_takes_no_changes() -> None:
    google, answers, _ = answering([FINE])
    with pytest.raises(ValueError, match="reads"):
        list(google.batch([("one", draft(google), 10)]))
    assert answers.batches == []


def test_the_ports_of_an_account_share_one_google() -> None:
    settings = {**SETTINGS, "calendars": ("primary",)}
    assert connect("work", settings) is connect("work", dict(reversed(settings.items())))
    kept = connect("work", settings)
    assert kept is not connect("home", settings)
    assert kept is not connect("work", {**settings, "send": True})


def test_another_token_in_the_environment_is_another_google(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {**SETTINGS, "token_env": "NEXTMOVE_TEST_TOKEN"}
    monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", '{"token": "one"}')
    kept = connect("work", settings)
    assert connect("work", settings) is kept
    monkeypatch.setenv("NEXTMOVE_TEST_TOKEN", '{"token": "two"}')
    assert connect("work", settings) is not kept


def test_opening_an_account_asks_nothing_and_loads_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom providers.google.api import connect\nimport providers.google.signin\nconnect('work', {})\n"
        "print([each for each in sys.modules if each.partition('.')[0] in "
        "('google', 'googleapiclient', 'google_auth_oauthlib', 'keyring', 'httplib2', 'requests', 'filelock')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
