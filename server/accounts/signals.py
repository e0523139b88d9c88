"""What accounts tell the rooms above them."""

from blinker import signal

device_enrolled = signal("accounts.device-enrolled")
"""Sent with the `Device` whenever a phone enrols it, the first time or again, inside that transaction."""
