"""The compliance handbook (综合监管合规手册): one source with the checklist, for web, paper and phone."""
