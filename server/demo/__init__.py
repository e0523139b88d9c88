"""The demo county: sample data, fictitious people and a handful of visits, all made through the real actions."""
