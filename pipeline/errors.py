"""The base of every error that input or configuration can cause."""

from __future__ import annotations


class JumelageError(ValueError):
    """Something a person can mend; the message is one line that says what and where, never a traceback."""
