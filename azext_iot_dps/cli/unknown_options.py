"""Options that a command does not have: refused before azure-cli does so and prints their values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from azure.cli.core.azclierror import UnrecognizedArgumentError
from knack.events import EVENT_INVOKER_PRE_PARSE_ARGS

# The exit code of argparse.
_EXIT_CODE = 2
_TYPE = ("--attestation-type", "--at")
# What stands in for an option that people expect, by a part of the command and the option.
_WAYS = {
    **dict.fromkeys(
        [(" enrollment-group ", option) for option in _TYPE],
        "A group's attestation follows from its other options: --certificate-path, --root-ca-name, or else symmetric "
        "keys.",
    ),
    **dict.fromkeys(
        [(" enrollment update", option) for option in _TYPE],
        "The attestation type of an enrollment cannot be changed: delete the enrollment and create it again.",
    ),
    (" list", "--filter"): "To filter: --query \"[?provisioningStatus=='disabled']\".",
}
_SECRET = "SharedAccessKey="


def watch(cli_ctx: Any, command: str) -> None:
    """Check the arguments of a command, for example "iot dps enrollment list", before azure-cli parses them."""

    def check(_: Any, args: list[str] | None = None, **more: Any) -> None:
        parser = _parser(cli_ctx, command)
        if parser is not None and args:
            # private to argparse, and all that knows azure-cli's own options too
            _check(command, getattr(parser, "_option_string_actions", {}), args[len(command.split()) :])

    cli_ctx.register_event(EVENT_INVOKER_PRE_PARSE_ARGS, check)


def _parser(cli_ctx: Any, command: str) -> Any:
    *group, verb = command.split()
    parsers = getattr(cli_ctx.invocation.parser, "subparsers", {})
    return getattr(parsers.get(tuple(group)), "choices", {}).get(verb)


def _check(command: str, known: Iterable[str], args: list[str]) -> None:
    if not known:
        return
    previous = ""
    for arg in args:
        name = arg.partition("=")[0]
        # argparse accepts the beginning of an option too, and takes what has a blank for no option
        is_option = arg.startswith("--") and len(arg) > 2 and " " not in name
        if is_option and not any(option.startswith(name) for option in known):
            _refuse(f"'az {command}' has no option {name}.", _advice(command, name, known))
        if _SECRET in arg and not previous.startswith("-") and not is_option:
            _refuse("The connection string is not the value of an option.", ["Specify it with --login (-l)."])
        previous = arg


def _advice(command: str, name: str, known: Iterable[str]) -> list[str]:
    for (part, option), way in _WAYS.items():
        if part in f" {command}" and option == name:
            return [way]
    # here: the command table loads without it
    from difflib import get_close_matches

    near = get_close_matches(name, [option for option in known if option.startswith("--")], n=1)
    return [f"Did you mean {near[0]}?"] if near else [f"To see its options: az {command} -h"]


def _refuse(message: str, advice: list[str]) -> NoReturn:
    UnrecognizedArgumentError(message, recommendation=advice).print_error()
    raise SystemExit(_EXIT_CODE)
