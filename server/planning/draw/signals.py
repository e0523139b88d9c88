"""What draws tell the rooms above them."""

from blinker import signal

draw_settled = signal("draw.settled")
"""Sent with the id of a draw in the transaction that settles it."""

subject_replaced = signal("draw.subject-replaced")
"""Sent with the id of the drawn subject that was replaced, in the transaction that did it; `successor=` is
the id of the one in its place (short where nobody was left), `actor=` who approved, `reason=` why."""

officer_replaced = signal("draw.officer-replaced")
"""Sent with the id of the drawn officer who was replaced, in the transaction that did it; `successor=` is the
id of the one who comes instead, `actor=` who approved, `reason=` why."""
