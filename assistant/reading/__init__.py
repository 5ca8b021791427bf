"""What one message says: `read` makes a `Reading` of it, each statement with its sentence and its rule."""

from assistant.reading.automatic import automatic
from assistant.reading.message import READER_VERSION, read
from assistant.reading.parts.body import new_text
from assistant.reading.topic import topic_of

__all__ = ["READER_VERSION", "automatic", "new_text", "read", "topic_of"]
