"""Print the MiB that a process held at most: `peak.py COMMAND...`; its output is dropped.

A process of its own, and a small one: Linux counts in what the process that started another held at that moment.
"""

import os
import subprocess
import sys

running = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(running.pid, 0)
running.returncode = os.waitstatus_to_exitcode(status)
# Bytes on macOS, kibibytes elsewhere.
print(usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
sys.exit(running.returncode)
