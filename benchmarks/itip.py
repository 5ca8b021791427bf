"""How much of the calendar parts in a folder is understood: python -m benchmarks.itip FOLDER.

Every event of every .ics file is read or reported; of each method, who and what must be there (RFC 5546 section 3.2).
"""

import argparse
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Final

from assistant.domain.itip import ItipEvent, Method
from assistant.language.itip import read_part

_BEGIN: Final = re.compile(r"(?im)^BEGIN:VEVENT\s*$")
_ANSWERS: Final = (Method.REPLY, Method.COUNTER, Method.REFRESH)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="read all .ics files in it and below")
    parser.add_argument("--show", action="store_true", help="name the files whose events aren't all understood")
    options = parser.parse_args(arguments)
    methods: Counter[str] = Counter()
    understood: Counter[str] = Counter()
    begun = read = reported = lost = 0
    took = []
    for path in sorted(options.folder.rglob("*.ics")):
        text = path.read_bytes().decode("utf-8", errors="replace")
        started = time.perf_counter()
        part = read_part(text, UTC)
        took.append((time.perf_counter() - started) * 1000)
        here = len(_BEGIN.findall(text.replace("\r", "\n")))
        begun, read, reported = begun + here, read + len(part.events), reported + len(part.problems)
        missing = here > len(part.events) and not part.problems
        lost += missing
        unclear = [event for event in part.events if not _understood(event)]
        methods.update(event.method for event in part.events)
        understood.update(event.method for event in part.events if _understood(event))
        if options.show and (missing or unclear or part.problems):
            print(f"{path.relative_to(options.folder)}: {len(unclear)} unclear; {'; '.join(part.problems)}")
    for method, count in methods.most_common():
        print(f"{method:<15}{count:>6} events, {understood[method]} understood")
    print(f"{begun} events begun, {read} read, {reported} problems reported, {lost} files with a silent loss")
    if took:
        print(f"{statistics.median(took):.1f} ms a part, the slowest {max(took):.1f} ms")


def _understood(event: ItipEvent) -> bool:
    """Whether it says which meeting, who speaks, and what: an answer its PARTSTAT, a request or proposal its time."""
    if event.method in _ANSWERS:
        who = bool(event.attendees)
    else:
        who = event.organizer is not None or event.method is Method.PUBLISH
    what = event.start is not None or event.method in (Method.CANCEL, Method.REFRESH)
    if event.method is Method.REPLY:
        what = any(person.partstat is not None for person in event.attendees)
    return bool(event.uid) and who and what


if __name__ == "__main__":
    main()
