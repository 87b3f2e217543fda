"""What -o table shows of an import."""

IMPORTED = "{Total: total, Succeeded: succeeded, Failed: failed, NotSent: notSent, Seconds: seconds}"
