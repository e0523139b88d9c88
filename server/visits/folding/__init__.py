"""The parts of the fold, in the order it uses them: intake, effect, registers, findings, closing. All pure.

`pwa/journal/folding/` holds the same parts under the same names for the phones; `tests/vectors/` keeps the
two equal.
"""
