"""Pure parts of audits and reports."""
