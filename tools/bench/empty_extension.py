"""The least that an extension of azure-cli can do for the same answers; `floor.install` makes a package of it."""

from __future__ import annotations

from typing import Any

from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType

VERSION = {"api-version": "2021-10-01"}


class BenchCommandsLoader(AzCommandsLoader):  # type: ignore[misc]
    """The same commands twice: azure-cli loads a module of its own for whatever begins with `az iot`."""

    def load_command_table(self, args: list[str] | None) -> dict[str, Any]:
        handlers = CliCommandType(operations_tmpl="azext_bench#{}")
        for group in ("bench", "iot bench"):
            with self.command_group(group, handlers) as g:
                g.command("show", "show")
                g.command("list", "list_all")
                g.command("import", "create_all")
        table: dict[str, Any] = self.command_table
        return table

    def load_arguments(self, command: str) -> None:
        """Nothing: the handlers' signatures say it all."""


def show(eid: str, login: str) -> Any:
    """One signed request."""
    import requests

    from .signature import signed

    host, headers = signed(login)
    return requests.get(f"https://{host}/enrollments/{eid}", params=VERSION, headers=headers, timeout=60).json()


def list_all(login: str) -> list[Any]:
    """Every page, with one session."""
    import requests

    from .signature import signed

    host, headers = signed(login)
    records: list[Any] = []
    with requests.Session() as session:
        session.headers.update(headers)
        while True:
            url, query = f"https://{host}/enrollments/query", {"query": "SELECT *"}
            answer = session.post(url, params=VERSION, json=query, timeout=60)
            records += answer.json()
            if "x-ms-continuation" not in answer.headers:
                return records
            session.headers["x-ms-continuation"] = answer.headers["x-ms-continuation"]


def create_all(file: str, login: str) -> None:
    """The bare import, within az."""
    from .bare_import import main

    main(login, file)


COMMAND_LOADER_CLS = BenchCommandsLoader
