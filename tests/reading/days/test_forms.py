"""Forms of dates in four languages, each read on Wednesday, 3 June 2026."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.days.dates import mentions
from assistant.reading.days.forms import FORMS, possible
from assistant.reading.days.tokens import Words
from assistant.reading.days.words import KIND_OF, KINDS, PARAGRAPH

SENT = date(2026, 6, 3)

ENGLISH = {
    "on the 24th": "2026-06-24",
    "the 24th of June": "2026-06-24",
    "June 24th, 2026": "2026-06-24",
    "Wednesday 24 June": "2026-06-24",
    "Wed 24/6": "2026-06-24",
    "Thursday, November 26": "2026-11-26",
    "on the first of July": "2026-07-01",
    "by the twenty-fourth": "2026-06-24",
    "this Friday": "2026-06-05",
    "next Friday": "2026-06-12",
    "Friday week": "2026-06-12",
    "a week on Friday": "2026-06-12",
    "three weeks from Friday": "2026-06-26",
    "a week from today": "2026-06-10",
    "thirty days to decide, counting from today": "2026-07-03",
    "in a couple of weeks": "2026-06-17",
    "within the next ten days": "2026-06-13",
    "within 10 business days": "2026-06-17",
    "in half a year": "2026-12-03",
    "give us two weeks": "2026-06-17",
    "Tuesday of next week": "2026-06-09",
    "next week, on Tuesday": "2026-06-09",
    "this day next week": "2026-06-10",
    "the first Tuesday in October": "2026-10-06",
    "last Friday of the month": "2026-06-26",
    "month-end": "2026-06-30",
    "by quarter end": "2026-06-30",
    "before February's out": "2027-02-28",
    "end of next week": "2026-06-12",
    "the week after next": "2026-06-19",
    "early next week": "2026-06-09",
    "the first week of July": "2026-07-03",
    "w/c 6 July": "2026-07-10",
    "Aug 3-7": "2026-08-07",
    "the 5th or 6th of July": "2026-07-06",
    "the 5th of next month": "2026-07-05",
    "in H2": "2026-12-31",
    "EOD Friday": "2026-06-05",
    "New Year's Eve": "2026-12-31",
    "Easter Monday": "2027-03-29",
    "by Boxing Day": "2026-12-26",
}
GERMAN = {
    "in KW 27": "2026-07-03",
    "in der 30. KW": "2026-07-24",
    "KW 30/31": "2026-07-31",
    "Montag der KW 30": "2026-07-20",
    "Ende Juni": "2026-06-30",
    "Anfang Juli": "2026-07-10",
    "Mitte August": "2026-08-20",
    "im dritten Quartal": "2026-09-30",
    "bis Quartalsende": "2026-06-30",
    "zum Jahresende": "2026-12-31",
    "Ende des zweiten Quartals": "2026-06-30",
    "am 24.6.": "2026-06-24",
    "am 24.6 um 10 Uhr": "2026-06-24",
    "am 24. tagt der Rat": "2026-06-24",
    "Mittwoch, den 24. Juni": "2026-06-24",
    "am fünfzehnten Juli": "2026-07-15",
    "übermorgen": "2026-06-05",
    "morgen Nachmittag": "2026-06-04",
    "nächsten Dienstag": "2026-06-09",
    "Donnerstagabend": "2026-06-04",
    "Freitag in einer Woche": "2026-06-12",
    "heute in vierzehn Tagen": "2026-06-17",
    "am Montag in vier Wochen": "2026-06-29",
    "binnen 10 Werktagen": "2026-06-17",
    "in den nächsten drei Wochen": "2026-06-24",
    "Geben Sie uns noch 14 Tage": "2026-06-17",
    "am Dienstag nächster Woche": "2026-06-09",
    "übernächste Woche Mittwoch": "2026-06-17",
    "Ende nächster Woche": "2026-06-12",
    "Ende nächsten Monats": "2026-07-31",
    "am 1. des nächsten Monats": "2026-07-01",
    "am letzten Freitag im Juni": "2026-06-26",
    "vom 3. bis 7. August": "2026-08-07",
    "vom 24.-26.6.": "2026-06-26",
    "zwischen 28. Juni und 3. Juli": "2026-07-03",
    "im zweiten Halbjahr": "2026-12-31",
    "bis zum Wochenende": "2026-06-07",
    "Ostermontag": "2027-03-29",
}
FRENCH = {
    "en semaine 27": "2026-07-03",
    "S27": "2026-07-03",
    "fin juin": "2026-06-30",
    "d'ici fin juillet": "2026-07-31",
    "d'ici la fin de l'année": "2026-12-31",
    "à la fin du mois de juillet": "2026-07-31",
    "d'ici six semaines": "2026-07-15",
    "mi-juillet": "2026-07-20",
    "au troisième trimestre": "2026-09-30",
    "fin T3": "2026-09-30",
    "le 24": "2026-06-24",
    "le 24/06": "2026-06-24",
    "le 1er juillet": "2026-07-01",
    "le quinze juillet": "2026-07-15",
    "mercredi 24 juin": "2026-06-24",
    "vendredi 12": "2026-06-12",
    "après-demain": "2026-06-05",
    "aujourd'hui": "2026-06-03",
    "jeudi prochain": "2026-06-04",
    "jeudi en huit": "2026-06-11",
    "lundi de la semaine prochaine": "2026-06-08",
    "en semaine 27, le jeudi": "2026-07-02",
    "dans deux semaines": "2026-06-17",
    "dans un an": "2027-06-03",
    "sous 48 heures": "2026-06-05",
    "dans un délai de 10 jours ouvrés": "2026-06-17",
    "donnez-nous dix jours": "2026-06-13",
    "fin du mois prochain": "2026-07-31",
    "l'an prochain": "2027-12-31",
    "le premier mardi d'octobre": "2026-10-06",
    "du 28 juin au 3 juillet": "2026-07-03",
    "la semaine du 6 juillet": "2026-07-10",
    "fin de semaine prochaine": "2026-06-12",
    "deuxième quinzaine de juillet": "2026-07-31",
    "le 15 du mois prochain": "2026-07-15",
    "ce week-end": "2026-06-07",
    "lundi de Pentecôte": "2027-05-17",
}
SPANISH = {
    "la semana 27": "2026-07-03",
    "a finales de junio": "2026-06-30",
    "a fin de mes": "2026-06-30",
    "al cierre del trimestre": "2026-06-30",
    "antes de que acabe el mes que viene": "2026-07-31",
    "antes de que acabe junio": "2026-06-30",
    "a mediados de julio": "2026-07-20",
    "en el tercer trimestre": "2026-09-30",
    "el 24": "2026-06-24",
    "el día 24": "2026-06-24",
    "el 1º de julio": "2026-07-01",
    "el primero de julio": "2026-07-01",
    "el quince de julio": "2026-07-15",
    "el jueves 25": "2026-06-25",
    "pasado mañana": "2026-06-05",
    "mañana por la mañana": "2026-06-04",
    "el martes que viene": "2026-06-09",
    "de este jueves en ocho": "2026-06-11",
    "el lunes de la próxima semana": "2026-06-08",
    "dentro de 15 días": "2026-06-18",
    "en un plazo de 10 días hábiles": "2026-06-17",
    "dame 90 días": "2026-09-01",
    "la semana que viene": "2026-06-12",
    "el año que viene": "2027-12-31",
    "el último viernes de octubre": "2026-10-30",
    "del 3 al 7 de agosto": "2026-08-07",
    "el 5 o el 6 de julio": "2026-07-06",
    "este fin de semana": "2026-06-07",
    "la primera semana de julio": "2026-07-03",
    "el 15 del mes que viene": "2026-07-15",
    "viernes santo": "2027-03-26",
}


@pytest.mark.parametrize(("text", "day"), [*ENGLISH.items(), *GERMAN.items(), *FRENCH.items(), *SPANISH.items()])
def test_a_form_of_date_is_read_in_its_language(text: str, day: str) -> None:
    assert [each.days.last.isoformat() for each in mentions(text, SENT)] == [day]


@pytest.mark.parametrize(
    "text",
    ["nach Pfingsten", "vor Ostern", "à la rentrée", "antes de Semana Santa", "after the summer", "im Herbst"],
)
def test_a_feast_or_a_season_is_only_about_right(text: str) -> None:
    (found,) = mentions(text, SENT)
    assert (found.certain, found.vague, found.loose) == (False, True, True)


@pytest.mark.parametrize(
    ("text", "certain"),
    [("03/04/2027", False), ("le 03/04/2027", True), ("14/09/2026", True), ("around the 20th", False),
     ("gegen den 20. Juni", True), ("in 15 Tagen", True), ("dans quinze jours", False), ("next Friday", False)],
)  # fmt: skip
def test_words_that_can_mean_another_day_are_uncertain(text: str, certain: bool) -> None:
    assert mentions(text, SENT)[0].certain is certain


@pytest.mark.parametrize(
    "text",
    [
        "mon collègue",
        "sept jours sur sept",
        "le 3e candidat",
        "el 20 por ciento",
        "in den 4.890 Euro",
        "Version 2.3.",
        "per policy 7.2. we decide",
        "550 5.1.1 user unknown",
        "guten Morgen",
        "por la mañana",
        "we sat down",
        "the sun is out",
        "der dritte Anbieter",
        "sind Sie der Erste",
        "have a nice weekend",
        "bonne fin d'année",
        "Thanks for coming out",
        "3/4 of the team",
        "Black Friday",
        "ce soir-là",
    ],
)
def test_words_that_only_look_like_a_day_are_left_alone(text: str) -> None:
    assert mentions(text, SENT) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("We demo on 5 July, and on the 12th we decide.", ["2026-07-05", "2026-07-12"]),
        ("Mitte Mai, am 15., fällt die Wahl.", ["2027-05-20", "2027-05-15"]),
        ("Wir legen uns in KW 27 fest, am Donnerstag.", ["2026-07-03", "2026-07-02"]),
        ("Evaluation till Friday, award the Wednesday after.", ["2026-06-05", "2026-06-10"]),
        ("A paper in week 27, signed on the Friday of that week.", ["2026-07-03", "2026-07-03"]),
    ],
)
def test_a_day_is_completed_by_what_is_named_before_it(text: str, days: list[str]) -> None:
    assert [each.days.last.isoformat() for each in mentions(text, SENT)] == days


def test_a_line_break_inside_a_date_does_not_part_it() -> None:
    assert mentions("on 24\nJune", SENT)[0].days.start == date(2026, 6, 24)


def test_a_paragraph_parts_what_stands_on_its_sides() -> None:
    assert mentions("version 24\n\nJune", SENT)[0].days.start == date(2026, 6, 1)


WORDS = st.sampled_from(
    [*KIND_OF, "24", "24.6.", "2026-06-24", "KW27", "Q3", "31.12.2026", "1er", "3.", "tree", "\n\n"]
)


@given(st.lists(WORDS, max_size=14), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_words_of_dates_are_read_without_an_error(words: list[str], sent: date) -> None:
    text = " ".join(words)
    found = mentions(text, sent)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(each.days.start.year >= 1990 for each in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@given(st.text(st.sampled_from([*KINDS.values(), *".,-/'_", PARAGRAPH]), max_size=12))
def test_no_form_that_matches_is_passed_over(kinds: str) -> None:
    matching = [form for form in FORMS if form.pattern.search(kinds)]
    assert [form for form in possible(kinds) if form.pattern.search(kinds)] == matching


@given(st.text(max_size=60))
def test_words_stand_where_they_say(text: str) -> None:
    words = Words(text)
    assert all(
        text[words.start(index) : words.end(index)].lower() == word or word == PARAGRAPH or not word.isascii()
        for index, word in enumerate(words.lower)
    )
