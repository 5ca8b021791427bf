"""Names of months, weekdays, numbers and ordinals, as people write them in mail."""

from typing import Final

_MONTH_NAMES: Final = (
    "january jan jänner januar janvier janv enero ene gennaio gen januari janeiro",
    "february feb febr februar février févr fev febrero febbraio februari fevereiro",
    "march mar mrz märz maerz mars marzo maart março",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juil juillet julio luglio lug julho",
    "august aug août aout agosto ago augustus",
    "september sept sep septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)
_WEEKDAY_NAMES: Final = (
    "monday mon montag lundi lunes lunedì maandag segunda-feira",
    "tuesday tue tues dienstag mardi martes martedì dinsdag terça-feira",
    "wednesday wed weds mittwoch mercredi miércoles mercoledì woensdag quarta-feira",
    "thursday thu thur thurs donnerstag jeudi jueves giovedì donderdag quinta-feira",
    "friday fri freitag vendredi viernes venerdì vrijdag sexta-feira",
    "saturday sat samstag samedi sábado sabato zaterdag",
    "sunday sun sonntag dimanche domingo domenica zondag",
)
_COUNT_NAMES: Final = (
    ("a", "an", "one", "einer", "einem", "une", "un"),
    ("two", "a couple of", "couple of", "zwei", "deux", "dos", "due"),
    ("three", "drei", "trois", "tres", "tre"),
    ("four", "vier", "quatre"),
    ("five",),
    ("six",),
    ("seven",),
    ("eight",),
    ("nine",),
    ("ten",),
    ("eleven",),
    ("twelve",),
)
_ORDINAL_NAMES: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)

MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
WEEKDAYS: Final = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
"""Monday is 0."""
COUNTS: Final = {name: number for number, names in enumerate(_COUNT_NAMES, 1) for name in names}
ORDINALS: Final = {name: number for number, name in enumerate(_ORDINAL_NAMES.split(), 1)}


def alternation(words: dict[str, int]) -> str:
    """A regular expression group for any of the words, the longest first."""
    return f"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"
