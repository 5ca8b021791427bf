"""The weekly report: what a week was like, in figures that open their evidence, as a page, a text and a mail."""
