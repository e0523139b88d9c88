"""What everyone may rely on and which relies on nothing: problems, ids, instants, canonical JSON."""
