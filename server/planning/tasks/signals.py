"""What tasks tell the rooms above them."""

from blinker import signal

approval_decided = signal("tasks.approval-decided")
"""Sent with the task's id inside the transaction in which a head approved, refused, or is asked again."""
