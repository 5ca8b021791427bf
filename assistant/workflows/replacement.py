"""Another text for a filed draft, as the journal keeps it; and what was found there, against what was approved."""

from dataclasses import dataclass, replace

import msgspec

from assistant.domain.draft import Content
from assistant.domain.ports import FiledDraft
from assistant.store import Effect


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the place of the draft that was filed under the key `replaces`, and by whose word."""

    replaces: str
    content: Content
    by: str


def asked_for(effect: Effect) -> Replacement:
    """What the effect was to do."""
    return msgspec.json.decode(effect.payload, type=Replacement)


def as_approved(filed: FiledDraft, content: Content | None) -> FiledDraft:
    """What was found after a crash, for comparing: where somebody has changed it meanwhile, it's as it was approved,
    so that the change is seen and it's theirs."""
    assert content is not None  # only drafts are filed
    people = (*content.to, *content.cc)
    if (
        {each.email for each in filed.recipients} == {each.email for each in people}
        and filed.subject.split() == content.subject.split()
        and filed.body.split() == content.body.split()
    ):
        return filed
    return replace(filed, subject=content.subject, body=content.body, recipients=people, etag="")
