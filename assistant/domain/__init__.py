"""Frozen values that everything else speaks in; no input or output happens here."""
