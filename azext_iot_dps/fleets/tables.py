"""What -o table shows of an import."""

IMPORTED = (
    "{Total: total, Created: created, Updated: updated, Unchanged: unchanged, Deleted: deleted, Failed: failed, "
    "NotSent: notSent, Seconds: seconds}"
)
