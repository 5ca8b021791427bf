from datetime import date, time
from pathlib import Path

import pytest

from assistant.config import ENVIRONMENT, Config, find, load, option_names, parse
from assistant.config.values import ReportSettings, ServeSettings
from assistant.domain.deal import Stage
from assistant.domain.mail import Address
from assistant.errors import ConfigurationError
from assistant.resources import example_config

LEAST = """
[rep]
name = "Mara Lindqvist"
email = "Mara@Tallwood.example"
timezone = "Europe/Berlin"

[[account]]
name = "work"
mail = "Maildir"
"""


def parsed(text: str) -> Config:
    return parse(text, Path("/home/mara/nextmove/config.toml"))


def problems(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parsed(text)
    return str(caught.value)


def test_a_rep_and_an_account_are_enough() -> None:
    config = parsed(LEAST)
    assert (config.queue_size, config.hours.start, config.process) == (7, time(9), None)


def test_half_days_belong_to_the_reps_hours() -> None:
    """E5.78"""
    text = LEAST.replace("timezone", 'half_days = ["2026-12-31"]\ntimezone')
    assert parsed(text).hours.half_days == {date(2026, 12, 31)}


def test_paths_are_relative_to_the_file() -> None:
    config = parsed(LEAST)
    assert config.accounts[0].settings["mail"] == Path("/home/mara/nextmove/Maildir")
    assert config.store == Path("/home/mara/nextmove/nextmove.db")


@pytest.mark.parametrize("value", ["[1]", "{ a = 1 }", "1"])
def test_a_provider_that_is_no_text_is_told(value: str) -> None:
    assert "account.provider should be text in quotes" in problems(LEAST + f"provider = {value}\n")


@pytest.mark.parametrize(
    "text",
    [
        LEAST.replace('"Maildir"', '"~nobody-of-that-name/Maildir"'),
        LEAST + '[store]\npath = "~nobody-of-that-name/nextmove.db"\n',
        LEAST + '[guard]\npacks = ["~nobody-of-that-name/team.toml"]\n',
    ],
)
def test_the_home_folder_of_an_unknown_user_is_told(text: str) -> None:
    assert "a user who isn't known here: ~nobody-of-that-name/" in problems(text)


@pytest.mark.parametrize("open_", ["[", "{ a = "])
def test_a_file_without_an_end_of_brackets_is_told(open_: str) -> None:
    assert "too deep in one another" in problems("a = " + open_ * 3000)


def test_addresses_are_lower_case() -> None:
    assert parsed(LEAST).us.rep == Address("mara@tallwood.example")


def test_an_account_without_a_calendar_has_none() -> None:
    assert not parsed(LEAST).accounts[0].has_calendar


def test_the_example_is_right() -> None:
    config = parsed(example_config())
    assert config.us.own == {"mara.lindqvist@tallwood.example", "m.lindqvist@tallwood.example"}


def test_the_example_names_every_option() -> None:
    text = example_config()
    assert [name for name in option_names() if f"{name.partition('.')[2]} = " not in text] == []


def test_the_example_is_right_with_every_option_turned_on() -> None:
    lines = [
        line.removeprefix("# ") if " = " in line or "[[" in line else line for line in example_config().splitlines()
    ]
    config = parsed("\n".join(lines))
    assert config.closed == {date(2026, 12, 24), date(2026, 12, 31)}
    assert config.process is not None
    assert config.process.milestones[0].stage is Stage.BEFORE_YES
    assert config.allow == (("quota management", "It is the name of our module."),)


GOOGLE = LEAST.replace('mail = "Maildir"', 'provider = "google"\nclient = "client.json"')


def test_the_days_run_by_themselves_before_they_start_and_the_report_comes_on_mondays() -> None:
    config = parsed(LEAST)
    assert config.serve == ServeSettings(time(7), 10)
    assert config.report == ReportSettings(0, time(7), "draft")


def test_when_they_run_can_be_set() -> None:
    config = parsed(
        f'{LEAST}[serve]\nrun_at = "05:45"\nwatch = 0\n[report]\nday = "friday"\nat = "16:00"\ndeliver = "off"\n'
    )
    assert config.serve == ServeSettings(time(5, 45), 0)
    assert config.report == ReportSettings(4, time(16), "off")


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ('[serve]\nrun_at = "seven"', "should be a time of day"),
        ('[serve]\nrun_at = "07:00+01:00"', "without a zone"),
        ("[serve]\nwatch = 500", "from 0 to 240"),
        ('[report]\nday = "montag"', "should be one of"),
        ('[report]\ndeliver = "print"', "should be one of"),
    ],
)
def test_a_time_that_cannot_be_is_told_with_its_line(option: str, why: str) -> None:
    assert why in problems(LEAST + option)


def test_a_google_account_needs_no_mail_and_has_all_its_settings() -> None:
    account = parsed(GOOGLE).accounts[0]
    assert account.settings == {
        "email": "mara@tallwood.example",
        "client": Path("/home/mara/nextmove/client.json"),
        "token_env": None,
        "calendars": ("primary",),
        "free_busy": False,
        "schedule": False,
        "send": False,
        "months": 12,
        "root_url": None,
        "units_a_minute": None,
        "private_folders": (),
    }
    assert (account.has_calendar, account.can_schedule, account.sees_others) == (True, False, False)


def test_what_a_google_account_may_do_is_turned_on_one_by_one() -> None:
    account = parsed(GOOGLE + "schedule = true\nfree_busy = true\n").accounts[0]
    assert (account.has_calendar, account.can_schedule, account.sees_others) == (True, True, True)
    without = parsed(GOOGLE + "schedule = true\ncalendars = []\n").accounts[0]
    assert (without.has_calendar, without.can_schedule) == (False, False)


def test_private_folders_are_labels_at_google() -> None:
    account = parsed(GOOGLE + '[privacy]\nfolders = ["Private"]\n').accounts[0]
    assert account.settings["private_folders"] == ("Private",)


def test_a_google_account_goes_no_further_back_than_mail_is_kept() -> None:
    assert parsed(GOOGLE + "months = 3\n").accounts[0].settings["months"] == 3
    assert parsed(GOOGLE + "months = 30\n[privacy]\nmonths = 6\n").accounts[0].settings["months"] == 6


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('mail = "Maildir"', "account.mail is for the provider 'local', and this account's is 'google'"),
        ('send = "yes"', "account.send should be true or false"),
        ("calendars = 5", "account.calendars should be a list"),
        ('token_env = "ya29.a-token"', "account.token_env should be the name of an environment variable"),
        ('root_url = "http://mail.example"', "account.root_url should be an address with https://"),
        ('root_url = "https://x@evil.example"', "account.root_url should be an address with https://"),
        ("units_a_minute = 5", "account.units_a_minute should be a whole number from 600"),
        ('service_account = "key.json"', "account 'work' has both client and service_account"),
        ('clint = "x"', "account.clint is unknown; did you mean client?"),
    ],
)
def test_what_does_not_fit_a_google_account_is_told_with_its_line(line: str, why: str) -> None:
    told = problems(f"{GOOGLE}{line}\n")
    assert f"line 11: {why}" in told
    assert "a-token" not in told


def test_what_is_google_s_does_not_fit_an_account_of_files() -> None:
    told = problems(LEAST + 'client = "client.json"\n')
    assert "line 10: account.client is for the provider 'google', and this account's is 'local'" in told


def test_a_google_account_says_how_it_is_opened() -> None:
    told = problems(GOOGLE.replace('client = "client.json"', ""))
    assert "line 8: account 'work' doesn't say how it's opened: set client" in told


@pytest.mark.parametrize("way", ['token_env = "CI_TOKEN"', 'service_account = "key.json"'])
def test_a_token_by_reference_or_a_service_account_opens_it_too(way: str) -> None:
    assert parsed(GOOGLE.replace('client = "client.json"', way)).accounts[0].provider == "google"


def test_of_a_provider_that_nobody_knows_its_own_settings_are_not_judged() -> None:
    assert parsed(LEAST.replace('mail = "Maildir"', 'provider = "gogle"\nclient = "c"')).accounts[0].provider == "gogle"


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    told = problems('[rep]\nname = "Mara"\nemail = "nobody"\ntimezone = "Mars/Base"\n[[account]]\nname = "work"\n')
    assert "line 3: rep.email should be an address" in told
    assert "line 4: rep.timezone should be an IANA time zone" in told
    assert "line 5: account.mail is missing" in told


def test_an_unknown_option_names_the_nearest_one() -> None:
    assert "rep.alias is unknown; did you mean aliases?" in problems(LEAST.replace("timezone", "alias = []\ntimezone"))


def test_an_unknown_table_names_the_nearest_one() -> None:
    assert "[privcy] is unknown; did you mean privacy?" in problems(LEAST + "\n[privcy]\n")


def test_the_problem_of_a_second_account_has_the_line_of_the_second() -> None:
    told = problems(LEAST + '\n[[account]]\nname = "home"\nmail = 5\n')
    assert 'line 13: account.mail should be text in quotes, like "work"' in told


def test_two_accounts_have_two_names() -> None:
    told = problems(LEAST + '\n[[account]]\nname = "work"\nmail = "Other"\n')
    assert "two entries of [[account]] have the name 'work'" in told


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("[queue]\nsize = 0\n", "queue.size should be a whole number from 1 to 100"),
        ("[queue]\nsize = true\n", "queue.size should be a whole number from 1 to 100"),
        ('[privacy]\nsenders = "me@x.example"\n', "privacy.senders should be a list in square brackets"),
        ('[guard]\nallow = ["quota"]\n', "guard.allow should be a list of { phrase"),
        ('[team]\ndomains = ["not a domain"]\n', "team.domains should be a domain"),
        ('[store]\npath = "a\\u0000b"\n', "store.path should be on one line, without control characters"),
        ('[voice]\nsign_off = "Best,\\nBcc: x@y.example"\n', "voice.sign_off should be on one line"),
    ],
)
def test_a_wrong_value_says_what_it_should_be(option: str, why: str) -> None:
    assert why in problems(LEAST + option)


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ('country = "Germany"', "rep.country should be an ISO 3166 code"),
        ('working_hours = ["17:00", "09:00"]', "rep.working_hours should end after it starts"),
        ('working_hours = ["09:00+02:00", "17:00"]', "rep.working_hours should be on the wall clock"),
        ('closed_days = ["24.12.2026"]', "rep.closed_days should be a day"),
        ("closed_days = [2026-12-24T08:00:00]", "rep.closed_days should be a day"),
        ('aliases = ["mara\\u0000@x.example"]', "rep.aliases should be an address"),
    ],
)
def test_a_wrong_value_of_the_rep_says_what_it_should_be(option: str, why: str) -> None:
    assert why in problems(LEAST.replace("[[account]]", f"{option}\n[[account]]"))


def entry(name: str, *after: str, stage: str = "before_yes") -> str:
    named = ", ".join(f'"{each}"' for each in after)
    return (
        f'[[process]]\nid = "{name}"\nname = "n"\npurpose = "p"\nstep = "s"\ndone_when = "d"\n'
        f'stage = "{stage}"\nafter = [{named}]\nattendees = ["champion"]\n'
    )


def test_a_step_comes_after_those_that_it_names_or_the_one_above_in_its_stage() -> None:
    steps = (entry("a"), entry("b"), entry("c", "a"), entry("d", "b", "c"), entry("e", stage="after_yes"))
    process = parsed(LEAST + "".join(steps)).process
    assert process is not None
    assert process.waits_for() == {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ()}
    assert process.milestones[0].attendees == ("champion",)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (
            (entry("a"), entry("b", "hands")),
            "line 26: process 'b': after names 'hands', which is no entry of [[process]]; known are: a, b",
        ),
        (
            (entry("hands_on"), entry("b", "hands_no")),
            "line 26: process 'b': after names 'hands_no', which is no entry of [[process]]; did you mean hands_on?",
        ),
        (
            (entry("a", "z"), entry("z", stage="after_yes")),
            "line 17: process 'a': after names 'z', which comes only after the yes",
        ),
        ((entry("a", "a"),), "line 17: process 'a' waits for 'a': none could be held; change after in one of them"),
        ((entry("a", "b"), entry("b")), "line 17: process 'a' waits for 'b', which waits for 'a': none could be held"),
        (
            (entry("a"), entry("b", "c"), entry("c", "d"), entry("d", "b")),
            "process 'b' waits for 'c', which waits for 'd', which waits for 'b': none could be held",
        ),
    ],
)
def test_steps_that_could_never_be_held_are_named(steps: tuple[str, ...], why: str) -> None:
    assert why in problems(LEAST + "".join(steps))


def test_steps_without_an_id_are_told_and_nothing_more() -> None:
    told = problems(LEAST + entry("a", "b").replace('id = "a"\n', ""))
    assert "process.id is missing" in told
    assert "after names" not in told


def test_a_file_that_is_no_toml_says_where() -> None:
    assert "isn't valid TOML" in problems("[rep\n")


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nextmove config init"):
        load(tmp_path / "none.toml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'[rep]\nname = "J\xf8rgen"\n')
    with pytest.raises(ConfigurationError, match=r"config\.toml can't be read"):
        load(path)


def test_the_file_that_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "/elsewhere.toml")
    assert find(Path("given.toml")) == Path("given.toml")
    assert find() == Path("/elsewhere.toml")


def test_the_file_here_goes_before_the_one_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.chdir(tmp_path)
    at_home = find()
    (tmp_path / "nextmove.toml").touch()
    assert (find(), at_home.name) == (Path("nextmove.toml"), "config.toml")
