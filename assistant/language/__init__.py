"""The mechanism under `reading` and `guard`: normalised text, sentences, languages, rule packs."""
