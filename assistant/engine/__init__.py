"""Where each deal stands and what is next: values and `now` in, values out."""
