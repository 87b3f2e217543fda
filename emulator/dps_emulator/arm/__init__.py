"""Azure Resource Manager without HTTP: services, their policies, hubs and certificates, groups, operations."""

from __future__ import annotations

from .manager import Arm
from .names import API_VERSIONS, PROVIDER, SUBSCRIPTIONS

__all__ = ["API_VERSIONS", "PROVIDER", "SUBSCRIPTIONS", "Arm"]
