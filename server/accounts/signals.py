"""What accounts tell the rooms above them."""

from blinker import signal

device_enrolled = signal("accounts.device-enrolled")
"""Sent with the new `Device`, inside the transaction that enrols it."""
