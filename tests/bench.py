"""`make bench`: what this extension costs, as ratios within one run, since the speed of machines differs."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from tests.emulator.server import Emulator
from tests.real_az import RealAz

ROUNDS = 7
CALLS = 300
RECORDS = 10_000
RECORD = {
    "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "QUFB" * 16, "secondaryKey": "QkJC" * 16}},
    "capabilities": {"iotEdge": False},
    "initialTwin": {"tags": {"site": "north"}, "properties": {"desired": {"interval": 60, "unit": "seconds"}}},
    "provisioningStatus": "enabled",
    "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
}
SHOWN = "device-04711"


def main() -> None:
    """Measure, and print two small tables."""
    with TemporaryDirectory(prefix="azure-iot-dps-bench-") as folder, Emulator() as dps:
        for number in range(RECORDS):
            dps.enrollments.put({"registrationId": f"device-{number:05}", **RECORD})
        az = RealAz(Path(folder))
        az.prepare(dps)
        print_processes(processes(az, dps))
        # In a process of its own, so that the emulator's time and memory are not counted in.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print_calls(pool.apply(calls, (dps.host, dps.connection_string, dps.ca_file, folder)))


def processes(az: RealAz, dps: Emulator) -> dict[str, float]:
    """Seconds that whole command lines take, taken in turn, so that a slow moment meets all of them."""
    ours, login = "iot dps enrollment", f'--login "{dps.connection_string}"'
    lines = {
        "az version": "version",
        "az account list": "account list",
        "az iot dps list (azure-cli's own)": "iot dps list",
        "az iot dps enrollment show --login": f"{ours} show --eid {SHOWN} {login}",
        "az iot dps enrollment show -n -g": f"{ours} show --eid {SHOWN} -n mydps -g myrg",
        f"az iot dps enrollment list ({RECORDS:,})": f"{ours} list {login}",
    }
    seconds: dict[str, list[float]] = {name: [] for name in lines}
    for round in range(ROUNDS + 1):
        for name, line in lines.items():
            taken = clocked(partial(succeed, az, line))
            # The first round fills az's caches.
            if round:
                seconds[name].append(taken)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def succeed(az: RealAz, line: str) -> None:
    az.run(line).check_returncode()


def calls(host: str, connection_string: str, ca_file: str, folder: str) -> dict[str, tuple[float, ...]]:
    """(ours, plain requests) for one call, for a long list, and for the memory that it takes."""
    os.environ.update(REQUESTS_CA_BUNDLE=ca_file, AZURE_CONFIG_DIR=folder, NO_PROXY="localhost", no_proxy="localhost")
    from azext_iot_dps.enrollment import list_enrollments, show_enrollment
    from azext_iot_dps.service.auth import SasAuth
    from azext_iot_dps.service.client import DpsClient
    from azext_iot_dps.service.target import parse
    from azext_iot_dps.service.transport import service_transport

    auth = SasAuth(parse(connection_string))
    client = DpsClient(partial(service_transport, host, auth))
    plain = requests.Session()
    plain.params = {"api-version": "2021-10-01"}
    # One signature for all: plain requests know nothing of its end.
    token = auth(requests.Request("GET", f"https://{host}").prepare()).headers["Authorization"]
    plain.headers["Authorization"] = token

    show = partial(show_enrollment, client, SHOWN), partial(get, plain, f"https://{host}/enrollments/{SHOWN}")
    listing = partial(list_enrollments, client), partial(get_pages, plain, f"https://{host}/enrollments/query")
    if listing[0]() != listing[1]() or show[0]() != show[1]():
        raise SystemExit("The client and plain requests do not read the same.")
    return {
        "show, ms": tuple(1000 * seconds for seconds in compared(CALLS, *show)),
        f"list {RECORDS:,}, s": compared(3, *listing),
        f"list {RECORDS:,}, peak MB": tuple(peak(call) / 1e6 for call in listing),
    }


def get(session: requests.Session, url: str) -> Any:
    return session.get(url, timeout=60).json()


def get_pages(session: requests.Session, url: str) -> list[Any]:
    records: list[Any] = []
    headers: dict[str, str] = {}
    while True:
        answer = session.post(url, json={"query": "SELECT *"}, headers=headers, timeout=60)
        records += answer.json()
        if "x-ms-continuation" not in answer.headers:
            return records
        headers = {"x-ms-continuation": answer.headers["x-ms-continuation"]}


def compared(times: int, *what: Callable[[], Any]) -> tuple[float, ...]:
    """Median seconds of each, taken in turn."""
    taken = [[clocked(call) for call in what] for _ in range(times)]
    return tuple(map(statistics.median, zip(*taken)))


def clocked(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak(call: Callable[[], Any]) -> float:
    """Bytes that a call holds at most."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def print_processes(seconds: dict[str, float]) -> None:
    base = seconds["az version"]
    print(f"\n{f'whole processes, median of {ROUNDS}':38} {'seconds':>9} {'x az version':>14}")
    for name, taken in seconds.items():
        print(f"{name:38} {taken:9.2f} {taken / base:14.2f}")


def print_calls(results: dict[str, tuple[float, ...]]) -> None:
    print(f"\n{'within a process':38} {'ours':>9} {'plain requests':>16} {'ratio':>8}")
    for name, (ours, plain) in results.items():
        print(f"{name:38} {ours:9.2f} {plain:16.2f} {ours / plain:8.2f}")


if __name__ == "__main__":
    main()
