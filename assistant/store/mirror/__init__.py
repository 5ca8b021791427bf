"""Messages, events, cursors: a copy of what lies elsewhere."""

from assistant.store.mirror.mirror import Mirror
from assistant.store.mirror.tables import MIRROR, MIRROR_VERSION
from assistant.store.mirror.threads import Likeness

__all__ = ["MIRROR", "MIRROR_VERSION", "Likeness", "Mirror"]
