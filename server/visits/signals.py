"""What the visits tell the rooms above them, and hear from them, without importing them."""

from blinker import signal

journal_grew = signal("visits.journal-grew")
"""Sent with the visit's id after entries were accepted; `position=` is the new head."""

bundle_changed = signal("visits.bundle-changed")
"""Sent with the visit's id when its team or state changed and a new bundle version stands."""

blob_stored = signal("visits.blob-stored")
"""Sent by evidence with the visit's id when a blob has been stored for it; `sha256=` names it."""

visit_changed = signal("visits.visit-changed")
"""Sent within the transaction with the visit's id after the office changed it; `change=` says how
(`assigning.Change`)."""
