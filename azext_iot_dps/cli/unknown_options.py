"""Options that a command does not have or that are missing: refused before azure-cli does so at length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from azure.cli.core.azclierror import AzCLIError, RequiredArgumentMissingError, UnrecognizedArgumentError
from knack.events import EVENT_INVOKER_PRE_PARSE_ARGS

# The exit code of argparse.
_EXIT_CODE = 2
# Of 1, how much an option must look like another that is suggested.
_ALIKE = 0.7
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
    (" registration list", "--filter"): "To filter: --query \"[?status=='failed']\".",
    **dict.fromkeys(
        [(f" {verb}", "--filter") for verb in ("export", "import", "apply")],
        "To select records: --where \"provisioningStatus == 'disabled'\".",
    ),
    **dict.fromkeys(
        [(" enrollment-group ", option) for option in ("--endorsement-key", "--ek")],
        "Groups have no TPM attestation: create an enrollment for each device.",
    ),
    (" enrollment-group ", "--device-id"): "The device ID of a device of a group is its registration ID.",
    **dict.fromkeys(
        [(" enrollment ", option) for option in ("--registration-id", "--rid")],
        "Specify the ID with --enrollment-id (--eid).",
    ),
    (" device registration ", "--device-id"): "Specify the ID of the device with --registration-id (--rid).",
    (" delete", "--yes"): "This command does not ask: omit it.",
    (" apply", "--mode"): "apply creates and updates. For another mode: az iot dps enrollment import --mode.",
    ("", "--connection-string"): "Specify the connection string with --login (-l).",
    (" list", "--filter"): "To filter: --query \"[?provisioningStatus=='disabled']\".",
}
_SECRET = "SharedAccessKey="


def watch(cli_ctx: Any, command: str) -> None:
    """Check the arguments of a command, for example "iot dps enrollment list", before azure-cli parses them."""

    def check(_: Any, args: list[str] | None = None, **more: Any) -> None:
        parser = _parser(cli_ctx, command)
        if parser is not None and args:
            # private to argparse, and all that knows azure-cli's own options too
            given = args[len(command.split()) :]
            _check(command, getattr(parser, "_option_string_actions", {}), given)
            _require(command, getattr(parser, "_actions", []), given)

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


def _require(command: str, actions: Iterable[Any], args: list[str]) -> None:
    """Name the required options that are missing, with the values that they may have."""
    names = [arg.partition("=")[0] for arg in args if arg.startswith("-") and len(arg) > 1]
    if {"-h", "--help"} & {*names}:
        return
    missing = [action for action in actions if action.required and action.option_strings]
    # argparse accepts the beginning of an option too
    missing = [
        action for action in missing
        if not any(option.startswith(name) for option in action.option_strings for name in names)
    ]  # fmt: skip
    if missing:
        told = ", ".join(map(_told, missing))
        advice = [f"To see its options: az {command} -h"]
        _refuse(f"'az {command}' requires {told}.", advice, RequiredArgumentMissingError)


def _told(action: Any) -> str:
    long, *short = action.option_strings
    values = f": {', '.join(action.choices)}" if action.choices else ""
    more = "/".join(short) + values
    return f"{long} ({more})" if more else str(long)


def _advice(command: str, name: str, known: Iterable[str]) -> list[str]:
    for (part, option), way in _WAYS.items():
        if part in f" {command}" and option == name:
            return [way]
    # here: the command table loads without it
    from difflib import get_close_matches

    # without the dashes, which all have in common
    names = {option.lstrip("-"): option for option in known if option.startswith("--")}
    near = get_close_matches(name.lstrip("-"), names, n=1, cutoff=_ALIKE)
    return [f"Did you mean {names[near[0]]}?"] if near else [f"To see its options: az {command} -h"]


def _refuse(message: str, advice: list[str], kind: type[AzCLIError] = UnrecognizedArgumentError) -> NoReturn:
    kind(message, recommendation=advice).print_error()
    raise SystemExit(_EXIT_CODE)
