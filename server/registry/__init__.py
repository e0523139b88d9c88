"""Who is checked and who may check: enterprises and certified officers."""
