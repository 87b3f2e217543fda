"""Help for enrollments and enrollment groups."""

from azext_iot_dps.enrollments import group_help, individual_help

__all__ = ["group_help", "individual_help"]
