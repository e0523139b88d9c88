"""The documents room: turns a template into a PDF. It knows paper, not what is written on it."""
