"""Files of enterprises: read, tried, written as one, undone as one."""
