"""Print the milliseconds that an extension takes of an az that looks for commands: `loading.py FOLDER MODULE`."""

import importlib
import sys
import time

from azure.cli.core.mock import DummyCli

folder, module = sys.argv[1:]
# As azure-cli does it, after its own.
sys.path.append(folder)
cli = DummyCli()
start = time.perf_counter()
importlib.import_module(module).COMMAND_LOADER_CLS(cli_ctx=cli).load_command_table(None)
print((time.perf_counter() - start) * 1000)
