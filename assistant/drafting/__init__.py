"""Drafts: the facts of a brief, the purpose's template, the rep's voice."""

from assistant.drafting.compose import Composed, compose, unfilled, words_of
from assistant.drafting.context import Brief, brief
from assistant.drafting.voice import Voice, learn

__all__ = ["Brief", "Composed", "Voice", "brief", "compose", "learn", "unfilled", "words_of"]
