"""Examples for a command line that is refused: of the command's help, those that have what the refusal is about."""

from __future__ import annotations

import re
from functools import wraps

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
from azure.cli.core.commands import AzCliCommand
from knack.help_files import helps

REFUSALS = (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
# Examples of one refusal; the second is there even if it is about something else.
FEWEST, MOST = 2, 3

_OPTION = r"(?<!\S)--?[a-z][a-z-]*"
_SHORT = {"-n": "--dps-name", "--at": "--attestation-type", "--eid": "--enrollment-id"}
# What may stand in an example: neither what was refused nor what a shell would read in its own way.
_WORD = r"[A-Za-z0-9._-]+"
_HOST = r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]+)?"
_TARGET = r"-n \{dps_name\}( -g \{resource_group\})?"
_SAMPLES = {
    "dps_name": "mydps",
    "resource_group": "myrg",
    "enrollment_id": "thermostat-1",
    "group_id": "thermostats",
    "registration_id": "thermostat-1",
    "registration_id2": "thermostat-2",
    "device_id": "thermostat-1",
    "id_scope": "0ne0012ABCD",
    "certificate_name": "root-ca",
    "certificate_name2": "root-ca-2",
    "policy_name": "provisioningserviceowner",
}


class GuidedCommand(AzCliCommand):
    """A command whose refusals come with examples, whether its handler, a validator or a converter refuses."""

    def __call__(self, *args, **kwargs):
        """azure-cli calls it with what was typed, of which the client's factory takes the target out."""
        typed = dict(args[0]) if args else {}
        try:
            return super().__call__(*args, **kwargs)
        except REFUSALS as error:
            self._recommend(error, typed)
            raise

    def update_argument(self, param_name, argtype):
        """azure-cli calls it once all that is said of an argument is known."""
        super().update_argument(param_name, argtype)
        settings = self.arguments[param_name].type.settings
        for role in ("type", "validator"):
            if callable(settings.get(role)):
                settings[role] = self._guided(settings[role])

    def _guided(self, check):
        # azure-cli may update an argument again
        if getattr(check, "is_guided", False):
            return check

        @wraps(check)
        def guided(*args, **kwargs):
            try:
                return check(*args, **kwargs)
            except REFUSALS as error:
                if "namespace" in kwargs:
                    self._recommend(error, vars(kwargs["namespace"]))
                # a converter knows nothing but its text, and may have said already how it should look
                elif not error.recommendations:
                    self._recommend(error, {})
                raise

        guided.is_guided = True
        return guided

    def _recommend(self, error, typed):
        if self.cli_ctx.config.get("core", "error_recommendation", "on").lower() != "off":
            error.set_recommendation(examples(self.name, typed, str(error)))


def examples(command: str, typed: dict, said: str) -> list[str]:
    """Two or three command lines, with the names that were `typed`; none when no help has what was `said`."""
    import yaml

    found = (yaml.safe_load(helps.get(command, "")) or {}).get("examples", [])
    lines = [" ".join(example["text"].split()) for example in found]
    named = set(re.findall(r"--[a-z][a-z-]+", said))
    common = {line: len(named & {_SHORT.get(option, option) for option in re.findall(_OPTION, line)}) for line in lines}
    fitting = sum(1 for line in lines if common[line])
    # what is wrong with the records of a file is no matter of options
    if not fitting or "--file" in named:
        return []
    lines.sort(key=lambda line: (-common[line], len(line)))
    return ["For example:", *(_filled(line, typed) for line in lines[: min(max(fitting, FEWEST), MOST)])]


def _filled(line, typed):
    if typed.get("login"):
        line = re.sub(_TARGET, "--login @dps.txt", line)
    elif not typed.get("resource_group_name"):
        line = line.replace(" -g {resource_group}", "")
    values = {**_SAMPLES, **_names(typed)}
    return re.sub(r"\{([a-z0-9_]+)\}", lambda match: values.get(match[1], f'"${match[1].upper()}"'), line)


def _names(typed):
    """The names that were typed, when they are names that a shell takes as they are; never a secret."""
    record = typed.get("enrollment_id") or typed.get("enrollment_group_id")
    device = typed.get("registration_id")
    device = device[0] if isinstance(device, list) and device else device
    names = {
        "enrollment_id": record or device,
        "group_id": record,
        "registration_id": device,
        "id_scope": typed.get("id_scope"),
    }
    hubs = [hub for hub in " ".join(typed.get("iot_hubs") or []).split() if re.fullmatch(_HOST, hub)]
    hubs += [f"hub{number}.azure-devices.net" for number in (1, 2, 3)]
    names |= {f"iot_hub_host_name{number or ''}": hub for number, hub in enumerate([hubs[0], *hubs])}
    for name, option, form in (("dps_name", "dps_name", _HOST), ("resource_group", "resource_group_name", _WORD)):
        names[name] = typed[option] if re.fullmatch(form, typed.get(option) or "") else None
    return {name: value for name, value in names.items() if isinstance(value, str)}
