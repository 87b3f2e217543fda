"""Runs the demonstration; 0 when every step ended as it should."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from dps_emulator import Emulator
from dps_emulator.listening import ListenError
from tools.demo import steps
from tools.demo.narrated import Narrated, Unexpected

# Devices know no other port for MQTT.
MQTT_PORT = 8883
AFTERWARDS = """
That was the emulator. On a real Device Provisioning Service, from your own shell:

  az extension add --source dist/{wheel}
  az iot dps enrollment list --login @connection-string.txt -o table

Every step ended as it should, in {seconds:.0f} seconds. Nothing is left behind.
"""


def main() -> int:
    """Run the demonstration."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--az", help="path or name of an az on this machine; default: that of this environment")
    given = parser.parse_args().az
    program = given and shutil.which(given)
    if given and not program:
        parser.error(f"'{given}' is not a program.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    try:
        with TemporaryDirectory(prefix="azure-iot-dps-demo-") as folder, Emulator(mqtt_port=MQTT_PORT) as dps:
            az = Narrated(Path(folder), program)
            wheel = az.install()
            az.trust(dps)
            steps.fleet(az, dps)
            steps.one_device(az)
            for line in az.sign_in_lines(dps):
                az.quietly(line)
            steps.service(az, dps)
    except ListenError:
        print(f"\nPort {MQTT_PORT} is in use, and devices know no other for MQTT: end what uses it.", file=sys.stderr)
        return 1
    except Unexpected as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; nothing is left behind.", file=sys.stderr)
        return 130
    print(AFTERWARDS.format(wheel=wheel, seconds=time.monotonic() - started), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
