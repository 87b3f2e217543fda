"""A command line of `az` in this process, as the tools run it too."""

from tools.lab.command_line import Result, run

__all__ = ["Result", "run"]
