"""How the reader's weights are learned, and how well they do on a writer that they never saw.

python -m training.fit          learn from all the texts, and write assistant/reading/weights
python -m training.estimate     leave one writer out: learn from the others, measure on that one
"""
