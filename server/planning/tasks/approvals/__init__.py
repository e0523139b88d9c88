"""Approvals of the heads (行政检查审批表, R-501): asked for, decided, printed."""
