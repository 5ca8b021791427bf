"""The words with which letters end, and names as they stand below them."""

import re
from typing import Final

_PHRASES: Final = (
    # English
    "best|best regards|best wishes|all the best|kind|kindest|kind regards|kindest regards|warm|warmest|warm regards|"
    "friendly greetings|many thanks|cheers|distinguished greetings|respectful greetings|greetings|greets|regards|rgds|"
    "brgds|br|kr|bw|yours|sincerely|respectfully|cordially|warmly|kindly|thanks|thank you|thx|ta|talk soon|take care|"
    "love|ever|xo|xoxo|most sincerely|safe travels|have a good|have a great|have a nice|"
    # German
    "mfg|vg|lg|gruß|gruss|gruess|grüße|grüsse|viele grüße|viele grüsse|beste grüße|beste grüsse|besten gruß|"
    "besten gruss|besten grüßen|schönen gruß|schöne grüße|schöne grüsse|freundliche grüße|freundliche grüsse|"
    "freundlicher gruß|freundlicher gruss|freundlichem gruß|freundlichem gruss|freundlichen grüßen|"
    "freundlichen grüssen|herzliche grüße|herzliche grüsse|herzlichen grüßen|liebe grüße|liebe grüsse|lieben gruß|"
    "vielen dank|besten dank|danke|merci und gruss|bis dann|bis dahin|bis bald|bis die tage|hochachtungsvoll|"
    # French
    "cordialement|cdlt|cdt|amicalement|sincèrement|salutations|meilleures salutations|salutations distinguées|"
    "bien à vous|bien à toi|bonne journée|bonne soirée|bonne semaine|à bientôt|au plaisir|respectueusement|merci|"
    "recevez nos salutations|"
    # Spanish
    "saludos|saludo|un saludo|saludos cordiales|un cordial saludo|atentamente|atte|att|cordialmente|un abrazo|abrazos|"
    "hasta pronto|gracias|muchas gracias|"
    # others
    "vr. gr|mvh|hilsen|med venlig hilsen|med vennlig hilsen|med vänlig hälsning|kh|terveisin|ystävällisin terveisin|"
    "groet|groeten|vr|vriendelijke groet|met vriendelijke groet|saluti|cordiali saluti|abraço|atenciosamente"
)
_BEFORE: Final = "with my our very in mit avec con bien muy"
_BEST_FIRST: Final = sorted(_PHRASES.split("|"), key=len, reverse=True)
_FIRST_WORDS: Final = frozenset(phrase.split()[0].rstrip(".") for phrase in _BEST_FIRST) | frozenset(_BEFORE.split())
_CLOSING: Final = re.compile(
    rf"(?i)^\W{{0,2}}(?:(?:{_BEFORE.replace(' ', '|')}) )?(?:{'|'.join(map(re.escape, _BEST_FIRST))})\b\.?"
    r"(?:[ ,&]+(?:and|&|regards|wishes|again|very much|so much|in advance|truly|faithfully|sincerely|then|all|you|"
    r"a lot|yourself|weekend|day|one|week|as ever|always|greetings|cordial(?:es|ement)?|distinguées))*"
    r"(?: (?:from|aus|depuis|desde|de) (?:(?:the|dem|der|den|la|el|le) )?[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)?)?"
    r"\s*[,.!–-]{0,2}\s*(?P<name>[^\s,.!–-].{0,40})?$"
)
_FIRST: Final = re.compile(r"\W{0,2}([^\W\d_]+)")


_TITLE: Final = re.compile(
    r"(?i)\b(?:manager|mgr|director|engineer|sales|president|vp|ceo|cfo|cto|coo|ciso|officer|head|lead|consultant|"
    r"analyst|architect|assistant|asst|coordinator|specialist|executive|account|buyer|procurement|purchas\w+|counsel|"
    r"partner|founder|owner|team|department|dept|desk|solutions|software|systems|technologies|group|services?|logistics|"
    r"consulting|industries|university|college|school|hospital|council|bank|chair|secretary|treasur\w+|clerk|bursar|"
    r"nurs\w+|dean|professor|advisor|supervisor|inspector|general|agency|estates?|registrar|commission\w*|"
    r"inköp|innkjøp|einkauf|vertrieb\w*|leit(?:er|ung)\w*|\w+leit(?:er|ung)\w*|geschäfts\w+|prokurist\w*|referent\w*|"
    r"sachbearbeit\w+|abteilung|referat|fachbereich|vergabe\w*|stadt\w*|gemeinde\w*|klinik\w*|directeur|directrice|"
    r"direction|responsable|chef\w*|gérant\w*|président\w*|secrétari\w+|achats|acheteu\w+|adjoint\w*|gestionnaire|"
    r"conseill\w+|mairie|ville|syndicat|commerciale?|gerente|jef[ea]|encargad[oa]|compras|ventas|secretari[oa]|"
    r"administrador\w*|administrativ\w+|ayudante|consultor\w*|área|depto|ayuntamiento)\b"
)
_DAYS: Final = (
    "monday tuesday wednesday thursday friday saturday sunday january february march july september october "
    "november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz juli "
    "oktober dezember lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet "
    "août septembre octobre novembre décembre lunes martes miércoles jueves viernes sábado domingo enero febrero "
    "marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre today tomorrow tonight heute "
    "morgen demain mañana hoy"
)
_ANSWERS: Final = (
    "yes no yep nope ok okay sure agreed approved accepted rejected declined denied confirmed cancelled canceled "
    "done signed sold perfect great good fine received attached enclosed please call go ahead see works sounds "
    "noted ordered booked paid understood granted passed lost never maybe hi hello dear hey thanks next not we i "
    "it the this that when what who how why where which is are can could would does did has have your you my our "
    "let's ja nein nee einverstanden genehmigt bestellt abgelehnt angenommen erledigt passt gerne gern bitte "
    "anbei danke hallo liebe lieber sehr guten leider klar gekauft beauftragt zugesagt abgesagt wann was wer wie "
    "warum wo wir ich sie oui non accepté validé refusé reçu signé bonjour salut merci entendu parfait quand qui "
    "quoi comment nous je vous sí si vale aprobado aceptado conforme rechazado firmado recibido hola gracias "
    "perfecto cuándo quién qué cómo adjunto"
)
_SPOKEN: Final = frozenset(f"{_DAYS} {_ANSWERS}".split())
"""Words that are no part of a name: who writes them at the end answers with them."""
_WITHIN: Final = (
    "de da do dos van von vom zu zum der den des del della di du la le les los las el al bin ibn y e i of for and und "
    "et & in am an"
)
_SMALL: Final = frozenset(_WITHIN.split())
"""Words in small letters that names and titles have within them."""
_NAME_SIGNS: Final = re.compile(r"^\s*[/~–—-]{0,2}\s*(?:i\. ?[av]\. |ppa\. |fdo\.: ?|gez\. )?", re.I)
_TAIL: Final = re.compile(r"\s*[,|·•–—(]\s*|\s-\s")
_WORD: Final = re.compile(r"[^\s]+")


def closing_of(line: str) -> str | None:
    """What stands behind closing words on their line ("" where nothing does: a name, else); None for other lines."""
    if len(line) > 80:
        return None
    first = _FIRST.match(line)
    if first is None or first[1].lower() not in _FIRST_WORDS:
        return None
    found = _CLOSING.match(line)
    return (found["name"] or "").strip() if found else None


def is_name(line: str) -> bool:
    """Whether a line is a person's or an office's name, with or without what they are behind it."""
    bare = _NAME_SIGNS.sub("", line, count=1).strip()
    if (
        not bare
        or len(bare) > 80
        or bare[-1] in "?!;"
        or ":" in bare
        or any(word in _SPOKEN for word in _plain_words(bare))
    ):
        return False
    name, *tail = _TAIL.split(bare, maxsplit=1)
    return _capitalised(name, 5) and (not tail or _TITLE.search(tail[0]) is not None or _capitalised(tail[0], 7))


def is_short_name(line: str) -> bool:
    """A single word as a name may be written below a letter, also in small letters."""
    bare = _NAME_SIGNS.sub("", line, count=1).strip(" .,!")
    return bare.isalpha() and len(bare) < 14 and bare.lower() not in _SPOKEN


def has_title(line: str) -> bool:
    """Whether the line names a post or an office."""
    return _TITLE.search(line) is not None


def answers(line: str) -> bool:
    """Whether a short line without a verb says something: a day, a word of agreement or refusal."""
    words = _plain_words(line)
    return len(words) <= 6 and any(word in _SPOKEN for word in words)


def _plain_words(line: str) -> list[str]:
    return [word.strip(".,:;!?()\"'").lower() for word in line.split()]


def _capitalised(text: str, most: int) -> bool:
    """A few words that begin with capitals or figures, small ones between them."""
    words = _WORD.findall(text.strip(" .\"“”„«»'‘’()"))
    if not 0 < len(words) <= most:
        return False
    heads = [next((char for char in word if char.isalnum()), "") for word in words]
    return heads[0].isupper() and all(
        not head or head.isupper() or head.isdigit() or word.lower() in _SMALL
        for head, word in zip(heads, words, strict=True)
    )
