"""The rules that stored records should keep, though the service accepts them without: checks, and what they find."""
