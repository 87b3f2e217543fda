"""Tests of azext_iot_dps."""
