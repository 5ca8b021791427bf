"""The words that dates are made of, each with its kind, in English, German, French and Spanish.

A kind is one character, so that a text becomes a string of kinds, one a word, and a form of date is a short pattern
over that string whatever the language.
"""

from typing import Final

from assistant.reading.days.calendar_words import COUNTS, MONTHS, ORDINALS, WEEKDAYS, spellings

_NAMES: Final = """
    month month_or_word weekday weekday_short number hundreds nth rank nth_word tens count one iso date weak_date year
    years figure time week_no quarter_no half_no relative edge feast season daypart

    day week week_mark month_unit quarter year_unit fortnight weekend hour half half_year business

    the on when until au of in to and between this next after_next last end final begin start_of middle late ending
    coming which give working about more hence counting be possessive ici eod other pro please now tops new thing
    week_of named_day day_name eve
"""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцч"
KINDS: Final = dict(zip(_NAMES.split(), _LETTERS, strict=False))
"""The character of each kind: what can be part of a day, units of time, and the words around them. Marks stand for
themselves, a paragraph's end for "¶", any other word for "_"."""

OTHER: Final = "_"
PARAGRAPH: Final = "¶"

_RISKY_MONTHS: Final = (
    "may march mar mars jan feb fev apr avr abr jun jul aug ago sept sep oct okt nov dec dez dic ene giu "
    "lug maggio mei mrz janv févr fév mär jänn juil déc"
)
_SHORT_WEEKDAYS: Final = "mon sat sun mo di mi do fr sa so lun mer jeu jue ven vie sam sáb dim dom mié"
_TENS: Final = (
    "twenty zwanzig vingt veinte thirty dreißig dreissig trente treinta forty vierzig quarante cuarenta "
    "fifty fünfzig cinquante cincuenta sixty sechzig soixante sesenta ninety neunzig noventa dix soixante"
)
_ONES: Final = "a an one ein eine einem einen einer eines un une una uno"

_WORDS: Final = {
    "relative": (
        "today tonight tomorrow tmrw tmw 2moro heute morgen übermorgen aujourd demain hoy mañana oggi domani dopodomani"
    ),
    "daypart": "morning afternoon evening matin midi aprem soir tarde nachmittag vormittag abend noche",
    "day": (
        "day days tag tage tagen tages werktag werktage werktagen arbeitstag arbeitstage arbeitstagen jour jours día "
        "días giorno giorni"
    ),
    "week": "week weeks wks woche wochen semaine semaines semana semanas settimana settimane",
    "week_of": "w/c w/b",
    "week_mark": "kw cw wk kalenderwoche uke vecka viikko sem",
    "month_unit": "month months mth mths monat monate monaten monats mois mes meses mese mesi",
    "quarter": "quarter quarters qtr quartal quartals quartale trimestre trimestres trim",
    "year_unit": (
        "year years yr yrs jahr jahre jahren jahres ans année années año años anno anni geschäftsjahr geschäftsjahres "
        "kalenderjahr kalenderjahres"
    ),
    "fortnight": "fortnight fortnights huitaine quinzaine quinzaines quincena quincenas",
    "weekend": "week-end weekend weekends wochenende wochenendes finde",
    "hour": (
        "hour hours hr hrs h uhr o'clock stunde stunden std heure heures hora horas hs pm minutes minutos minuten mins "
        "min minute"
    ),
    "half": "half halben halbes hälfte mitad moitié",
    "half_year": "halbjahr halbjahres halbjahrs semestre semestres semester semesters jahreshälfte",
    "business": "play",
    "the": "the der die das dem den le la les el los las lo il l",
    "on": (
        "on by before after from since am zum zur ab vor nach seit avant après dès depuis desde antes después para "
        "por tras für pour around um gegen vers hacia pasada pasadas pasado"
    ),
    "when": "when once bevor ehe cuando quand lorsque wenn sobald",
    "until": "until till til untill bis hasta jusqu jusque",
    "au": "au al aux",
    "of": "of de d du del des von vom",
    "in": "in im within en dans dentro binnen innerhalb ins sous inside",
    "to": "to through thru à",
    "and": "and or und oder et ou y e o u",
    "between": "between zwischen entre",
    "this": (
        "this diese dieser diesen dieses diesem dies cette ce cet este esta current aktuellen aktuelle laufenden "
        "laufende laufendes presente"
    ),
    "next": (
        "next coming following upcoming nächste nächster nächsten nächstes nächstem kommende kommender kommenden "
        "kommendes kommendem folgende folgender folgenden folgendes folgendem prochain prochaine prochains prochaines "
        "suivant suivante suivants suivantes próximo próxima próximos próximas entrante siguiente siguientes"
    ),
    "after_next": "übernächste übernächster übernächsten übernächstes übernächstem",
    "last": (
        "last past previous letzte letzter letzten letztes letztem vergangene vergangenen vergangener vorige vorigen "
        "voriger dernier dernière derniers dernières último última últimos últimas"
    ),
    "end": "end ende close fin fines finales cierre clôture schluss ausgang",
    "final": "final finale",
    "begin": "early beginning beginn anfang anfangs début principios principio comienzos comienzo inicio inicios",
    "start_of": "start primeros",
    "middle": "mid middle mitte milieu mediados",
    "late": "late spät",
    "ending": (
        "out ends closes up done over vorbei herum rum acabe acaba acabar termine termina terminar finalice finaliza "
        "finalizar cierra cerrar cierre acabado terminado endet"
    ),
    "coming": "viene vient vienen viennent",
    "which": "que qui",
    "give": (
        "give gives giving allow grant geben gebt gib gebe gönnen gönnt donnez donne laissez laisse accordez dame "
        "deme denos danos dadnos dadme dennos denme déjame déjeme déjenos déjanos dejadnos"
    ),
    "working": "business working calendar fiscal financial ouvrés ouvrables hábiles naturales laborables",
    "about": (
        "about roughly approximately circa ca ungefähr etwa rund gut knapp environ autour alrededor aproximadamente "
        "cerca"
    ),
    "more": "another more exactly noch weitere weiteren otros otras encore exactement exactamente full",
    "now": "now jetzt maintenant ahora",
    "hence": "hence",
    "counting": "counting counted gerechnet compter contar contados starting commencing partir gezählt",
    "be": "is ist be est are gets has",
    "possessive": "s",
    "ici": "ici",
    "eod": "eod cob eob feierabend dienstschluss büroschluss",
    "other": "otra",
    "pro": "pro",
    "please": "please pls bitte",
    "tops": "then tops max",
    "new": "new neuen nouvel nouvelle nuevo",
    "thing": (
        "people persons users seats licences licenses copies words pages units pieces boxes euros euro eur usd gbp "
        "chf dollars pounds pound percent prozent ciento personen leute stück lizenzen nutzer anbieter personnes "
        "utilisateurs pièces étoiles personas usuarios licencias plazas estrellas aniversario kg tons km miles meter "
        "grad degrees times mal fois veces bids offers vendors"
    ),
    "feast": (
        "easter ostern pâques pascua pentecost whitsun pfingsten pentecôte christmas xmas weihnachten noël navidad "
        "navidades santa santo saint thanksgiving"
    ),
    "named_day": (
        "halloween heiligabend nochebuena silvester nochevieja neujahr nikolaustag dreikönig allerheiligen toussaint "
        "gründonnerstag karfreitag ostersonntag ostermontag himmelfahrt pfingstsonntag pfingstmontag fronleichnam "
        "rosenmontag aschermittwoch"
    ),
    "day_name": "boxing groundhog valentine bastille",
    "eve": "eve",
    "season": (
        "summer autumn winter spring fall sommer herbst frühjahr frühling été automne hiver printemps verano otoño "
        "invierno primavera rentrée sommerferien sommerpause sommerurlaub herbstferien"
    ),
}

_EDGE_PARTS: Final = {"ende": "end", "schluss": "end", "ultimo": "end", "letzten": "end", "abschluss": "end"} | {
    "anfang": "begin", "beginn": "begin", "mitte": "middle",
}  # fmt: skip
_EDGE_UNITS: Final = {
    "monats": "month",
    "quartals": "quarter",
    "jahres": "year",
    "halbjahres": "half",
    "wochen": "week",
}

EDGES: Final = {
    f"{whole}{part}": (unit, place)
    for whole, unit in _EDGE_UNITS.items()
    for part, place in _EDGE_PARTS.items()
    if whole + part not in ("wochenende", "jahresabschluss", "monatsabschluss", "quartalsabschluss", "wochenletzten")
} | {"eom": ("month", "end"), "eoq": ("quarter", "end"), "eoy": ("year", "end"), "eow": ("week", "end")}
"""Words that name an edge of a period: "Quartalsende", "EOM"."""

UNITS: Final = {
    word: unit
    for kind, unit in (
        ("day", "day"),
        ("week", "week"),
        ("week_mark", "week"),
        ("month_unit", "month"),
        ("quarter", "quarter"),
        ("year_unit", "year"),
        ("fortnight", "fortnight"),
        ("hour", "hour"),
        ("half_year", "half"),
    )
    for word in spellings(_WORDS[kind])
} | {"an": "year", "huitaine": "week"}
"""What is counted: "day", "week", "month", "quarter", "year", "fortnight", "hour" or "half"."""


def _kind_of_word() -> dict[str, str]:
    """The kind of each word; of a word in several lists the first."""
    found: dict[str, str] = {}
    lists = (
        ("one", _ONES),
        ("month_or_word", _RISKY_MONTHS),
        ("weekday_short", _SHORT_WEEKDAYS),
        ("tens", _TENS),
    )
    for name, words in (*lists, *_WORDS.items()):
        for word in spellings(words):
            found.setdefault(word, KINDS[name])
    for name, table in (
        ("edge", EDGES),
        ("month", MONTHS),
        ("weekday", WEEKDAYS),
        ("count", COUNTS),
        ("nth_word", ORDINALS),
    ):
        for word in table:
            found.setdefault(word, KINDS[name])
    found.update({mark: mark for mark in ".,-/':()%?!;¶"})
    found |= dict.fromkeys("€$£", KINDS["thing"])
    found |= {"an": KINDS["one"], "des": KINDS["of"]}
    return found


KIND_OF: Final = _kind_of_word()
