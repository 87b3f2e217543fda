"""Builds the wheel: pure Python, msrest its only requirement, since azure-cli brings the rest."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'VERSION = "(.+)"', (HERE / "azext_iot_dps" / "version.py").read_text(encoding="utf-8")).group(1)

setup(
    name="azure-iot-dps",
    version=VERSION,
    description="Azure CLI extension for the device enrollments of an Azure IoT Hub Device Provisioning Service",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.9",
    install_requires=["msrest"],
    packages=find_packages(include=["azext_iot_dps", "azext_iot_dps.*"]),
    package_data={"azext_iot_dps": ["azext_metadata.json"]},
    keywords="azure az iot dps provisioning enrollment",
    classifiers=[
        "Development Status :: 5 - Production/Stable",
        "Environment :: Console",
        "Intended Audience :: Developers",
        "Intended Audience :: System Administrators",
        "Programming Language :: Python :: 3 :: Only",
        *[f"Programming Language :: Python :: 3.{minor}" for minor in range(9, 14)],
    ],
)
