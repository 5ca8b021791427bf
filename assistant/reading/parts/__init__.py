"""The parts of a message: its new text, the history that it quotes, its signature and its footers."""
