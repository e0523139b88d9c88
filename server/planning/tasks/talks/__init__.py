"""The negotiation of a task (线上磋商): terms proposed, answered, settled."""
