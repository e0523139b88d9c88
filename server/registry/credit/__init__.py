"""Credit-risk classes, where they come from, what they set, and who is spared what."""
