"""Names of months, weekdays, numbers and ordinals, as people write them in mail."""

from typing import Final

_MONTH_NAMES: Final = (
    "january jan jänner jänn januar janvier janv enero ene gennaio januari janeiro",
    "february feb febr feber februar février fév févr febrero febbraio februari fevereiro",
    "march mar mrz märz maerz mär mars marzo maart",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juil juillet julio luglio lug julho",
    "august aug août agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)
_WEEKDAY_NAMES: Final = (
    "monday mon montag lundi lunes lunedì maandag mo lun",
    "tuesday tue tues dienstag mardi martes martedì dinsdag di mar",
    "wednesday wed weds mittwoch mercredi miércoles mercoledì woensdag mi mié mer",
    "thursday thu thur thurs donnerstag jeudi jueves giovedì donderdag do jeu jue",
    "friday fri freitag vendredi viernes venerdì vrijdag fr ven vie",
    "saturday sat samstag sonnabend samedi sábado sabato zaterdag sa sam sáb",
    "sunday sun sonntag dimanche domingo domenica zondag so dim dom",
)
_COUNT_NAMES: Final = (
    "two zwei deux dos",
    "three drei trois tres tre",
    "four vier quatre cuatro",
    "five fünf cinq cinco",
    "six sechs seis",
    "seven sieben siete",
    "eight acht huit ocho",
    "nine neun neuf nueve",
    "ten zehn dix diez",
    "eleven elf onze once",
    "twelve zwölf douze doce",
    "thirteen dreizehn treize trece",
    "fourteen vierzehn quatorze catorce",
    "fifteen fünfzehn quinze quince",
    "sixteen sechzehn seize dieciséis",
    "seventeen siebzehn diecisiete",
    "eighteen achtzehn dieciocho",
    "nineteen neunzehn diecinueve",
    "twenty zwanzig vingt veinte",
    "einundzwanzig veintiuno",
    "zweiundzwanzig veintidós",
    "dreiundzwanzig veintitrés",
    "vierundzwanzig veinticuatro",
    "fünfundzwanzig veinticinco",
    "sechsundzwanzig veintiséis",
    "siebenundzwanzig veintisiete",
    "achtundzwanzig veintiocho",
    "neunundzwanzig veintinueve",
    "thirty dreißig dreissig trente treinta",
)
_LARGE_COUNTS: Final = {
    40: "forty vierzig quarante cuarenta",
    45: "fünfundvierzig",
    50: "fifty fünfzig cinquante cincuenta",
    60: "sixty sechzig soixante sesenta",
    90: "ninety neunzig noventa",
    100: "hundred hundert cent cien",
}
_ORDINAL_NAMES: Final = (
    "first ersten erste erster erstes premier première primero primer primera",
    "second zweiten zweite zweiter zweites deuxième seconde segundo segunda",
    "third dritten dritte dritter drittes troisième tercero tercer tercera",
    "fourth vierten vierte vierter viertes quatrième cuarto cuarta",
    "fifth fünften fünfte cinquième quinto",
    "sixth sechsten sechste",
    "seventh siebten siebte siebenten",
    "eighth achten achte",
    "ninth neunten neunte",
    "tenth zehnten zehnte",
    "eleventh elften elfte",
    "twelfth zwölften zwölfte",
    "thirteenth dreizehnten",
    "fourteenth vierzehnten",
    "fifteenth fünfzehnten",
    "sixteenth sechzehnten",
    "seventeenth siebzehnten",
    "eighteenth achtzehnten",
    "nineteenth neunzehnten",
    "twentieth zwanzigsten",
    "einundzwanzigsten",
    "zweiundzwanzigsten",
    "dreiundzwanzigsten",
    "vierundzwanzigsten",
    "fünfundzwanzigsten",
    "sechsundzwanzigsten",
    "siebenundzwanzigsten",
    "achtundzwanzigsten",
    "neunundzwanzigsten",
    "thirtieth dreißigsten dreissigsten",
    "einunddreißigsten einunddreissigsten",
)


def listed(words: str) -> frozenset[str]:
    """The words, as a set."""
    return frozenset(words.split())


def spellings(words: str) -> tuple[str, ...]:
    """Each word as it is written, without its accents, and with "ue" for "ü"."""
    found = []
    for word in words.split():
        found += [word, word.translate(_BARE), word.translate(_DOUBLED)]
    return tuple(dict.fromkeys(found))


_BARE: Final = str.maketrans("äöüáàâéèêëíîóôúûñçìù", "aouaaaeeeeiioouunciu")
_DOUBLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _numbered(names: tuple[str, ...], first: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(names, first) for word in spellings(words)}


MONTHS: Final = _numbered(_MONTH_NAMES, 1)
WEEKDAYS: Final = _numbered(_WEEKDAY_NAMES, 0) | {
    day + part: number
    for number, day in enumerate(["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"])
    for part in spellings("morgen früh vormittag mittag nachmittag abend nacht")
}
"""Monday is 0."""
COUNTS: Final = (
    dict.fromkeys(listed("a an one ein eine einem einen einer eines un une una uno"), 1)
    | {"couple": 2}
    | _numbered(_COUNT_NAMES, 2)
    | {"sept": 7}
    | {word: number for number, words in _LARGE_COUNTS.items() for word in spellings(words)}
)
ORDINALS: Final = _numbered(_ORDINAL_NAMES, 1)
