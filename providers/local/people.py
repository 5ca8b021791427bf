"""Free/busy files of other people in a folder, each called by its owner's address, behind the `FreeBusy` port."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from assistant.domain.ports import Interval
from assistant.errors import ProviderError
from providers.local.files import regular

_SUFFIXES: Final = (".ics", ".ifb", ".vfb")
_LARGEST: Final = 16 * 1024 * 1024


class LocalPeople:
    """A person without a file that can be read isn't known; of one with several, all count."""

    def __init__(self, account: str, root: Path, zone: tzinfo) -> None:
        self._account = account
        self._root = root
        self._zone = zone

    @property
    def account(self) -> str:
        return self._account

    def busy(self, emails: Collection[str], window: Interval) -> Mapping[str, tuple[Interval, ...]]:
        files = self._files()
        found: dict[str, tuple[Interval, ...]] = {}
        for email in sorted(set(emails)):
            known = list(self._read(files.get(email.lower(), []), email.lower(), window))
            if known:
                times = {each for one in known for each in one}
                found[email] = tuple(sorted(times, key=lambda time: (time[0].timestamp(), time[1].timestamp())))
        return found

    def _files(self) -> Mapping[str, list[Path]]:
        """By address. An address is looked up among the names and never made into a path: it may be anybody's text."""
        found: dict[str, list[Path]] = defaultdict(list)
        try:
            for path in sorted(self._root.iterdir()):
                if path.suffix.lower() in _SUFFIXES:
                    found[path.stem.lower()].append(path)
        except OSError as error:
            raise ProviderError(
                f"The free/busy files of account “{self._account}” can't be read: {self._root} ({error.strerror}).",
                "Check `people` of this account in the configuration, or whether its disk is mounted.",
            ) from error
        return found

    def _read(self, paths: list[Path], email: str, window: Interval) -> Iterator[tuple[Interval, ...]]:
        from providers.freebusy import taken  # the parsers load only when there is something to read

        for path in paths:
            try:
                with open(path, "rb", opener=regular) as file:
                    raw = file.read(_LARGEST + 1)
            except OSError:
                continue  # not known, as the port says of who isn't named
            known = taken(raw, email, self._zone, window) if len(raw) <= _LARGEST else None
            if known is not None:
                yield known


def open_people(account: str, settings: Mapping[str, Any], zone: tzinfo) -> LocalPeople:
    """`people` is the path of a folder."""
    if not settings.get("people"):
        raise ProviderError(
            f"Account “{account}” doesn't say where the free/busy files of others are.",
            'Set `people = "path"` in its [[account]] table.',
        )
    return LocalPeople(account, Path(settings["people"]).expanduser(), zone)
