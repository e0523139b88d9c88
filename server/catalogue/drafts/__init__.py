"""How a checklist is made: drafts of the departments, merging, agreement, review, publication."""
