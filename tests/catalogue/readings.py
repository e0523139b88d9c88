"""One table for two implementations: what a typed reading is, here and on the phones."""

TYPED = [
    ("12.34", 2, 1234), ("12.3", 2, 1230), ("-0.30", 2, -30), ("１２．５", 1, 125), ("0", 2, 0), ("-0", 2, 0),
    ("12.345", 2, None), ("12.340", 2, 1234), ("abc", 2, None), ("", 0, None), ("1e5", 0, None), ("+7", 0, 7),
    (" 5 ", 0, 5), ("－0。3", 1, -3), ("−1", 0, -1), (".5", 1, None), ("5.", 1, None), ("٣", 0, None),
    ("1,5", 1, None),
]  # fmt: skip
