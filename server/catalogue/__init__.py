"""What may be checked: industries and the published versions of their unified checklists."""
